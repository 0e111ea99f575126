"""When clocks are due and when the steps after them fire. Pure.

An aim says how long; `due` turns it into an instant. A ladder's steps stand at an offset from that
instant or at a named anchor of the day, and may repeat; `firings` lists them all in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from escalation import calendar
from escalation.calendar import ROUND_THE_CLOCK, Hours, NeverOpen


class Measure(StrEnum):
    """What an amount of time is counted in."""

    CLOCK = "clock"
    """Minutes, day and night."""
    BUSINESS = "business"
    """Minutes of open hours."""
    BUSINESS_DAYS = "business-days"
    """The same time of a later working day."""
    END_OF_BUSINESS_DAY = "end-of-business-day"
    """The last closing of a later working day."""


class Anchor(StrEnum):
    """Moments of a place's day that have a name."""

    END_OF_CLINIC = "end-of-clinic"
    """The last closing of a working day."""
    END_OF_DAY = "end-of-day"
    ZERO_TASK_HOUR = "zero-task-hour"
    AFTER_HOURS = "after-hours"


ANCHOR_DEFAULTS: dict[Anchor, int] = {
    Anchor.END_OF_DAY: 17 * 60, Anchor.ZERO_TASK_HOUR: 18 * 60, Anchor.AFTER_HOURS: 20 * 60,
}  # fmt: skip
"""Minutes of the local day, where the place names no others."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How long something may take: an amount of minutes, or of days, and what they are counted
    in."""

    amount: int
    measure: Measure

    @property
    def at_least(self) -> int:
        """Minutes that pass in any case; a working day may have few."""
        return self.amount if self.measure in (Measure.CLOCK, Measure.BUSINESS) else 0


@dataclass(frozen=True, slots=True)
class Place:
    """The hours of a location and the moments of its day."""

    hours: Hours
    anchors: Mapping[Anchor, int]

    def measured(self, measure: Measure) -> Hours:
        """The hours that an amount of this measure is counted in."""
        return ROUND_THE_CLOCK if measure == Measure.CLOCK else self.hours


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: when it fires, relative to the due instant or at an anchor, and how often."""

    after: Aim | None = None
    """From the due instant; a negative amount of minutes is before it. None: at an anchor."""
    anchor: Anchor | None = None
    """The first such moment at or after the due instant."""
    repeat: int = 0
    """How many times more."""
    every: Aim | None = None
    is_endless: bool = False
    """Repeats until nobody asks any more, whatever `repeat` says."""
    waits_for_opening: bool = False
    """Of a closed hour it is put off to the opening."""


@dataclass(frozen=True, slots=True, order=True)
class Firing:
    """One step at one instant; round 0 is the first time."""

    at: datetime
    step: int
    round: int = 0


Rungs = Mapping[int, Step]
"""Steps by their position."""

Climbed = Mapping[int, int]
"""Of each position that fired, the last round."""


def due(aim: Aim, place: Place, begin: datetime, *, paused: timedelta = timedelta()) -> datetime:
    """When an aim that began at an instant is due.

    `paused`: how long it was put off, counted in the aim's own measure (`between`).

    Raises:
        NeverOpen: the place is never open again.
    """
    hours = place.measured(aim.measure)
    at = _due(aim, hours, begin)
    return calendar.add(hours, at, paused) if paused else at


def _due(aim: Aim, hours: Hours, begin: datetime) -> datetime:
    if aim.measure in (Measure.CLOCK, Measure.BUSINESS):
        return calendar.add(hours, begin, timedelta(minutes=aim.amount))
    opened = calendar.opens(hours, begin)
    local = opened.astimezone(ZoneInfo(hours.zone))
    day = local.date()
    for _ in range(aim.amount):
        day = calendar.next_open_day(hours, day)
    ends = calendar.end_of_day(hours, day)
    assert ends is not None
    if aim.measure == Measure.END_OF_BUSINESS_DAY:
        return ends
    same_time = calendar.at_local(hours, day, local.hour * 60 + local.minute)
    same_time += timedelta(seconds=local.second, microseconds=local.microsecond)
    return min(calendar.opens(hours, same_time), ends)


def paused_between(aim: Aim, place: Place, begin: datetime, end: datetime) -> timedelta:
    """How much of the aim's own time lies between two instants."""
    return calendar.between(place.measured(aim.measure), begin, end)


