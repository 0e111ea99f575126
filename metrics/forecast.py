"""Will today's queue clear? What is open now, replayed through past days from this hour on. Pure.

Each past day is one answer: what is open now, with that day's arrivals and closures from now until
closing. The middle of the answers is the forecast, and most of them are its band.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean

from metrics.reckoning import QUARTER

NEEDED = 10
"""Days of history without which nothing is foretold."""
SAME_WEEKDAY = 5
"""From so many on, only days of today's weekday are asked."""
BAND = 5
"""One answer in so many may lie above the band, and one below."""


@dataclass(frozen=True, slots=True)
class Past:
    """A day that is over: what came and what was closed in each quarter of an hour."""

    day: date
    quarters: Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True, order=True)
class End:
    """How a queue ends: what is left at closing, and the minute from which on nothing was."""

    left: int
    clear_at: int
    """Minute of the day; of a queue that does not clear, the end of the day."""


@dataclass(frozen=True, slots=True)
class Forecast:
    best: End
    middle: End
    worst: End
    days: int
    """How many past days were asked."""
    weekday_only: bool
    """All of them were of today's weekday."""
    came: int
    """How many more come on average."""
    closed: int
    """How many are closed on average."""


@dataclass(frozen=True, slots=True)
class TooFew:
    """Nothing can be foretold yet."""

    days: int
    needed: int = NEEDED


NEVER = 24 * 60


def forecast(
    open_now: int, past: Sequence[Past], *, weekday: int, begin: int, end: int
) -> Forecast | TooFew:
    """From the quarter that is running (`begin`) until the one in which the place closes (`end`,
    not itself part of it)."""
    if len(past) < NEEDED:
        return TooFew(len(past))
    same = [one for one in past if one.day.weekday() == weekday]
    asked = same if len(same) >= SAME_WEEKDAY else past
    ends = sorted(replay(open_now, one.quarters, begin, end) for one in asked)
    aside = len(ends) // BAND
    flows = [_flow(one.quarters, begin, end) for one in asked]
    return Forecast(
        best=ends[aside], middle=ends[len(ends) // 2], worst=ends[-1 - aside],
        days=len(asked), weekday_only=asked is same,
        came=round(mean(came for came, _ in flows)),
        closed=round(mean(closed for _, closed in flows)),
    )  # fmt: skip


def replay(open_now: int, quarters: Mapping[int, tuple[int, int]], begin: int, end: int) -> End:
    """One past day from now on; more than there is cannot be closed."""
    left, clear_since = open_now, begin * QUARTER if open_now == 0 else NEVER
    for quarter in range(begin, end):
        came, closed = quarters.get(quarter, (0, 0))
        left = max(0, left + came - closed)
        if left:
            clear_since = NEVER
        elif clear_since == NEVER:
            clear_since = (quarter + 1) * QUARTER
    return End(left, clear_since)


def _flow(quarters: Mapping[int, tuple[int, int]], begin: int, end: int) -> tuple[int, int]:
    known = [quarters[one] for one in range(begin, end) if one in quarters]
    return sum(came for came, _ in known), sum(closed for _, closed in known)
