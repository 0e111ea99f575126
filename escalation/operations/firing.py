"""Steps of ladders, each fired once: somebody is told, paged, given the task or asked to close."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from accounts import permissions
from accounts.languages import speaking_to
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation import ladder, lateness
from escalation.duty import Roster
from escalation.ladder import Firing, Place
from escalation.models import Action, ClockKind, LadderStep, Receiver, StepFired
from escalation.operations.aiming import lapses_at, next_at
from escalation.operations.due import DueClock, LateTask, lock_due
from escalation.policies import Book, Rungs
from escalation.receivers import Reached, last_resort, receivers
from escalation.words import words
from outbox import operations as outbox
from outbox.choosing import RANK, Reach, Way
from outbox.models import Intent, Urgency
from outbox.operations import Saying
from routing import operations as routing
from routing.models import Task
from routing.states import TaskStatus
from tenants import bulk, scope, wake
from tenants.ids import uuid7
from tenants.models import Topic

logger = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=1)
"""After which a task that somebody else holds locked is looked at again."""

UNTIL = {
    ClockKind.ACKNOWLEDGE.value: Intent.Until.ACKNOWLEDGED.value,
    ClockKind.CLOSE.value: Intent.Until.ENDED.value,
}

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
    rows: list[bulk.Row] = field(default_factory=list)
    events: list[bulk.Row] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)
    found: dict[tuple[object, ...], Reached] = field(default_factory=dict)
    """Whom a step reaches, by all that it depends on."""
    ways: dict[tuple[UUID, bool, str], Sequence[Way]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that is due, where, and what its ladder says."""

    clock: DueClock
    place: Place
    rungs: Rungs


