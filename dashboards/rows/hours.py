"""SLA and hours: locations with their week, holidays, targets, ladders, and what is due when."""

from dataclasses import dataclass
from uuid import UUID

from dashboards.rows.task import Choice
from dashboards.words import Moment


@dataclass(frozen=True, slots=True)
class Bar:
    """An open interval on the line of a day, in minutes."""

    at: int
    width: int


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    bars: tuple[Bar, ...]
    says: str
    is_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayLine:
    """A day that a list proposes, or that somebody decided."""

    day: str
    words: str
    name: str
    state: str
    """`proposed`, `approved`, `declined`."""
    says: str = ""
    """What holds on that day, and who said so."""
    hours: str = ""
    """As the field takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCard:
    """The hours of one location, or of the practice."""

    id: str
    """Of its calendar; empty where it has none of its own."""
    key: str
    name: str
    says: str
    """Open now, and until when."""
    zone: str
    days: tuple[Day, ...] = ()
    moments: tuple[tuple[str, str], ...] = ()
    marks: tuple[int, ...] = ()
    holidays_of: str = ""
    undecided: tuple[HolidayLine, ...] = ()
    later: tuple[HolidayLine, ...] = ()
    decided: tuple[HolidayLine, ...] = ()
    edit_url: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    here: bool
    count: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursPage:
    tabs: tuple[Tab, ...]
    places: tuple[PlaceCard, ...]
    why_not: str
    """Why this member only reads; empty where they may change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    id: UUID
    scope: str
    says: str
    hold: str
    ladder: str
    is_critical: bool
    is_at_fault: bool = False


@dataclass(frozen=True, slots=True)
class RungLine:
    id: UUID
    number: int
    says: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderCard:
    id: UUID
    name: str
    used_by: str
    rungs: tuple[RungLine, ...]
    is_used: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """A version: the one in force, or the draft of the next."""

    tabs: tuple[Tab, ...]
    version: int
    says: str
    targets: tuple[TargetLine, ...]
    ladders: tuple[LadderCard, ...]
    why_not: str
    is_draft: bool = False
    draft: str = ""
    """That a draft is open, and whose."""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: int
    status: str
    author: str
    approver: str
    since: Moment | None
    note: str
    targets: str


@dataclass(frozen=True, slots=True)
class RungForecast:
    number: int
    at: str
    says: str
    who: str
    is_nobody: bool


@dataclass(frozen=True, slots=True)
class ClockForecast:
    label: str
    aim: str
    due: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DuePage:
    """The answer of the tester."""

    tabs: tuple[Tab, ...]
    clocks: tuple[ClockForecast, ...] = ()
    winner: str = ""
    because: str = ""
    beaten: tuple[str, ...] = ()
    ladder: str = ""
    rungs: tuple[RungForecast, ...] = ()
    zone: str = ""
    by: str = ""
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What the forms of a draft and of the tester offer."""

    categories: tuple[Choice, ...]
    priorities: tuple[Choice, ...]
    queues: tuple[Choice, ...]
    ladders: tuple[Choice, ...] = ()
    locations: tuple[Choice, ...] = ()
    members: tuple[Choice, ...] = ()
    rotations: tuple[Choice, ...] = ()
    roles: tuple[Choice, ...] = ()
