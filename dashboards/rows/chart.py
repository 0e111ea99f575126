"""A chart, of a patient or of one visit: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.due import UNDATED, Dues
from dashboards.rows.queue import PatientLine, ValueLine
from dashboards.words import Level, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPerson:
    """The one whose turn it is."""

    who: str
    state: str = ""
    """`has not acknowledged it`, `is doing it now`, `on hold until Nov 30`."""
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThing:
    """One thing that keeps the chart open."""

    title: str
    level: Level
    why: str
    next: NextPerson
    url: str = ""
    """Of its task; nothing where it only waits for somebody outside."""
    value: ValueLine | None = None
    summary: str = ""
    badge: str = ""
    dues: Dues = UNDATED
    since: Moment
    expected: str = ""
    """By when somebody will ask, where no clock of ours runs: `asked after Nov 30`."""


@dataclass(frozen=True, slots=True)
class OpenGroup:
    name: str
    things: tuple[OpenThing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedThing:
    title: str
    url: str
    kind: str
    how: str
    when: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPage:
    """A patient's chart."""

    patient: PatientLine
    flags: tuple[str, ...]
    """`Died`, `Not identified`: what must be seen beside the name."""
    sentence: str
    groups: tuple[OpenGroup, ...]
    closed: tuple[ClosedThing, ...]
    printed: str
