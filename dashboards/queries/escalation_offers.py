"""What a member may do about a late task, in a fixed order, and why not where they may not."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import Operation, may
from charts.values import Priority, Severity
from dashboards.queries.desk import Desk
from dashboards.rows import Action, PersonChoice
from dashboards.words import later
from escalation import ladder
from escalation.duty import Roster
from escalation.ladder import Place
from escalation.models import Clock
from routing.authority import Authority
from routing.models import Task

LABELS = {
    "take": later("Take over"),
    "reassign": later("Reassign"),
    "call": later("Log a call"),
    "extend": later("More time"),
    "override": later("Close by override"),
}

NEVER = later("Critical work gets no more time: take it over, or reassign it.")


def actions(task: Task, desk: Desk, clocks: Sequence[Clock]) -> tuple[Action, ...]:
    """Take over, reassign, log a call, more time, close by override."""
    roles = desk.member.roles
    refusals = {
        "take": desk.authority.may_close_task(roles, task).reason,
        "reassign": _leased(task, desk) or may(roles, Operation.ASSIGN).reason,
        "call": may(roles, Operation.WORK_TASKS).reason,
        "extend": may(roles, Operation.EXTEND).reason or why_no_more_time(task, clocks),
        "override": may(roles, Operation.FORCE_CLOSE).reason,
    }
    return tuple(
        Action(
            code=code, label=label, main=code == "take", why_not=refusals[code],
            url=reverse("dashboards:escalation_act", args=[task.pk, code]),
            asks=code != "take",
        )
        for code, label in LABELS.items()
    )  # fmt: skip


def _leased(task: Task, desk: Desk) -> str:
    if task.claimed_at(desk.now) and task.claimed_by_id != desk.member.pk and task.claimed_by:
        return _("%(name)s is doing this now. Take it over instead.") % {
            "name": task.claimed_by.name
        }
    return ""


def why_no_more_time(task: Task, clocks: Sequence[Clock]) -> str:
    """The sentence beside More time where it is off."""
    if critical(task):
        return NEVER
    return "" if extendable(clocks) else _("No clock runs on it.")


def critical(task: Task) -> bool:
    """Work that never gets more time."""
    return task.priority == Priority.STAT or task.severity == Severity.CRITICAL


def extendable(clocks: Sequence[Clock]) -> list[Clock]:
    """The clocks that may be put off."""
    return [clock for clock in clocks if clock.ended_at is None]


def minutes_until(clock: Clock, place: Place, until: datetime, *, now: datetime) -> int:
    """How much of the clock's own time lies between its due instant, or now, and then."""
    aim = clock.target.aim(clock.kind)
    if aim is None:
        return 0
    more = ladder.paused_between(aim, place, max(clock.due_at, now), until)
    return more // timedelta(minutes=1)


def to_give(
    members: Sequence[Membership], roster: Roster, task: Task, held: Authority
) -> tuple[PersonChoice, ...]:
    """Whom a task can go to: first who is here and may close it; beside the others, why later."""
    found = [
        PersonChoice(value=f"member:{one.pk}", name=one.name, role=one.role.label,
                     note=_away(one, roster) or _cannot(one, task, held))
        for one in members
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: bool(one.note)))


def _away(member: Membership, roster: Roster) -> str:
    if member.pk not in roster.away:
        return ""
    cover = roster.present(member.pk)
    return (
        _("away, %(cover)s covers") % {"cover": cover.name} if cover else _("away, nobody covers")
    )


def _cannot(member: Membership, task: Task, held: Authority) -> str:
    return "" if held.may_close_task(member.roles, task) else _("cannot close it")


def to_call(members: Sequence[Membership], phones: Mapping[UUID, str]) -> tuple[PersonChoice, ...]:
    """Whom somebody may have called, with the number to call."""
    return tuple(
        PersonChoice(value=str(one.pk), name=one.name, role=one.role.label,
                     phone=phones.get(one.pk, ""))
        for one in members
    )  # fmt: skip
