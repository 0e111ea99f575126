"""What must be read before anything is done: it stands above the actions."""

from django.urls import reverse
from django.utils.translation import gettext as _

from charts.models import ChartItem, ItemVersion
from charts.values import ItemStatus
from dashboards import changes, words
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows import Notice
from dashboards.words import later
from routing.categories import Category
from routing.models import Task
from routing.said import spoken

MISSING = {
    Category.OVERDUE_RESULT: later("Ordered {when}; no final result has come."),
    Category.MISSING_NOTE: later("The visit ended {when}; no signed note has come."),
    Category.MISSING_REPORT: later("Referred {when}; no report has come."),
    Category.SILENT_FEED: later("Nothing has come since {when}, which is beyond its usual rhythm."),
}


REVISED = {
    ItemStatus.PRELIMINARY: later("Partial: more of this result is still to come."),
    ItemStatus.CORRECTED: later("The source corrected this. Read it again before you close it."),
    ItemStatus.AMENDED: later("The source amended this. Read it again before you close it."),
    ItemStatus.WITHDRAWN: later("The source withdrew this. Another patient may be missing it."),
}


def _missing_notice(task: Task, desk: Desk, *, may_open: bool) -> Notice:
    """What did not come, and that nobody need watch for it."""
    zone = zone_of(task.location, desk.member)
    when = words.at_words(task.issued_at, zone=zone, now=desk.now)
    text = _("%(missing)s If it comes, this task ends.") % {
        "missing": MISSING[Category(task.category)].format(when=when)
    }
    if task.category == Category.SILENT_FEED and may_open:
        return Notice(
            text=text, tone="warn", action=_("See the feeds"), url=reverse("dashboards:feeds")
        )
    return Notice(text=text, tone="warn")


def standing(task: Task, desk: Desk, *, may_open: bool) -> tuple[Notice, ...]:
    """What must be read before anything is done."""
    if task.category in MISSING and task.is_open:
        return (_missing_notice(task, desk, may_open=may_open),)
    if task.category == Category.QUARANTINED_MESSAGE and task.message_id:
        url = reverse("dashboards:message", args=[task.message_id]) if may_open else ""
        text = _("The message could not be processed: %(reason)s.") % {
            "reason": spoken(task.status_reason) or _("see the message")
        }
        return (Notice(text=text, tone="warn", action=_("Open the message"), url=url),)
    if task.item is None or not task.is_open:
        return ()
    said = REVISED.get(ItemStatus(task.item.status))
    if not said:
        return ()
    is_changed = task.item.status in (ItemStatus.CORRECTED, ItemStatus.AMENDED)
    changed = last_changes(task.item) if is_changed else ()
    return (Notice(text=said, tone="warn", lines=changed),)


def last_changes(item: ChartItem) -> tuple[str, ...]:
    """What the newest report that said otherwise has changed."""
    reports = ItemVersion.objects.filter(item=item, is_current=True).order_by("number")
    said = changes.between(reports.values_list("observations", flat=True))
    return next((one for one in reversed(said) if one), ())
