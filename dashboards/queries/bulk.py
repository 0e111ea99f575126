"""Many tasks at once: which of them a move may be made to, and why not to the others.

Tables: what each verb asks of a task. Nothing critical is ever moved in bulk, and only like is
closed with like: one kind of work, every value in range, no question open.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from charts.values import ItemStatus, Severity
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.queries.listing import friction, lease_of, patient_line
from dashboards.queries.sources import Part
from dashboards.queries.values import headline, level_of, live
from dashboards.rows.bulk import BulkRow
from routing.danger import CRITICAL
from routing.models import Task
from routing.operations import PARTIAL, is_partial, lost
from routing.said import spoken, title_of
from routing.states import TaskStatus

MOST = 200
"""Tasks of one selection."""

Check = Callable[[Task, Desk], str]
Kind = tuple[str, str, str]


def _ended(task: Task, _desk: Desk) -> str:
    return "" if task.is_open else str(lost(task)).removesuffix(" Your change was not saved.")


def _critical(task: Task, _desk: Desk) -> str:
    grave = task.danger == CRITICAL or task.severity == Severity.CRITICAL
    return _("Critical work is done one by one.") if grave else ""


def _leased(task: Task, desk: Desk) -> str:
    lease = lease_of(task, desk)
    return _("%s is doing this now.") % lease.who if lease and not lease.mine else ""


def _not_in_range(task: Task, _desk: Desk) -> str:
    if friction(task.category, task.severity) != "key":
        return _("Not plainly normal: close it by itself, with an outcome.")
    if task.item is None:
        return ""
    if is_partial(task):
        return str(PARTIAL)
    if task.item.status in {ItemStatus.CORRECTED, ItemStatus.AMENDED}:
        return _("The source changed it: read it again by itself.")
    grades = {row["severity"] for row in live(task.item)}
    return "" if grades <= {Severity.NORMAL} else _("A value is not in range.")


def _question(task: Task, _desk: Desk) -> str:
    if task.status == TaskStatus.ON_HOLD:
        return _("On hold: %s.") % spoken(task.status_reason).rstrip(".")
    asked = task.item is not None and task.item.details.get("question")
    return _("It asks a question: read it by itself.") if asked else ""


def _may_close(task: Task, desk: Desk) -> str:
    return desk.authority.may_close_task(desk.member.roles, task).reason


def _may_assign(_task: Task, desk: Desk) -> str:
    return may(desk.member.roles, Operation.ASSIGN).reason


def _waits(task: Task, _desk: Desk) -> str:
    return _("It is on hold already.") if task.status == TaskStatus.ON_HOLD else ""


def _seen(task: Task, _desk: Desk) -> str:
    return "" if task.status == TaskStatus.READY else _("It is acknowledged, or on hold.")


def _not_mine(task: Task, desk: Desk) -> str:
    mine = task.ended_by_id == desk.member.pk
    return "" if mine and not task.is_open else _("You did not close it.")


ALWAYS: tuple[Check, ...] = (_ended, _critical, _leased)

CHECKS: Mapping[str, tuple[Check, ...]] = {
    "close": (*ALWAYS, _may_close, _question, _not_in_range),
    "hold": (*ALWAYS, _waits, _may_close),
    "assign": (*ALWAYS, _may_assign),
    "acknowledge": (*ALWAYS, _may_close, _seen),
    "copy": (_ended, _critical),
    "undo": (_not_mine,),
}


def judged(verb: str, tasks: Sequence[Task], desk: Desk) -> list[BulkRow]:
    """Each task, with the first reason that speaks against the move."""
    rows = [(task, _reason(verb, task, desk)) for task in tasks]
    free = Counter(kind_of(task) for task, reason in rows if not reason)
    if verb == "close" and len(free) > 1:
        kept = free.most_common(1)[0][0]
        other = _("Another kind of work: close like with like.")
        rows = [(task, reason or ("" if kind_of(task) == kept else other))
                for task, reason in rows]  # fmt: skip
    return [_row(task, desk, stays=reason) for task, reason in rows]


def kind_of(task: Task) -> Kind:
    """What is closed together."""
    return task.category, task.title, task.severity


def like(kind: Kind, parts: Sequence[Part]) -> list[UUID]:
    """The tasks of a list that are of this kind."""
    same = "category = %s AND title = %s AND severity = %s"
    places = sources.page([part.also(same, *kind) for part in parts], after=None, size=MOST)
    return [place.pk for place in places[:MOST]]


def found(ids: Sequence[UUID], desk: Desk) -> list[Task]:
    """These tasks in the order of a list, with what their rows speak of."""
    tasks = Task.objects.filter(pk__in=list(ids)).select_related(
        "patient", "item", "queue", "owner", "claimed_by", "ended_by", "location"
    )
    tasks = tasks if desk.sees_patients else tasks.filter(patient__isnull=True)
    return list(tasks.most_dangerous_first())


def _reason(verb: str, task: Task, desk: Desk) -> str:
    return next((why for check in CHECKS[verb] if (why := check(task, desk))), "")


def _row(task: Task, desk: Desk, *, stays: str) -> BulkRow:
    value, more, summary = headline(task.item) if task.item else (None, 0, "")
    said = f"{value.value} {value.units} {value.flag}".strip() if value else summary
    return BulkRow(
        id=str(task.pk),
        version=task.version,
        level=level_of(task.severity),
        title=title_of(task.category, task.title),
        gist=f"{said} +{more}" if more and value else said,
        patient=patient_line(task.patient, desk),
        url=reverse("dashboards:task", args=[task.pk]),
        stays=stays,
    )