def firings(steps: Sequence[Step], place: Place, due_at: datetime) -> list[Firing]:
    """Every firing of a ladder in the order of time; of one instant, the lower step first.

    Of a step without end, those that `repeat` counts.
    """
    return sorted(
        Firing(round_at(step, place, due_at, turn), number, turn)
        for number, step in enumerate(steps)
        for turn in range(step.repeat + 1)
    )


def round_at(step: Step, place: Place, due_at: datetime, turn: int) -> datetime:
    """When a step fires for the so-manieth time."""
    at = first(step, place, due_at)
    if turn:
        assert step.every is not None
        pause = timedelta(minutes=step.every.amount * turn)
        at = calendar.add(place.measured(step.every.measure), at, pause)
    return opening(place, at) if step.waits_for_opening else at


def opening(place: Place, at: datetime) -> datetime:
    """That instant or the next opening; of a place that never opens again, that instant."""
    try:
        return calendar.opens(place.hours, at)
    except NeverOpen:
        return at


def first(step: Step, place: Place, due_at: datetime) -> datetime:
    """When a step fires for the first time."""
    if step.anchor is not None:
        return anchored(step.anchor, place, due_at)
    after = step.after
    assert after is not None
    if after.amount < 0:
        return due_at + timedelta(minutes=after.amount)
    return _due(after, place.measured(after.measure), due_at)


def anchored(anchor: Anchor, place: Place, at: datetime) -> datetime:
    """The first such moment at or after an instant, on a working day."""
    day = at.astimezone(ZoneInfo(place.hours.zone)).date()
    if not place.hours.of(day):
        day = calendar.next_open_day(place.hours, day)
    while (moment := _moment(anchor, place, day)) < at:
        day = calendar.next_open_day(place.hours, day)
    return moment


def _moment(anchor: Anchor, place: Place, day: date) -> datetime:
    if anchor == Anchor.END_OF_CLINIC:
        ends = calendar.end_of_day(place.hours, day)
        assert ends is not None
        return ends
    minute = place.anchors.get(anchor, ANCHOR_DEFAULTS[anchor])
    return calendar.at_local(place.hours, day, minute)


def next_after(rungs: Rungs, place: Place, due_at: datetime, climbed: Climbed) -> Firing | None:
    """The earliest firing that has not happened; None where no rung is left."""
    coming: Firing | None = None
    for position, step in rungs.items():
        turn = climbed.get(position, -1) + 1
        if turn > step.repeat and not step.is_endless:
            continue
        if coming is not None and earliest(step, due_at) > coming.at:
            continue
        found = Firing(round_at(step, place, due_at, turn), position, turn)
        coming = found if coming is None else min(coming, found)
    return coming


def earliest(step: Step, due_at: datetime) -> datetime:
    """An instant before which a step never fires, whatever the hours of the place."""
    return due_at if step.after is None else due_at + timedelta(minutes=step.after.at_least)


def to_fire(
    rungs: Rungs, place: Place, due_at: datetime, climbed: Climbed, *, now: datetime
) -> tuple[Firing | None, list[Firing]]:
    """Of what is due, the highest step's last round, and the steps that it overtook.

    After an hour of standstill a person hears of it once and not six times.
    """
    late = []
    for position, step in rungs.items():
        last = climbed.get(position, -1)
        if (last >= step.repeat and not step.is_endless) or earliest(step, due_at) > now:
            continue
        found = _last_due(position, step, place, due_at, now)
        if found is not None and found.round > last:
            late.append(found)
    if not late:
        return None, []
    chosen = max(late, key=lambda one: one.step)
    return chosen, [one for one in late if one is not chosen]


def _last_due(
    position: int, step: Step, place: Place, due_at: datetime, now: datetime
) -> Firing | None:
    """The last round of a step that is due; None where none is."""
    at, turn = round_at(step, place, due_at, 0), 0
    if at > now:
        return None
    if step.every is not None and (step.repeat or step.is_endless):
        begin = first(step, place, due_at)
        passed = calendar.between(place.measured(step.every.measure), begin, now)
        turn = passed // timedelta(minutes=step.every.amount)
        turn = turn if step.is_endless else min(turn, step.repeat)
        while (at := round_at(step, place, due_at, turn)) > now:
            turn -= 1
    return Firing(at, position, turn)
