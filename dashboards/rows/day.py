"""The day in numbers, ready to be drawn."""

from dataclasses import dataclass

from dashboards.plotting import Plot
from dashboards.rows.board import Figure, Option
from dashboards.rows.queue import Empty


@dataclass(frozen=True, slots=True)
class Clears:
    """Will today's queue clear? The answer, how sure it is, and what it was made from."""

    sentence: str
    band: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """One location today."""

    name: str
    clears: Clears
    open: Figure
    came: Figure
    closed: Figure
    last_night: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """One frozen day; what has not come yet is empty."""

    label: str
    open: str
    cleared: str
    zero: str
    is_zero: bool
    came: str
    closed: str
    after: str
    who: str


@dataclass(frozen=True, slots=True)
class DayPage:
    at: str
    exactly: str
    today: tuple[Today, ...]
    locations: tuple[Option, ...]
    chosen: str
    finding: str
    days: tuple[DayLine, ...]
    plot: Plot | None
    csv_url: str
    empty: Empty | None
    """Instead of the days, while none is frozen."""
