"""A list of tasks: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.due import UNDATED, Dues
from dashboards.words import Level, Moment, later


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where a value lies on its reference range, in hundredths of the width."""

    band_from: int
    band_width: int
    at: int
    beyond: str = ""
    """`low` or `high` where the value lies off the drawn scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLine:
    """Who a task is about."""

    name: str
    born: str = later("Birth date not known")
    age: str = ""
    sex: str = ""
    mrn: str = ""
    alike: bool = False
    """Another patient with nearly this name is in view."""


@dataclass(frozen=True, slots=True)
class EarlierValue:
    value: str
    when: str
    units: str = ""
    unlike: bool = False
    """In another unit than the newest one: shown, and compared with nothing."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Up to five values as a line in a box of 120 by 32; the sentence says what it shows."""

    points: str
    last_x: int
    last_y: int
    band_y: int
    band_height: int
    title: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLine:
    """One value of a result. Name, value, unit and flag are never cut."""

    name: str
    value: str
    units: str = ""
    flag: str = ""
    flag_words: str = ""
    level: Level = Level.ROUTINE
    range: str = ""
    ruler: Ruler | None = None
    previous: tuple[EarlierValue, ...] = ()
    trend: Trend | None = None
    note: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who is doing the task now, and until when."""

    who: str
    until: Moment
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One task in a list."""

    id: str
    url: str
    level: Level
    kind: str
    title: str
    patient: PatientLine
    waiting: Moment
    why: str
    dues: Dues = UNDATED
    value: ValueLine | None = None
    more_values: int = 0
    summary: str = ""
    """Of a panel in which no value stands out: `4 values, all normal`."""
    badge: str = ""
    """`Partial`, `Corrected` or `Withdrawn`: where the source does not say final."""
    lease: Lease | None = None
    owner: str = ""
    friction: str = "outcome"
    """`key`, `outcome` or `spoken`: what Done asks for."""
    state: str = "open"
    """`open`, `hold`, `done` or `gone`; finished rows stay in place, struck through."""
    ended: str = ""
    """`Done 14:03 by you`."""
    undo_url: str = ""
    may_claim: bool = True
    note_from: str = ""
    """Who handed it over with a note that nobody has read."""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    count: str
    url: str
    here: bool = False
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Why a list is empty, and what comes next."""

    title: str
    text: str
    action: str = ""
    url: str = ""