@transaction.atomic
def fire_due(
    clock_ids: Iterable[UUID], *, book: Book, roster: Roster, reach: Reach, actor: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """Fire what is due of these clocks; returns how many steps fired.

    Lock order: task, then clock, then intent. What a person did meanwhile is seen under the lock;
    what they are doing just now is looked at again a second later.
    """
    due, missed = lock_due(list(clock_ids), book=book, now=now)
    wake.call(Topic.CLOCK, ((pk, now + LOOK_AGAIN) for pk in missed))
    tray = Tray(book, roster, reach, actor, now)
    for clock in due:
        _fire(tray, clock)
    _write(tray, due)
    lateness.mark({clock.task.pk for clock in due}, now=now)
    return len(tray.rows)


def _fire(tray: Tray, clock: DueClock) -> None:
    """The highest step that is due; where it reaches nobody, the next one at once."""
    task, target = clock.task, tray.book.target(clock.target_id)
    if not _still_asked(clock, pauses=target.pauses):
        return
    place = tray.book.place_at(task.location_id)
    ends = lapses_at(clock, target, task, place)
    if ends is not None and ends <= tray.now:
        _hand_over(tray, task, None, reason=_("not started in time: back to the queue"))
        tray.events.append(_entry(tray, "clock.lapsed", clock, {"kind": clock.kind}))
    _climb(tray, Due(clock, place, tray.book.rungs(target.ladder_id, clock.kind)))
    clock.next_at = next_at(tray.book, clock, target, task, place, clock.climbed)


def _still_asked(clock: DueClock, *, pauses: bool) -> bool:
    """Whether nobody has done what the clock asks for; a task on hold may pause it."""
    task = clock.task
    seen = clock.kind == ClockKind.ACKNOWLEDGE and task.acknowledged_at is not None
    if seen or task.ended_at is not None:
        return False
    return not (pauses and task.status == TaskStatus.ON_HOLD)


def _climb(tray: Tray, due: Due) -> None:
    timings, due_at, climbed = due.rungs.timings, due.clock.due_at, due.clock.climbed
    chosen, passed = ladder.to_fire(timings, due.place, due_at, climbed, now=tray.now)
    paged: set[UUID] = set()
    owed = [one for one in passed if _is_owed(due, one)]
    for one in passed:
        if one not in owed:
            _note(tray, due, one, StepFired.Result.PASSED, _("a later step was due"))
    while chosen is not None and not _act(tray, due, chosen, paged):
        later = {at: step for at, step in timings.items() if at > chosen.step}
        if later.keys() & climbed.keys():
            break  # taken before its time, it has reached somebody: its rounds keep theirs
        chosen = ladder.next_after(later, due.place, due_at, climbed)
    for one in owed:
        _act(tray, due, one, paged)


def _is_owed(due: Due, firing: Firing) -> bool:
    """Whether a step that a later one overtook pages people whom nobody has paged yet.

    Repeats and notices of a standstill are spared, people are not: those who lead may not be the
    ones who can judge a result that came late.
    """
    return due.rungs.steps[firing.step].action == Action.PAGE and (
        firing.step not in due.clock.climbed
    )


def _act(tray: Tray, due: Due, firing: Firing, paged: set[UUID]) -> bool:
    """Do what the step says; False where it reaches nobody.

    `paged`: whom this clock has paged in this pass; nobody is paged twice.
    """
    step = due.rungs.steps[firing.step]
    reached = _reached(tray, step, due.clock.task, is_last=firing.step == due.rungs.last)
    if not reached.people:
        _note(tray, due, firing, StepFired.Result.SKIPPED, reached.reason)
        return False
    if step.action == Action.PAGE:
        people = tuple(one for one in reached.people if one.pk not in paged)
        if not people:
            _note(tray, due, firing, StepFired.Result.PASSED, _("a later step paged them"))
            return True
        paged.update(one.pk for one in people)
        reached = Reached(people, reached.reason)
    _note(tray, due, firing, StepFired.Result.FIRED, reached.reason, reached.people[0])
    if step.action == Action.REASSIGN:
        _reassign(tray, due.clock.task, step, reached.people[0])
    for person in reached.people:
        tray.sayings += _say(tray, due, step, firing, person)
    return True


def _reached(tray: Tray, step: LadderStep, task: LateTask, *, is_last: bool) -> Reached:
    """Whom the step reaches, worked out once a pass for all tasks alike."""
    orderer = task.item_id if step.receiver == Receiver.ORDERER else None
    key = (step.pk, task.owner_id, task.queue.pk, task.location_id, orderer)
    if key not in tray.found:
        reached = _fit(tray, step, receivers(step, task, tray.roster))
        if not reached.people and is_last:
            # The last step always reaches someone: in the product at least, saying what is wrong.
            logger.error("the last step of a ladder reached nobody")
            reached = Reached(last_resort(tray.roster).people, reached.reason)
        tray.found[key] = reached
    return tray.found[key]


def _fit(tray: Tray, step: LadderStep, reached: Reached) -> Reached:
    """Of those reached, whom this action can be asked of."""
    if step.action == Action.PAGE and reached.people:
        people = tuple(one for one in reached.people if tray.reach.can_page(one.pk))
        return Reached(people, "" if people else _("no verified contact that can ring"))
    if step.action == Action.FORCE_CLOSE and reached.people:
        people = tuple(
            one for one in reached.people if permissions.may(one.roles, Operation.FORCE_CLOSE)
        )
        return Reached(people, "" if people else _("no physician to decide on an override"))
    return reached


def _reassign(tray: Tray, task: LateTask, step: LadderStep, to: Membership) -> None:
    if task.owner_id != to.pk:
        _hand_over(tray, task, to, reason=_("late: moved by its ladder"), step=step)


def _hand_over(
    tray: Tray, task: LateTask, to: Membership | None, *, reason: str,
    step: LadderStep | None = None,
) -> None:  # fmt: skip
    held = Task.objects.select_related("queue").get(pk=task.pk)
    task.again(routing.hand_over(held, to=to, queue=step.queue if step else None, reason=reason,
                                 actor=tray.actor, now=tray.now))  # fmt: skip


def _say(
    tray: Tray, due: Due, step: LadderStep, firing: Firing, person: Membership
) -> Sequence[Saying]:
    clock, task = due.clock, due.clock.task
    is_page = step.action == Action.PAGE
    urgency = Urgency.PAGE if is_page else Urgency.NOTICE
    reference = outbox.reference() if is_page else ""
    with speaking_to(person):
        said = words(step.action, reference=reference)
    occasion = f"step:{clock.pk}:{clock.lap}:{firing.step}:{firing.round}:{person.pk}"
    return [
        Saying(
            key=f"{occasion}:{way.channel.value}", member_id=person.pk, task_id=task.pk,
            channel=way.channel, contact_id=way.contact_id, urgency=urgency.value,
            until=UNTIL[clock.kind], template=step.action, subject=said.subject,
            body=said.body, reference=reference, rank=RANK[urgency] + task.danger, at=way.at,
        )
        for way in _ways(tray, person, is_page=is_page, zone=due.place.hours.zone)
    ]  # fmt: skip


def _ways(tray: Tray, person: Membership, *, is_page: bool, zone: str) -> Sequence[Way]:
    """Over what they are told; of whoever has nothing that rings, as a notice."""
    key = (person.pk, is_page, zone)
    if key not in tray.ways:
        ways = tray.reach.pages(person.pk, now=tray.now) if is_page else []
        tray.ways[key] = ways or tray.reach.notices(person.pk, zone, now=tray.now)
    return tray.ways[key]


def _note(
    tray: Tray, due: Due, firing: Firing, result: StepFired.Result, reason: str = "",
    member: Membership | None = None,
) -> None:  # fmt: skip
    clock, step = due.clock, due.rungs.steps[firing.step]
    clock.climbed[firing.step] = firing.round
    tray.rows.append(
        {"id": uuid7(), "clock_id": clock.pk, "step_id": step.pk, "lap": clock.lap,
         "round": firing.round, "due_at": firing.at, "at": tray.now, "result": result.value,
         "reason": reason, "member_id": member.pk if member else None}
    )  # fmt: skip
    detail = {"step": firing.step, "round": firing.round, "reason": reason}
    tray.events.append(_entry(tray, f"step.{result.value}", clock, detail))


def _entry(tray: Tray, action: str, clock: DueClock, detail: Mapping[str, Any]) -> bulk.Row:
    return log.entry_of(action, "clock", clock.pk, patient_id=clock.task.patient_id, detail=detail,
                        actor=tray.actor, now=tray.now)  # fmt: skip


def _write(tray: Tray, due: Sequence[DueClock]) -> None:
    bulk.insert(StepFired, tray.rows)
    with connection.cursor() as cursor:
        ids, instants = [one.pk for one in due], [one.next_at for one in due]
        cursor.execute(AGAIN, [ids, instants, scope.current()])
    wake.call(Topic.CLOCK, ((one.pk, one.next_at) for one in due if one.next_at is not None))
    outbox.say(tray.sayings, actor=tray.actor, now=tray.now)
    log.record_all(tray.events)
