"""Clocks begun, aimed anew, paused and ended, as the history of their tasks says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from audit import log
from audit.actors import Actor
from escalation import lateness
from escalation.ladder import Aim, Climbed
from escalation.models import Clock, ClockKind, Extension, StepFired
from escalation.operations.aiming import Credit, due_after, next_at
from escalation.policies import Book
from escalation.standing import Happened, Opening, openings
from outbox import operations as outbox
from outbox.models import Intent
from routing.models import Task, TaskTransition
from tenants import bulk, wake
from tenants.models import Topic

WRITTEN = (
    "policy_id", "target_id", "due_at", "paused_since", "next_at", "lap", "ended_at", "end",
)  # fmt: skip

Cause = tuple[str, int]
"""A kind of clock, and the task's version that asks for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One clock that the history of a task asks for."""

    kind: str
    version: int
    begun_at: datetime
    """The result's own time; of work that came again, or to somebody new, the time it came."""
    done_at: datetime | None
    opening: Opening


@dataclass(slots=True)
class Tray:
    """What is known of the tasks of one call, and the rows that it is about to write."""

    book: Book
    actor: Actor
    now: datetime
    climbed: Mapping[UUID, Climbed]
    given: Mapping[UUID, Sequence[Credit]]
    begun: list[Clock] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)
    calls: list[tuple[UUID, datetime]] = field(default_factory=list)


@transaction.atomic
def adjust(task_ids: Iterable[UUID], *, book: Book, actor: Actor, now: datetime) -> int:
    """Bring the clocks of tasks into line with their history; returns how many clocks changed."""
    tasks = list(Task.objects.lock(sorted(task_ids)))
    held = held_of(tasks)
    tray = open_tray([clock for clocks in held.values() for clock in clocks], book=book,
                     actor=actor, now=now)  # fmt: skip
    histories = _histories(tasks)
    for task in tasks:
        follow(tray, task, openings(histories[task.pk]), held[task.pk])
    write(tray)
    late = [clock for clock in tray.begun if clock.due_at <= now]
    lateness.mark({clock.task_id for clock in (*tray.changed, *late)}, now=now)
    return len(tray.begun) + len(tray.changed)


def held_of(tasks: Sequence[Task]) -> dict[UUID, list[Clock]]:
    """Every clock that tasks ever had. Lock order: task, then clock, then intent, everywhere."""
    rows = Clock.objects.filter(task__in=tasks).order_by("pk").select_for_update(of=("self",))
    held: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in rows:
        held[clock.task_id].append(clock)
    return held


def open_tray(clocks: Sequence[Clock], *, book: Book, actor: Actor, now: datetime) -> Tray:
    """What is known of these clocks."""
    ids = [clock.pk for clock in clocks if clock.ended_at is None or clock.end == Clock.End.MOOT]
    given: dict[UUID, list[Credit]] = defaultdict(list)
    for one in Extension.objects.filter(clock__in=ids).order_by("at", "pk"):
        given[one.clock_id].append(Credit(one.at, timedelta(minutes=one.minutes)))
    return Tray(book, actor, now, climbed_of(clocks), given)


def climbed_of(clocks: Iterable[Clock]) -> dict[UUID, dict[int, int]]:
    """The last round of each step that fired, in the lap that their ladders are in."""
    laps = {clock.pk: clock.lap for clock in clocks}
    found: dict[UUID, dict[int, int]] = defaultdict(dict)
    rows = StepFired.objects.filter(clock__in=list(laps)).values_list(
        "clock_id", "lap", "step__position"
    )
    for clock_id, lap, position, turn in rows.annotate(last=Max("round")).order_by():
        if lap == laps[clock_id]:
            found[clock_id][position] = turn
    return found


def _histories(tasks: Sequence[Task]) -> dict[UUID, list[Happened]]:
    rows = TaskTransition.objects.filter(task__in=tasks).values_list(
        "task_id", "version", "move", "at", "member"
    )
    found: dict[UUID, list[Happened]] = defaultdict(list)
    for task_id, version, move, at, member_id in rows:
        found[task_id].append(Happened(version, move, at, by_member=member_id is not None))
    return found


def follow(tray: Tray, task: Task, opened: Sequence[Opening], held: Sequence[Clock]) -> None:
    """The clocks of one task after whatever happened to it."""
    asked = {(one.kind, one.version): one for one in _asked(task, opened)}
    known: dict[Cause, Clock] = {(clock.kind, clock.since_version): clock for clock in held}
    for cause, clock in known.items():
        before, looked_at = state(clock), clock.next_at
        clock.task = task
        _bring_up(tray, clock, task, asked.get(cause))
        if state(clock) != before:
            tray.changed.append(clock)
            _call(tray, clock, looked_at)
    for cause, one in asked.items():
        if cause not in known:
            _begin(tray, task, one, held)


def _asked(task: Task, opened: Sequence[Opening]) -> Iterable[Asked]:
    for opening in opened:
        since = opening.at if opening.is_reopened else task.issued_at
        yield Asked(ClockKind.CLOSE, opening.version, since, opening.ended_at, opening)
        for number, ask in enumerate(opening.asks):
            ends = [at for at in (ask.acknowledged_at, opening.ended_at) if at is not None]
            yield Asked(ClockKind.ACKNOWLEDGE, ask.version, ask.at if number else since,
                        min(ends, default=None), opening)  # fmt: skip


