"""The backlog in numbers, ready to be drawn: no model and no query."""

from dataclasses import dataclass

from dashboards.plotting import Plot
from dashboards.rows.queue import Empty


@dataclass(frozen=True, slots=True)
class LeadPart:
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A count, and the list that holds exactly its tasks."""

    count: int
    url: str
    may_be_low: bool = False

    @property
    def words(self) -> str:
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the four numbers; its comparison is said in words."""

    label: str
    figure: Figure
    compared: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many of one kind, how many of them late, and how long its bar is (0 to 100)."""

    label: str
    figure: Figure
    late: Figure
    length: int
    late_length: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    label: str
    figure: Figure
    step: int
    """0 for none, 1 to 5 by how much of the fullest cell."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    cells: tuple[HeatCell, ...]
    total: Figure


@dataclass(frozen=True, slots=True)
class FlowDay:
    label: str
    came: Figure
    closed: Figure


@dataclass(frozen=True, slots=True)
class Flow:
    """Arrivals against closures, drawn and as a table."""

    finding: str
    plot: Plot
    days: tuple[FlowDay, ...]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The page."""

    at: str
    exactly: str
    filter: str
    """In words: `Every location, everybody.`"""
    feed: str
    feed_status: str
    low: str
    """Which numbers may be low, and why; empty where every feed arrives."""
    lead: tuple[LeadPart, ...] = ()
    headlines: tuple[Headline, ...] = ()
    categories: tuple[Bar, ...] = ()
    owners: tuple[Bar, ...] = ()
    heat: tuple[HeatRow, ...] = ()
    totals: HeatRow | None = None
    closers: tuple[Bar, ...] = ()
    flow: Flow | None = None
    locations: tuple[Option, ...] = ()
    people: tuple[Option, ...] = ()
    url: str = ""
    csv_url: str = ""
    empty: Empty | None = None
