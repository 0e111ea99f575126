"""Steps of ladders, each fired once: somebody is told, paged, given the task or asked to close."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation import ladder
from escalation.duty import Roster
from escalation.ladder import Firing, Place
from escalation.models import Action, Clock, ClockKind, LadderStep, StepFired
from escalation.operations import clocks
from escalation.operations.aiming import lapses_at
from escalation.policies import Book, Rungs
from escalation.receivers import Reached, last_resort, receivers
from escalation.words import words
from outbox import operations as outbox
from outbox.choosing import RANK, Reach
from outbox.models import Intent, Urgency
from outbox.operations import Saying
from routing import operations as routing
from routing.models import Queue, Task
from routing.states import TaskStatus
from tenants import bulk, scope, wake
from tenants.ids import uuid7
from tenants.models import Topic

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=1)
"""After which a task that somebody else holds locked is looked at again."""

UNTIL = {ClockKind.ACKNOWLEDGE: Intent.Until.ACKNOWLEDGED, ClockKind.CLOSE: Intent.Until.ENDED}

AGAIN = """
UPDATE escalation_clock c SET next_at = d.next_at
FROM unnest(%s::uuid[], %s::timestamptz[]) AS d (id, next_at)
WHERE c.practice_id = %s AND c.id = d.id
"""


@dataclass(slots=True)
class Tray:
    """What a pass needs, and the rows that it is about to write."""

    book: Book
    roster: Roster
    reach: Reach
    actor: Actor
    now: datetime
    climbed: Mapping[UUID, dict[int, int]] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    events: list[bulk.Row] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that is due, with what is known of it."""

    clock: Clock
    task: Task
    place: Place
    rungs: Rungs
    climbed: dict[int, int]