def state(clock: Clock) -> tuple[object, ...]:
    """What the engine may change of it."""
    return tuple(getattr(clock, column) for column in WRITTEN)


def _bring_up(tray: Tray, clock: Clock, task: Task, asked: Asked | None) -> None:
    """One clock that was begun before: it goes on, ends, or is asked for once more."""
    if clock.ended_at is not None and clock.end != Clock.End.MOOT:
        return
    if asked is None or (asked.done_at is not None and clock.ended_at is not None):
        _end(clock, Clock.End.MOOT, clock.ended_at or tray.now)
        return
    _take_target(tray, clock, task)
    aim = tray.book.target(clock.target_id).aim(clock.kind)
    if aim is None:
        _end(clock, Clock.End.MOOT, clock.ended_at or tray.now)
    else:
        _aim(tray, clock, task, aim, asked)


def _take_target(tray: Tray, clock: Clock, task: Task) -> None:
    """The target of what the task is now; another ladder is climbed from its first rung."""
    before = tray.book.target(clock.target_id).ladder_id
    target = next(iter(tray.book.matching(task, clock.policy_id)), None)
    clock.target_id = target.pk if target else clock.target_id
    if target is not None and target.ladder_id != before:
        clock.lap += 1
        tray.climbed = {**tray.climbed, clock.pk: {}}


def _begin(tray: Tray, task: Task, asked: Asked, held: Sequence[Clock]) -> None:
    """A clock that the history asks for: by the version that the task's others began with."""
    policy_id = _version_of(held, asked.opening) or tray.book.policy.pk
    target = next(iter(tray.book.matching(task, policy_id)), None)
    aim = target.aim(asked.kind) if target else None
    in_force = tray.book.policies[policy_id].effective_at
    over_before = asked.done_at is not None and (in_force is None or asked.done_at < in_force)
    if target is None or aim is None or over_before:
        return
    clock = Clock(
        task=task, kind=asked.kind, policy_id=policy_id, target=target, begun_at=asked.begun_at,
        since_version=asked.version, due_at=tray.now,
    )  # fmt: skip
    _aim(tray, clock, task, aim, asked)
    tray.begun.append(clock)
    _call(tray, clock, None)


def _version_of(held: Sequence[Clock], opening: Opening) -> UUID | None:
    """The policy of an opening's clocks; of the one to close first, for it is there all along."""
    mine = [clock for clock in held if clock.since_version >= opening.version]
    by_close = sorted(mine, key=lambda one: (one.kind != ClockKind.CLOSE, -one.since_version))
    return by_close[0].policy_id if by_close else None


def _aim(tray: Tray, clock: Clock, task: Task, aim: Aim, asked: Asked) -> None:
    """When it is due, after every pause and extension so far, and when its next step fires."""
    target, place = tray.book.target(clock.target_id), tray.book.place_of(task)
    opening = asked.opening
    pauses = opening.pauses if target.pauses else ()
    clock.due_at = due_after(aim, place, clock.begun_at, pauses, tray.given.get(clock.pk, ()))
    if asked.done_at is not None:
        late = Clock.End.MISSED if asked.done_at > clock.due_at else Clock.End.MET
        _end(clock, Clock.End.MOOT if opening.is_cancelled else late, asked.done_at)
        return
    clock.ended_at, clock.end = None, ""
    clock.paused_since = opening.paused_since if target.pauses else None
    climbed = tray.climbed.get(clock.pk, {})
    clock.next_at = None if clock.paused_since else next_at(
        tray.book, clock, target, task, place, climbed
    )  # fmt: skip


def _end(clock: Clock, how: Clock.End, at: datetime) -> None:
    """Nothing of it fires any more."""
    clock.ended_at, clock.end, clock.next_at, clock.paused_since = at, how, None, None


def _call(tray: Tray, clock: Clock, before: datetime | None) -> None:
    if clock.next_at is not None and clock.next_at != before:
        tray.calls.append((clock.pk, clock.next_at))


def _call_off(tasks: Sequence[Task]) -> None:
    """What nobody needs to hear any more is not sent."""
    seen = {task.pk for task in tasks if task.acknowledged_at is not None or not task.is_open}
    ended = {task.pk for task in tasks if not task.is_open}
    if seen:
        outbox.call_off(seen, until=[Intent.Until.ACKNOWLEDGED])
    if ended:
        outbox.call_off(ended, until=[Intent.Until.ENDED])


def write(tray: Tray) -> None:
    """Everything noted, with its audit."""
    bulk.put(Clock, tray.changed, key=["id"], columns=WRITTEN)
    bulk.insert(Clock, tray.begun)
    _call_off([clock.task for clock in tray.changed if clock.ended_at is not None])
    wake.call(Topic.CLOCK, tray.calls)
    log.record_all(
        log.entry(f"clock.{clock.end or verb}", entity=clock, patient_id=clock.task.patient_id,
                  detail={"kind": clock.kind, "due": clock.due_at.isoformat()},
                  actor=tray.actor, now=tray.now)
        for verb, clocks in (("begun", tray.begun), ("changed", tray.changed)) for clock in clocks
    )  # fmt: skip
