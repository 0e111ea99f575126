"""A chart, of a patient or of one visit: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.due import UNDATED, Dues
from dashboards.rows.queue import PatientLine, ValueLine
from dashboards.rows.task import Choice, Fact
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
    """By when somebody will ask, where no clock of ours runs: `we ask after it on Nov 30`."""


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
class VisitLink:
    """One visit in the list of a patient's."""

    title: str
    url: str
    who: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRow:
    """One line of a visit's checklist."""

    id: str
    title: str
    is_done: bool
    how: str
    """Who did it and when, or whose it is."""
    url: str = ""
    """Where it is ticked or unticked; nothing where the chart answers it."""
    why_not: str = ""
    """Why this member may not."""
    task_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPage:
    """The chart of one visit."""

    id: str
    patient: PatientLine
    patient_url: str
    flags: tuple[str, ...]
    title: str
    facts: tuple[Fact, ...]
    sentence: str
    is_clear: bool
    groups: tuple[OpenGroup, ...]
    checklist: tuple[ChecklistRow, ...]
    version: str
    """Of which type and version the checklist is."""
    done: str
    """`5 of 7 done`."""
    closed: str = ""
    """Who closed the chart, and when."""
    reopened: str = ""
    """Why it is open again."""
    may_close: bool = False
    why_not: str = ""
    types: tuple[Choice, ...] = ()
    """Which types it could be of, where that can still be said."""
    visit_type: str = ""
    ended: tuple[ClosedThing, ...] = ()
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPage:
    """A patient's chart."""

    patient: PatientLine
    messages_url: str
    """What was said with them."""
    flags: tuple[str, ...]
    """`Died`, `Not identified`: what must be seen beside the name."""
    sentence: str
    groups: tuple[OpenGroup, ...]
    visits: tuple[VisitLink, ...]
    closed: tuple[ClosedThing, ...]
    printed: str
