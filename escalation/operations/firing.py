"""Steps of ladders, each fired once: somebody is told, paged or given the task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation import ladder
from escalation.duty import Roster
from escalation.ladder import Firing
from escalation.models import Action, Clock, ClockKind, LadderStep, StepFired
from escalation.operations import clocks
from escalation.policies import Book
from escalation.receivers import Reached, receivers
from escalation.words import words
from outbox import operations as outbox
from outbox.choosing import RANK, Reach
from outbox.models import Intent, Urgency
from outbox.operations import Saying
from routing import operations as routing
from routing.models import Task
from routing.states import TaskStatus
from tenants import bulk, wake
from tenants.models import Topic

AGAIN = ("next_at",)

UNTIL = {ClockKind.ACKNOWLEDGE: Intent.Until.ACKNOWLEDGED, ClockKind.CLOSE: Intent.Until.ENDED}


@dataclass(slots=True)
class Tray:
    """What a pass needs, and the rows that it is about to write."""

    book: Book
    roster: Roster
    reach: Reach
    actor: Actor
    now: datetime
    fired: dict[UUID, set[tuple[int, int]]] = field(default_factory=dict)
    rows: list[StepFired] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)


@transaction.atomic
def fire_due(
    clock_ids: Iterable[UUID], *, book: Book, roster: Roster, reach: Reach, actor: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """Fire what is due of these clocks; returns how many steps fired.

    Lock order: task, then clock, then intent. What a person did meanwhile is seen under the lock.
    """
    due = Clock.objects.filter(pk__in=list(clock_ids), ended_at__isnull=True, next_at__lte=now)
    tasks = {
        task.pk: task for task in Task.objects.lock(sorted(due.values_list("task", flat=True)))
    }
    held = list(due.order_by("pk").select_for_update(of=("self",)).prefetch_related("target"))
    tray = Tray(book, roster, reach, actor, now, clocks.fired_of(held))
    for clock in held:
        if clock.task_id in tasks:
            clock.task = tasks[clock.task_id]
            _fire(tray, clock)
    _write(tray)
    return len(tray.rows)


def _fire(tray: Tray, clock: Clock) -> None:
    """The highest step that is due; where it reaches nobody, the next one at once."""
    if not _still_asked(clock):
        clock.next_at = None
        tray.changed.append(clock)
        return
    steps = {step.position: step for step in clocks.steps_of(tray.book, clock)}
    place = tray.book.place_of(clock.task)
    plan, fired = clocks.plan(tray.book, clock, place), tray.fired.setdefault(clock.pk, set())
    chosen, passed = ladder.to_fire(plan, fired, tray.now)
    for one in passed:
        _note(tray, clock, steps[one.step], one, StepFired.Result.PASSED, "a later step was due")
    while chosen is not None and not _act(tray, clock, steps[chosen.step], chosen):
        later = [one for one in plan if one.step > chosen.step]
        chosen = min(later, default=None)
    coming = ladder.next_after(plan, fired)
    clock.next_at = coming.at if coming else None
    tray.changed.append(clock)


def _still_asked(clock: Clock) -> bool:
    """Whether nobody has done what the clock asks for; a task on hold may pause it."""
    task = clock.task
    if not task.is_open or (clock.kind == ClockKind.ACKNOWLEDGE and task.acknowledged_at):
        return False
    return not (clock.target.pauses and task.status == TaskStatus.ON_HOLD)


def _act(tray: Tray, clock: Clock, step: LadderStep, firing: Firing) -> bool:
    """Do what the step says; False where it reaches nobody."""
    reached = receivers(step, clock.task, tray.roster)
    if step.action == Action.PAGE and reached.people:
        people = tuple(one for one in reached.people if tray.reach.can_page(one.pk))
        reached = Reached(people, "" if people else "no verified contact that can ring")
    if not reached.people:
        _note(tray, clock, step, firing, StepFired.Result.SKIPPED, reached.reason)
        return False
    _note(tray, clock, step, firing, StepFired.Result.FIRED, "", reached.people[0])
    if step.action == Action.REASSIGN:
        _reassign(tray, clock, step, reached.people[0])
    for person in reached.people:
        tray.sayings += _say(tray, clock, step, firing, person)
    return True


def _reassign(tray: Tray, clock: Clock, step: LadderStep, to: Membership) -> None:
    if clock.task.owner_id != to.pk:
        routing.hand_over(clock.task, to=to, queue=step.queue, reason="late: moved by its ladder",
                          actor=tray.actor, now=tray.now)  # fmt: skip


def _say(
    tray: Tray, clock: Clock, step: LadderStep, firing: Firing, person: Membership
) -> Sequence[Saying]:
    is_page = step.action == Action.PAGE
    urgency = Urgency.PAGE if is_page else Urgency.NOTICE
    zone = tray.book.place_of(clock.task).hours.zone
    ways = (
        tray.reach.pages(person.pk, now=tray.now)
        if is_page
        else tray.reach.notices(person.pk, zone, now=tray.now)
    )
    reference = outbox.reference() if is_page else ""
    said = words(step.action, reference=reference)
    return [
        Saying(
            key=f"step:{clock.pk}:{firing.step}:{firing.round}:{person.pk}:{way.channel.value}",
            member_id=person.pk, task_id=clock.task_id, channel=way.channel,
            contact_id=way.contact_id, urgency=urgency, until=UNTIL[ClockKind(clock.kind)],
            template=step.action, subject=said.subject, body=said.body, reference=reference,
            rank=RANK[urgency] + clock.task.danger, at=way.at,
        )
        for way in ways
    ]  # fmt: skip


def _note(
    tray: Tray, clock: Clock, step: LadderStep, firing: Firing, result: StepFired.Result,
    reason: str = "", member: Membership | None = None,
) -> None:  # fmt: skip
    tray.fired[clock.pk].add((firing.step, firing.round))
    tray.rows.append(
        StepFired(clock=clock, step=step, round=firing.round, due_at=firing.at, at=tray.now,
                  result=result, reason=reason, member=member)
    )  # fmt: skip


def _write(tray: Tray) -> None:
    bulk.insert(StepFired, tray.rows)
    bulk.put(Clock, tray.changed, key=["id"], columns=AGAIN)
    wake.call(
        Topic.CLOCK,
        ((clock.pk, clock.next_at) for clock in tray.changed if clock.next_at is not None),
    )
    outbox.intend(tray.sayings, actor=tray.actor, now=tray.now)
    log.record_all(
        log.entry(f"step.{row.result}", entity=row.clock, patient_id=row.clock.task.patient_id,
                  detail={"step": row.step.position, "round": row.round, "reason": row.reason},
                  actor=tray.actor, now=tray.now)
        for row in tray.rows
    )  # fmt: skip
