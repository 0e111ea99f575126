"""What keeps a chart open: tasks that nobody has closed, and what somebody outside has yet to send.

A task has the one next person; an order or a referral that waits without being late has none of
ours: its next person is the laboratory or the specialist.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charts import expecting
from charts.models import ChartItem, Wait
from charts.values import Severity
from dashboards import words
from dashboards.because import Cause
from dashboards.queries.clocks import dues_of
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.listing import lease_of
from dashboards.queries.values import badge, headline, level_of
from dashboards.rows.chart import NextPerson, OpenGroup, OpenThing
from dashboards.rows.due import UNDATED, Dues
from dashboards.words import Level
from routing.categories import Category
from routing.models import Task
from routing.operations import is_partial
from routing.said import spoken, title_of
from routing.states import TaskStatus

C = Category
_l = gettext_lazy

GROUPS: dict[Promise, tuple[Category, ...]] = {
    _l("Results"): (C.RESULT_REVIEW,),
    _l("Orders"): (C.UNSIGNED_ORDER, C.OVERDUE_RESULT),
    _l("Notes"): (C.INCOMPLETE_NOTE, C.MISSING_NOTE),
    _l("Referrals"): (C.REFERRAL, C.MISSING_REPORT, C.CONSULT_REPORT),
    _l("Refills and medications"): (C.REFILL, C.MEDICATION_CHANGE),
    _l("Visit checklist"): (C.VISIT_CHECKLIST,),
    _l("Messages and requests"): (
        C.ADMINISTRATIVE_MESSAGE, C.PRIOR_AUTHORIZATION, C.APPOINTMENT_FOLLOW_UP,
        C.MISFILED_DOCUMENT, C.QUARANTINED_MESSAGE, C.SILENT_FEED,
    ),
}  # fmt: skip
"""The parts of a chart, in the order they are read."""

WHY: dict[Category, Promise] = {
    C.RESULT_REVIEW: _l("Nobody has closed this result"),
    C.CONSULT_REPORT: _l("The report is still to be read"),
    C.REFERRAL: _l("The referral is still to be arranged"),
    C.REFILL: _l("The refill is still to be decided"),
    C.UNSIGNED_ORDER: _l("The order is not signed"),
    C.INCOMPLETE_NOTE: _l("The note is not signed"),
    C.MEDICATION_CHANGE: _l("The change is still to be written down"),
    C.APPOINTMENT_FOLLOW_UP: _l("The patient missed the appointment"),
    C.ADMINISTRATIVE_MESSAGE: _l("The message is still to be answered"),
    C.PRIOR_AUTHORIZATION: _l("The payer is still to be asked"),
    C.MISFILED_DOCUMENT: _l("The document is in the wrong chart"),
    C.QUARANTINED_MESSAGE: _l("A message could not be read"),
    C.OVERDUE_RESULT: _l("No final result has come"),
    C.MISSING_NOTE: _l("No signed note has come"),
    C.MISSING_REPORT: _l("No report has come"),
    C.VISIT_CHECKLIST: _l("The checklist of the visit asks for it"),
}
PARTIAL = _l("More of this result is still to come")

OUTSIDE: dict[Wait, tuple[Category, str, Promise, Promise]] = {
    Wait.LABORATORY: (C.OVERDUE_RESULT, "order", _l("the laboratory"), _l("Sent; no result yet")),
    Wait.URGENT_ORDER: (C.OVERDUE_RESULT, "order", _l("the laboratory"), _l("Sent; no result yet")),
    Wait.IMAGING: (C.OVERDUE_RESULT, "order", _l("imaging"), _l("Sent; no result yet")),
    Wait.REFERRAL: (C.REFERRAL, "referral", _l("the specialist"), _l("Sent; no report yet")),
    Wait.URGENT_REFERRAL: (C.REFERRAL, "referral", _l("the specialist"), _l("Sent; no report yet")),
}
"""Of what waits for somebody outside: among what it stands, its cause, who is next, why."""


@dataclass(frozen=True, slots=True)
class Found:
    """One open thing: where it stands, and what the sentence on top makes of it."""

    category: Category
    cause: Cause
    thing: OpenThing


def found(desk: Desk, tasks: QuerySet[Task], items: QuerySet[ChartItem]) -> tuple[Found, ...]:
    """All that is open of these tasks and items, the most dangerous first, what waits outside
    last."""
    open_tasks = list(
        tasks.filter(ended_at__isnull=True).order_by("danger", "authored_at", "pk")
        .select_related("item", "queue", "owner", "claimed_by", "location")
        .defer("item__older", "item__text")
    )  # fmt: skip
    dues = dues_of(desk, open_tasks)
    known = {task.item_id or task.about_id for task in open_tasks}
    waiting = expecting.awaited(items.exclude(pk__in=[pk for pk in known if pk]))
    return (
        *(_of_task(desk, task, dues.get(task.pk, UNDATED)) for task in open_tasks),
        *(_outside(desk, item, at) for item, at in sorted(waiting.items(), key=lambda one: one[1])),
    )


def grouped(things: Iterable[Found]) -> tuple[OpenGroup, ...]:
    """Under the headings that have anything."""
    by_category: dict[Category, list[OpenThing]] = defaultdict(list)
    for one in things:
        by_category[one.category].append(one.thing)
    groups = (
        OpenGroup(str(name), tuple(_under(categories, by_category)))
        for name, categories in GROUPS.items()
    )
    return tuple(group for group in groups if group.things)


def _under(
    categories: Collection[Category], things: dict[Category, list[OpenThing]]
) -> Sequence[OpenThing]:
    return [thing for category in categories for thing in things.get(category, ())]


def _of_task(desk: Desk, task: Task, dues: Dues) -> Found:
    category = Category(task.category)
    person = _next(desk, task)
    value, _more, summary = headline(task.item) if task.item else (None, 0, "")
    thing = OpenThing(
        title=title_of(task.category, task.title),
        level=level_of(task.severity),
        why=str(PARTIAL if is_partial(task) else WHY.get(category, category.label)),
        next=person,
        url=reverse("dashboards:task", args=[task.pk]),
        value=value,
        summary=summary,
        badge=badge(task.item.status) if task.item and category == C.RESULT_REVIEW else "",
        dues=dues,
        since=words.waited(task.authored_at, zone=zone_of(task.location, desk.member),
                           now=desk.now),
    )  # fmt: skip
    return Found(category, Cause(_kind(task), _named(desk, task)), thing)


def _kind(task: Task) -> str:
    if task.status == TaskStatus.ON_HOLD:
        return "held"
    grave = task.category == C.RESULT_REVIEW and task.severity == Severity.CRITICAL
    return "critical-result" if grave else task.category


def _named(desk: Desk, task: Task) -> str:
    """Whom the sentence names: `you`, a colleague, or a pool."""
    if task.owner is None:
        return _("the %(queue)s pool") % {"queue": task.queue.name}
    return _("you") if task.owner_id == desk.member.pk else task.owner.name


def _next(desk: Desk, task: Task) -> NextPerson:
    """The owner, or the pool where nobody has it yet; and how far they are."""
    mine = task.owner_id == desk.member.pk
    who = _("You") if mine else task.owner.name if task.owner else task.queue.name
    return NextPerson(who=who, state=_state(desk, task), mine=mine)


def _state(desk: Desk, task: Task) -> str:
    if task.status == TaskStatus.ON_HOLD:
        until = words.long_date(task.recheck_date) if task.recheck_date else ""
        said = _("on hold until %(date)s: %(reason)s") if until else _("on hold: %(reason)s")
        return said % {"date": until, "reason": spoken(task.status_reason)}
    lease = lease_of(task, desk)
    if lease is not None:
        return (
            _("you have claimed it")
            if lease.mine
            else _("%(who)s is doing it now") % {"who": lease.who}
        )
    if task.owner is None:
        return _("nobody has it yet")
    return _("acknowledged") if task.status == TaskStatus.IN_PROGRESS else _("not acknowledged yet")


def _outside(desk: Desk, item: ChartItem, asked_at: datetime) -> Found:
    wait = expecting.wait_of(item)
    assert wait is not None
    category, kind, who, why = OUTSIDE[wait]
    day = asked_at.astimezone(desk.zone).date()
    thing = OpenThing(
        title=item.title or item.code or _("Not named"),
        level=Level.ROUTINE,
        why=str(why),
        next=NextPerson(who=str(who)[:1].upper() + str(who)[1:]),
        since=words.waited(item.issued_at or item.received_at, zone=desk.zone, now=desk.now),
        expected=_("we ask after it on %(date)s") % {"date": words.long_date(day)},
    )
    return Found(category, Cause(kind, str(who)), thing)