@transaction.atomic
def fire_due(
    clock_ids: Iterable[UUID], *, book: Book, roster: Roster, reach: Reach, actor: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """Fire what is due of these clocks; returns how many steps fired.

    Lock order: task, then clock, then intent. What a person did meanwhile is seen under the lock;
    what they are doing just now is waited for by nobody: it is looked at again a second later.
    """
    rows = Clock.objects.filter(pk__in=list(clock_ids), ended_at__isnull=True, next_at__lte=now)
    task_of = dict(rows.values_list("pk", "task_id"))
    tasks = _tasks(set(task_of.values()))
    missed = [pk for pk, task_id in task_of.items() if task_id not in tasks]
    wake.call(Topic.CLOCK, ((pk, now + LOOK_AGAIN) for pk in missed))
    held = list(rows.filter(task__in=list(tasks)).order_by("pk").select_for_update(of=("self",)))
    tray = Tray(book, roster, reach, actor, now, clocks.climbed_of(held))
    for clock in held:
        _fire(tray, clock, tasks[clock.task_id])
    _write(tray)
    return len(tray.rows)


def _tasks(ids: set[UUID]) -> dict[UUID, Task]:
    """These tasks, locked, but for those that somebody else has locked."""
    rows = Task.objects.filter(pk__in=ids).order_by("pk").select_related("item")
    queues = Queue.objects.in_bulk()
    found = {task.pk: task for task in rows.select_for_update(of=("self",), skip_locked=True)}
    for task in found.values():
        task.queue = queues[task.queue_id]
    return found


def _fire(tray: Tray, clock: Clock, task: Task) -> None:
    """The highest step that is due; where it reaches nobody, the next one at once."""
    tray.changed.append(clock)
    clock.task = task
    target = tray.book.target(clock.target_id)
    if not _still_asked(clock, task, pauses=target.pauses):
        clock.next_at = None
        return
    place = tray.book.place_at(task.location_id)
    ends = lapses_at(clock, target, task, place)
    if ends is not None and ends <= tray.now:
        _give_back(tray, clock, task)
    rungs = tray.book.rungs(target.ladder_id, clock.kind)
    climbed = tray.climbed.get(clock.pk) or {}
    _climb(tray, Due(clock, task, place, rungs, climbed))
    clock.next_at = clocks.next_at(tray.book, clock, target, task, place, climbed)


def _still_asked(clock: Clock, task: Task, *, pauses: bool) -> bool:
    """Whether nobody has done what the clock asks for; a task on hold may pause it."""
    if not task.is_open or (clock.kind == ClockKind.ACKNOWLEDGE and task.acknowledged_at):
        return False
    return not (pauses and task.status == TaskStatus.ON_HOLD)


def _give_back(tray: Tray, clock: Clock, task: Task) -> None:
    """To the pool, for whoever took it does not get on with it."""
    routing.hand_over(task, to=None, reason="not started in time: back to the queue",
                      actor=tray.actor, now=tray.now)  # fmt: skip
    tray.events.append(_entry(tray, "clock.lapsed", clock, task, {"kind": clock.kind}))


def _climb(tray: Tray, due: Due) -> None:
    chosen, passed = ladder.to_fire(
        due.rungs.timings, due.place, due.clock.due_at, due.climbed, now=tray.now
    )
    for one in passed:
        _note(tray, due, one, StepFired.Result.PASSED, "a later step was due")
    while chosen is not None and not _act(tray, due, chosen):
        later = {at: step for at, step in due.rungs.timings.items() if at > chosen.step}
        chosen = ladder.next_after(later, due.place, due.clock.due_at, due.climbed)


def _act(tray: Tray, due: Due, firing: Firing) -> bool:
    """Do what the step says; False where it reaches nobody."""
    step = due.rungs.steps[firing.step]
    reached = _fit(tray, step, receivers(step, due.task, tray.roster))
    if not reached.people and firing.step == due.rungs.last:
        reached = _whoever_is_left(tray, reached)
    if not reached.people:
        _note(tray, due, firing, StepFired.Result.SKIPPED, reached.reason)
        return False
    _note(tray, due, firing, StepFired.Result.FIRED, reached.reason, reached.people[0])
    if step.action == Action.REASSIGN:
        _reassign(tray, due.task, step, reached.people[0])
    for person in reached.people:
        tray.sayings += _say(tray, due, step, firing, person)
    return True


def _fit(tray: Tray, step: LadderStep, reached: Reached) -> Reached:
    """Of those reached, whom this action can be asked of."""
    if step.action == Action.PAGE and reached.people:
        people = tuple(one for one in reached.people if tray.reach.can_page(one.pk))
        return Reached(people, "" if people else "no verified contact that can ring")
    if step.action == Action.FORCE_CLOSE and reached.people:
        people = tuple(
            one for one in reached.people if permissions.may(one.roles, Operation.FORCE_CLOSE)
        )
        return Reached(people, "" if people else "no physician to decide on an override")
    return reached


def _whoever_is_left(tray: Tray, missed: Reached) -> Reached:
    """The last step always reaches someone: in the product at least, and says what went wrong."""
    logger.error("the last step of a ladder reached nobody")
    return Reached(last_resort(tray.roster).people, missed.reason)


def _reassign(tray: Tray, task: Task, step: LadderStep, to: Membership) -> None:
    if task.owner_id != to.pk:
        routing.hand_over(task, to=to, queue=step.queue, reason="late: moved by its ladder",
                          actor=tray.actor, now=tray.now)  # fmt: skip


def _say(
    tray: Tray, due: Due, step: LadderStep, firing: Firing, person: Membership
) -> Sequence[Saying]:
    is_page = step.action == Action.PAGE
    urgency = Urgency.PAGE if is_page else Urgency.NOTICE
    ways = tray.reach.pages(person.pk, now=tray.now) if is_page else ()
    ways = ways or tray.reach.notices(person.pk, due.place.hours.zone, now=tray.now)
    reference = outbox.reference() if is_page else ""
    said = words(step.action, reference=reference)
    occasion = f"step:{due.clock.pk}:{due.clock.lap}:{firing.step}:{firing.round}:{person.pk}"
    return [
        Saying(
            key=f"{occasion}:{way.channel.value}", member_id=person.pk, task_id=due.task.pk,
            channel=way.channel, contact_id=way.contact_id, urgency=urgency,
            until=UNTIL[ClockKind(due.clock.kind)], template=step.action, subject=said.subject,
            body=said.body, reference=reference, rank=RANK[urgency] + due.task.danger, at=way.at,
        )
        for way in ways
    ]  # fmt: skip


def _note(
    tray: Tray, due: Due, firing: Firing, result: StepFired.Result, reason: str = "",
    member: Membership | None = None,
) -> None:  # fmt: skip
    clock, step = due.clock, due.rungs.steps[firing.step]
    due.climbed[firing.step] = firing.round
    tray.rows.append(
        {"id": uuid7(), "clock_id": clock.pk, "step_id": step.pk, "lap": clock.lap,
         "round": firing.round, "due_at": firing.at, "at": tray.now, "result": result.value,
         "reason": reason, "member_id": member.pk if member else None}
    )  # fmt: skip
    detail = {"step": firing.step, "round": firing.round, "reason": reason}
    tray.events.append(_entry(tray, f"step.{result.value}", clock, due.task, detail))


def _entry(
    tray: Tray, action: str, clock: Clock, task: Task, detail: Mapping[str, Any]
) -> bulk.Row:
    return log.entry(action, entity=clock, patient_id=task.patient_id, detail=detail,
                     actor=tray.actor, now=tray.now)  # fmt: skip


def _write(tray: Tray) -> None:
    bulk.insert(StepFired, tray.rows)
    with connection.cursor() as cursor:
        ids, instants = [one.pk for one in tray.changed], [one.next_at for one in tray.changed]
        cursor.execute(AGAIN, [ids, instants, scope.current()])
    wake.call(
        Topic.CLOCK,
        ((clock.pk, clock.next_at) for clock in tray.changed if clock.next_at is not None),
    )
    outbox.intend(tray.sayings, actor=tray.actor, now=tray.now)
    log.record_all(tray.events)
