"""Clocks begun, aimed anew, paused and ended, as the history of their tasks says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from escalation import calendar, ladder
from escalation.calendar import NeverOpen
from escalation.ladder import Firing, Place
from escalation.models import Clock, ClockKind, LadderStep, StepFired, Target
from escalation.policies import Book
from escalation.standing import Happened, Standing, standing
from routing.models import Task, TaskTransition
from routing.states import TaskStatus
from tenants import bulk, wake
from tenants.models import Topic

WRITTEN = ("target_id", "due_at", "paused_since", "next_at", "ended_at", "end")

State = tuple[object, ...]


@dataclass(slots=True)
class Tray:
    """The rows that one call is about to write."""

    book: Book
    actor: Actor
    now: datetime
    fired: dict[UUID, set[tuple[int, int]]]
    begun: list[Clock] = field(default_factory=list)
    changed: list[Clock] = field(default_factory=list)


@transaction.atomic
def adjust(task_ids: Iterable[UUID], *, book: Book, actor: Actor, now: datetime) -> int:
    """Bring the clocks of tasks into line with their history; returns how many clocks changed."""
    tasks = list(Task.objects.lock(sorted(task_ids)))
    held = _running(tasks)
    histories = _histories(tasks)
    tray = Tray(book, actor, now, fired_of(clock for clocks in held.values() for clock in clocks))
    for task in tasks:
        _adjust(tray, task, standing(histories[task.pk]), held[task.pk])
    _write(tray)
    return len(tray.begun) + len(tray.changed)


def _running(tasks: Sequence[Task]) -> dict[UUID, list[Clock]]:
    """Lock order: task, then clock, then intent, everywhere."""
    rows = Clock.objects.filter(task__in=tasks, ended_at__isnull=True).order_by("pk")
    held: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in rows.select_for_update(of=("self",)).prefetch_related("target"):
        held[clock.task_id].append(clock)
    return held


def _histories(tasks: Sequence[Task]) -> dict[UUID, list[Happened]]:
    rows = TaskTransition.objects.filter(task__in=tasks).values_list(
        "task_id", "version", "move", "at"
    )
    found: dict[UUID, list[Happened]] = defaultdict(list)
    for task_id, version, move, at in rows:
        found[task_id].append(Happened(version, move, at))
    return found


def fired_of(clocks: Iterable[Clock]) -> dict[UUID, set[tuple[int, int]]]:
    """Which steps of the clocks have fired, as (position, round)."""
    found: dict[UUID, set[tuple[int, int]]] = defaultdict(set)
    rows = StepFired.objects.filter(clock__in=[clock.pk for clock in clocks])
    for clock_id, position, turn in rows.values_list("clock_id", "step__position", "round"):
        found[clock_id].add((position, turn))
    return found


def _adjust(tray: Tray, task: Task, stands: Standing, running: Sequence[Clock]) -> None:
    for clock in running:
        before = state(clock)
        _follow(tray, clock, task, stands)
        if state(clock) != before:
            tray.changed.append(clock)
    if stands.ended_at is None:
        _begin_missing(tray, task, stands, {clock.kind for clock in running if not clock.ended_at})


def state(clock: Clock) -> State:
    """What the engine may change of it."""
    return tuple(getattr(clock, column) for column in WRITTEN)


def _follow(tray: Tray, clock: Clock, task: Task, stands: Standing) -> None:
    """One running clock after whatever happened to its task."""
    done_at = _done_at(clock.kind, stands)
    if clock.since_version < stands.opened_version:
        end(clock, Clock.End.MOOT, tray.now)
    elif done_at is not None:
        cancelled = task.status == TaskStatus.CANCELLED
        late = Clock.End.MISSED if done_at > clock.due_at else Clock.End.MET
        end(clock, Clock.End.MOOT if cancelled else late, done_at)
    else:
        _aim(tray, clock, task, stands)


def _done_at(kind: str, stands: Standing) -> datetime | None:
    if kind == ClockKind.CLOSE:
        return stands.ended_at
    return min(
        (at for at in (stands.acknowledged_at, stands.ended_at) if at is not None), default=None
    )


def end(clock: Clock, how: Clock.End, at: datetime) -> None:
    """Nothing of it fires any more."""
    clock.ended_at, clock.end, clock.next_at, clock.paused_since = at, how, None, None


def _begin_missing(tray: Tray, task: Task, stands: Standing, running: set[str]) -> None:
    target = tray.book.target_of(task)
    if target is None:
        return
    for kind in ClockKind:
        wanted = target.aim(kind) is not None and kind not in running
        if not wanted or _done_at(kind, stands) is not None:
            continue
        clock = Clock(
            task=task, kind=kind, policy=tray.book.policy, target=target,
            begun_at=_begun_at(kind, task, stands), since_version=_since(kind, stands),
            due_at=tray.now,
        )  # fmt: skip
        _aim(tray, clock, task, stands)
        if clock.ended_at is None:
            tray.begun.append(clock)


def _since(kind: str, stands: Standing) -> int:
    return stands.opened_version if kind == ClockKind.CLOSE else stands.asked_version


def _begun_at(kind: str, task: Task, stands: Standing) -> datetime:
    """The result's own time; of work that came again, or to somebody new, the time it came."""
    asked_again = kind == ClockKind.ACKNOWLEDGE and stands.asked_version != stands.opened_version
    again = stands.asked_at if asked_again else stands.opened_at if stands.is_reopened else None
    return again or task.issued_at


