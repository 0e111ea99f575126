"""What must be read before anything is done: it stands above the actions."""

from django.urls import reverse

from charts.models import ChartItem, ItemVersion
from dashboards import changes, words
from dashboards.queries import values
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows import Notice
from routing.categories import Category
from routing.models import Task

MISSING = {
    Category.OVERDUE_RESULT: "Ordered {when}; no final result has come.",
    Category.MISSING_NOTE: "The visit ended {when}; no signed note has come.",
    Category.MISSING_REPORT: "Referred {when}; no report has come.",
    Category.SILENT_FEED: "Nothing has come since {when}, which is beyond its usual rhythm.",
}


def _missing_notice(task: Task, desk: Desk, *, may_open: bool) -> Notice:
    """What did not come, and that nobody need watch for it."""
    zone = zone_of(task.location, desk.member)
    when = words.at_words(task.issued_at, zone=zone, now=desk.now)
    text = f"{MISSING[Category(task.category)].format(when=when)} If it comes, this task ends."
    if task.category == Category.SILENT_FEED and may_open:
        return Notice(
            text=text, tone="warn", action="See the feeds", url=reverse("dashboards:feeds")
        )
    return Notice(text=text, tone="warn")


def standing(task: Task, desk: Desk, *, may_open: bool) -> tuple[Notice, ...]:
    """What must be read before anything is done."""
    if task.category in MISSING and task.is_open:
        return (_missing_notice(task, desk, may_open=may_open),)
    if task.category == Category.QUARANTINED_MESSAGE and task.message_id:
        url = reverse("dashboards:message", args=[task.message_id]) if may_open else ""
        text = f"The message could not be processed: {task.status_reason or 'see the message'}."
        return (Notice(text=text, tone="warn", action="Open the message", url=url),)
    if task.item is None or not task.is_open:
        return ()
    status = values.badge(task.item.status)
    said = {
        "Partial": "Partial: more of this result is still to come.",
        "Corrected": "The source corrected this. Read it again before you close it.",
        "Amended": "The source amended this. Read it again before you close it.",
        "Withdrawn": "The source withdrew this. Another patient may be missing it.",
    }.get(status)
    if not said:
        return ()
    changed = last_changes(task.item) if status in ("Corrected", "Amended") else ()
    return (Notice(text=said, tone="warn", lines=changed),)


def last_changes(item: ChartItem) -> tuple[str, ...]:
    """What the newest report that said otherwise has changed."""
    reports = ItemVersion.objects.filter(item=item, is_current=True).order_by("number")
    said = changes.between(reports.values_list("observations", flat=True))
    return next((one for one in reversed(said) if one), ())
