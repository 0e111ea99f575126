"""Tasks that are late or climb their ladder, worst first: who must be reached now?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.permissions import Operation, may
from accounts.roles import Role
from dashboards import words
from dashboards.queries import ladders, sources
from dashboards.queries.desk import Desk
from dashboards.queries.escalation_offers import actions
from dashboards.queries.ladders import Sight
from dashboards.queries.listed import fetch
from dashboards.queries.listing import rows_of
from dashboards.rows import EscalationRow, HereNow
from dashboards.rows.ladder import CallLine, ClockLadder
from escalation.models import Action, Call, Clock, LadderStep, StepFired
from outbox.models import Intent
from routing.models import Task
from tenants.querysets import PracticeQuerySet

PAGE = 25

LEADING = (Role.SUPERVISOR, Role.PRACTICE_MANAGER, Role.PHYSICIAN, Role.NURSE)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of escalated tasks."""

    rows: tuple[EscalationRow, ...]
    total: int
    here: tuple[HereNow, ...]
    patients: Mapping[str, UUID]
    """Whose the tasks are, by the task's id."""


def find(desk: Desk, *, begin: int = 0) -> Found:
    """What concerns the member, worst first: by danger, then by how long it is late."""
    grouped = _escalated(desk).values_list("task", "task__danger").annotate(due=Min("due_at"))
    every = [row[0] for row in grouped.order_by("task__danger", "due", "task")]
    ids = every[begin : begin + PAGE]
    tasks = {
        task.pk: task
        for task in Task.objects.filter(pk__in=ids).select_related("queue", "owner", "item",
                                                                   "location", "claimed_by")
    }  # fmt: skip
    ordered = [tasks[pk] for pk in ids if pk in tasks]
    seen = ladders.sight(desk, ordered)
    patients = {str(task.pk): task.patient_id for task in ordered if task.patient_id}
    return Found(_rows(desk, ordered, seen), len(every), _here(seen), patients)


def last_ended(desk: Desk) -> str:
    """When the last late task was closed: for the empty screen."""
    ended = Clock.objects.filter(end=Clock.End.MISSED, ended_at__lte=desk.now)
    at = ended.order_by("-ended_at").values_list("ended_at", flat=True).first()
    return words.at_words(at, zone=desk.zone, now=desk.now) if at else ""


def _escalated(desk: Desk) -> PracticeQuerySet[Clock]:
    """Running clocks that are late, or of which a rung above a reminder was reached."""
    told = StepFired.objects.filter(
        clock=OuterRef("pk"), lap=OuterRef("lap"), result=StepFired.Result.FIRED
    ).exclude(step__action=Action.REMIND)
    running: PracticeQuerySet[Clock] = Clock.objects.filter(
        ended_at__isnull=True, paused_since__isnull=True, due_at__lte=desk.now + _lead()
    )
    running = running.filter(Q(due_at__lte=desk.now) | Exists(told), task__ended_at__isnull=True)
    if not desk.sees_patients:
        running = running.filter(task__patient__isnull=True)
    return running.filter(_concerns(desk))


def _lead() -> timedelta:
    """How long before its due instant a clock's ladder may speak, reminders apart."""
    early = LadderStep.objects.exclude(action=Action.REMIND).aggregate(least=Min("after_amount"))
    return timedelta(minutes=-min(early["least"] or 0, 0))


def _concerns(desk: Desk) -> Q:
    """All of them for whoever leads; else mine, my pools', and those that I was told of."""
    if may(desk.member.roles, Operation.SEE_EVERY_ESCALATION):
        return Q()
    told = Intent.objects.filter(task=OuterRef("task"), member=desk.member)
    pools = [queue.pk for queue in sources.pools(desk.member)]
    free = Q(task__owner__isnull=True, task__queue__in=pools)
    return Q(task__owner=desk.member) | free | Q(Exists(told))


def _rows(desk: Desk, tasks: Sequence[Task], seen: Sight) -> tuple[EscalationRow, ...]:
    listed = fetch(task.pk for task in tasks)
    rows = rows_of(desk, [listed[task.pk] for task in tasks], back="/escalations/")
    calls = calls_of(desk, tasks)
    return tuple(
        EscalationRow(
            task=row,
            owner=_owner(task, desk),
            clocks=_climbing(seen, task),
            others=tuple(
                one for one in row.dues.all if one.kind not in _kinds(_climbing(seen, task))
            ),
            calls=tuple(calls[task.pk]),
            actions=actions(task, desk, seen.clocks.get(task.pk, ())),
        )
        for row, task in zip(rows, tasks, strict=True)
    )


def _kinds(drawn: Sequence[ClockLadder]) -> set[str]:
    return {one.due.kind for one in drawn if one.due is not None}


def _climbing(seen: Sight, task: Task) -> tuple[ClockLadder, ...]:
    """The ladders that speak now: of what is late, or of which a rung was reached."""
    drawn = [ladders.ladder_of(seen, task, clock) for clock in seen.clocks.get(task.pk, ())]
    return tuple(one for one in drawn if one.late or one.has_begun)


def _owner(task: Task, desk: Desk) -> str:
    if task.owner is None:
        return _("Nobody has it: %(name)s") % {"name": task.queue.name}
    return (
        _("With you")
        if task.owner_id == desk.member.pk
        else _("With %(name)s") % {"name": task.owner.name}
    )


def calls_of(desk: Desk, tasks: Sequence[Task]) -> dict[UUID, list[CallLine]]:
    """The calls that were written down, newest first."""
    found: dict[UUID, list[CallLine]] = defaultdict(list)
    rows = Call.objects.filter(task__in=tasks).select_related("caller").order_by("-at")
    for call in rows:
        caller = _("You") if call.caller_id == desk.member.pk else call.caller.name
        ended = f"{call.get_outcome_display()[:1].lower()}{call.get_outcome_display()[1:]}"
        took = _(", and took the task") if call.took_it else ""
        line = _("%(caller)s called %(whom)s: %(ended)s%(took)s.") % {
            "caller": caller,
            "whom": call.whom,
            "ended": ended,
            "took": took,
        }
        when = words.moment(call.at, zone=desk.zone, now=desk.now)
        found[call.task_id].append(CallLine(when=when, words=line, note=call.note))
    return found


def _here(seen: Sight) -> tuple[HereNow, ...]:
    """Who is in now and could act, whoever is on call first."""
    on_call = seen.here.on_call(None, seen.desk.member.location_id)
    people = seen.here.of_role(*LEADING)
    if on_call is not None:
        people = [on_call, *(one for one in people if one.pk != on_call.pk)]
    return tuple(
        HereNow(
            name=_("You") if one.pk == seen.desk.member.pk else one.name, role=one.role.label,
            phone=seen.phone(one.pk),
            duty=_("On call") if on_call is not None and one.pk == on_call.pk else "",
        )
        for one in people
    )  # fmt: skip