def _aim(tray: Tray, clock: Clock, task: Task, stands: Standing) -> None:
    """When it is due, after every pause so far, and when its next step fires.

    A task that changed its queue or priority is aimed by what the clock's own version says of it.
    """
    book = tray.book
    matching = book.matching(task, clock.policy_id)
    clock.target = next((one for one in matching if one.aim(clock.kind)), clock.target)
    aim, place = clock.target.aim(clock.kind), book.place_of(task)
    if aim is None:
        end(clock, Clock.End.MOOT, tray.now)
        return
    due = ladder.due(aim, place, clock.begun_at)
    if clock.target.pauses:
        due = _after_pauses(clock, place, due, stands)
    clock.due_at = due
    clock.paused_since = stands.paused_since if clock.target.pauses else None
    clock.next_at = None if clock.paused_since else next_at(tray, clock, place)


def _after_pauses(clock: Clock, place: Place, due: datetime, stands: Standing) -> datetime:
    """Time on hold is given back; what was late already stays late."""
    aim = clock.target.aim(clock.kind)
    assert aim is not None
    paused = timedelta()
    for begin, finish in stands.pauses:
        at = ladder.due(aim, place, clock.begun_at, paused=paused)
        if begin < at:
            paused += ladder.paused_between(aim, place, max(begin, clock.begun_at), finish)
    return ladder.due(aim, place, clock.begun_at, paused=paused) if paused else due


def next_at(tray: Tray, clock: Clock, place: Place) -> datetime | None:
    """When the next step of its ladder fires; None where none is left."""
    coming = ladder.next_after(plan(tray.book, clock, place), tray.fired.get(clock.pk, set()))
    return coming.at if coming else None


def plan(book: Book, clock: Clock, place: Place) -> list[Firing]:
    """Every firing of the clock's ladder, those of closed hours put off to the opening."""
    steps = steps_of(book, clock)
    timed = ladder.firings([step.timing() for step in steps], place, clock.due_at)
    return sorted(
        Firing(_waking(steps[one.step], place, one.at), steps[one.step].position, one.round)
        for one in timed
    )


def steps_of(book: Book, clock: Clock) -> list[LadderStep]:
    """The steps of its ladder that follow this kind of clock."""
    target: Target = clock.target
    return [one for one in book.steps.get(target.ladder_id, ()) if one.clock in ("", clock.kind)]


def _waking(step: LadderStep, place: Place, at: datetime) -> datetime:
    if step.day_and_night or step.anchor:
        return at
    try:
        return calendar.opens(place.hours, at)
    except NeverOpen:
        return at


def _write(tray: Tray) -> None:
    bulk.insert(Clock, tray.begun)
    bulk.put(Clock, tray.changed, key=["id"], columns=WRITTEN)
    rung = [clock for clock in (*tray.begun, *tray.changed) if clock.next_at is not None]
    wake.call(Topic.CLOCK, ((clock.pk, clock.next_at) for clock in rung if clock.next_at))
    log.record_all(
        log.entry(f"clock.{clock.end or verb}", entity=clock, patient_id=clock.task.patient_id,
                  detail={"kind": clock.kind, "due": clock.due_at.isoformat()},
                  actor=tray.actor, now=tray.now)
        for verb, clocks in (("begun", tray.begun), ("changed", tray.changed)) for clock in clocks
    )  # fmt: skip
