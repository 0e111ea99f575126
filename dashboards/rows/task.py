"""One task: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.due import UNDATED, Dues
from dashboards.rows.informed import HandedNote, Informed
from dashboards.rows.ladder import CallLine, ClockLadder
from dashboards.rows.question import ReportQuestion
from dashboards.rows.queue import PatientLine, ValueLine
from dashboards.words import Level, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str
    key: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that may be done to a task: a form with a real URL, or the reason why not."""

    code: str
    label: str
    url: str
    key: str = ""
    asks: bool = False
    """True where it needs an answer first: its form opens beside the task."""
    ends: bool = False
    """True where it takes the task off the list, so that the next one opens."""
    why_not: str = ""
    main: bool = False

    @property
    def allowed(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLine:
    """Other open work that one Done may close along."""

    id: str
    title: str
    kind: str
    because: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a task is in its queue, for a clinician to read."""

    queue: str
    rule: str
    version: str
    sentence: str
    facts: tuple[Fact, ...] = ()
    message: str = ""
    message_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    when: Moment
    what: str
    who: str
    detail: str = ""
    url: str = ""
    text: str = ""
    """What a colleague wrote."""
    changes: tuple[str, ...] = ()
    """What a newer report says otherwise; folded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A strip above the actions: what happened, to what, what to do."""

    text: str
    tone: str = "info"
    """`info`, `warn`, `stop` or `done`."""
    action: str = ""
    url: str = ""
    post: bool = False
    lines: tuple[str, ...] = ()
    next_url: str = ""
    """The next task of the list, where this one is somebody else's now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EhrLink:
    """The way back to the item in its EHR: ids of the EHR's own, and nothing of the patient."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clocks of one task on its own page."""

    clocks: tuple[ClockLadder, ...]
    ended: tuple[ClockLadder, ...]
    calls: tuple[CallLine, ...]
    target: tuple[Fact, ...]
    """Which target won, and which others it won over."""
    actions: tuple[Action, ...] = ()
    undated: str = ""
    """Why no clock runs, where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One task: what it is, who it is about, what was done, what may be done."""

    id: str
    number: str
    """What people read out."""
    url: str
    version: int
    level: Level
    kind: str
    title: str
    patient: PatientLine
    state: str
    """`open`, `claimed`, `hold`, `done` or `cancelled`."""
    state_words: str
    waiting: Moment
    why: Why
    history: tuple[HistoryLine, ...]
    actions: tuple[Action, ...]
    more_actions: tuple[Action, ...] = ()
    item_status: str = ""
    values: tuple[ValueLine, ...] = ()
    text: str = ""
    details: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    friction: str = "outcome"
    outcomes: tuple[Choice, ...] = ()
    suggested: Choice | None = None
    back_to: str = ""
    done_url: str = ""
    zone: str = ""
    """The name of the location's zone, where an hour is asked for."""
    now_local: str = ""
    """The hour there now, as a form field wants it."""
    ehr: EhrLink | None = None
    chart_url: str = ""
    """Of its patient's chart."""
    question: ReportQuestion | None = None
    """Of the referral that its report answers."""
    informed: Informed | None = None
    linked: tuple[LinkedLine, ...] = ()
    handed: tuple[HandedNote, ...] = ()
    read_url: str = ""
    dues: Dues = UNDATED
    timing: Timing | None = None
    """On a page of its own: ladders, and what the clocks did."""

    @property
    def has_trends(self) -> bool:
        return any(value.trend for value in self.values)

    @property
    def is_open(self) -> bool:
        return self.state in {"open", "claimed", "hold"}
