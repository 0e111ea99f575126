"""Where a clock ends up: after pauses and more time, and when somebody's hold on the task ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from escalation import ladder
from escalation.calendar import NeverOpen
from escalation.ladder import Aim, Climbed, Place
from escalation.models import ClockKind, Target
from escalation.policies import Book
from routing.operations import LEASE
from routing.states import TaskStatus


@dataclass(frozen=True, slots=True)
class Credit:
    """More time that a person gave, in the aim's own measure."""

    at: datetime
    amount: timedelta


Pause = tuple[datetime, datetime]


def due_after(
    aim: Aim, place: Place, begun_at: datetime, pauses: Sequence[Pause], given: Sequence[Credit]
) -> datetime:
    """When it is due, in the order in which it was put off.

    Time on hold is given back, and what was late already stays late; more time counts from when
    it was given where the clock was late by then.
    """
    total, due = timedelta(), ladder.due(aim, place, begun_at)
    changes: list[tuple[datetime, datetime, timedelta | None]] = [
        *((begin, end, None) for begin, end in pauses),
        *((one.at, one.at, one.amount) for one in given),
    ]
    for at, until, amount in sorted(changes, key=lambda one: one[:2]):
        if amount is not None:
            total += amount + ladder.paused_between(aim, place, due, at)
        elif at < due:
            total += ladder.paused_between(aim, place, max(at, begun_at), until)
        due = ladder.due(aim, place, begun_at, paused=total)
    return due


class Timed(Protocol):
    """What is asked of a clock, or of a clock's row."""

    @property
    def kind(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...


class Taken(Protocol):
    """What is asked of a task, or of a task's row."""

    @property
    def status(self) -> str: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def claimed_until(self) -> datetime | None: ...


def lapses_at(clock: Timed, target: Target, task: Taken, place: Place) -> datetime | None:
    """When the task goes back to its pool, for whoever took it does not get on with it.

    A claim that was not followed by an acknowledgement lasts until that one is due; an
    acknowledgement as long as the target says.
    """
    if clock.kind == ClockKind.ACKNOWLEDGE:
        until = task.claimed_until
        if until is None or task.acknowledged_at is not None:
            return None
        return clock.due_at if until - LEASE < clock.due_at < until else None
    lapse = target.lapse()
    held = task.acknowledged_at is not None and task.status == TaskStatus.IN_PROGRESS
    if lapse is None or not held:
        return None
    assert task.acknowledged_at is not None
    try:
        return ladder.due(lapse, place, task.acknowledged_at)
    except NeverOpen:
        return None


def next_at(
    book: Book, clock: Timed, target: Target, task: Taken, place: Place, climbed: Climbed
) -> datetime | None:
    """When the engine looks at it again: its next step, or the end of somebody's hold on it."""
    timings = book.rungs(target.ladder_id, clock.kind).timings
    coming = ladder.next_after(timings, place, clock.due_at, climbed)
    ends = lapses_at(clock, target, task, place)
    if coming is None or ends is None:
        return coming.at if coming else ends
    return min(coming.at, ends)
