"""What templates get: frozen rows, every word already chosen. No model and no query gets past here."""

from dataclasses import dataclass, field

from dashboards.words import Level, Moment


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
    born: str = "Birth date not known"
    age: str = ""
    sex: str = ""
    mrn: str = ""
    alike: bool = False
    """Another patient with nearly this name is in view."""


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
    previous: tuple["EarlierValue", ...] = ()
    trend: "Trend | None" = None
    note: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class EarlierValue:
    value: str
    when: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Up to five values as a line in a box of 120 by 32; the sentence says what it shows."""

    points: str
    last_x: int
    last_y: int
    band_y: int
    band_height: int
    says: str


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
    value: ValueLine | None = None
    more_values: int = 0
    badge: str = ""
    """`Partial`, `Corrected` or `Withdrawn`: what the source says of the item, where it is not final."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """My queue or Team queue."""

    title: str
    view: str
    tabs: tuple[Tab, ...]
    sentence: str
    rows: tuple[QueueRow, ...]
    back_to: str
    live_url: str = ""
    next_url: str = ""
    first_url: str = ""
    empty: Empty | None = None
    last_column: str = "Waiting"
    printed: str = ""


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
    """True where it needs an answer first: its form opens beside the task, or on a page of its own."""
    ends: bool = False
    """True where it takes the task off the list, so that the next one opens."""
    why_not: str = ""
    main: bool = False

    @property
    def allowed(self) -> bool:
        return not self.why_not


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A strip above the actions: what happened, to what, what to do."""

    text: str
    tone: str = "info"
    """`info`, `warn`, `stop` or `done`."""
    action: str = ""
    url: str = ""
    post: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One task: what it is, who it is about, what was done, what may be done."""

    id: str
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
    back_to: str = ""
    done_url: str = ""
    zone: str = ""
    """The name of the location's zone, where an hour is asked for."""
    now_local: str = ""
    """The hour there now, as a form field wants it."""

    @property
    def is_open(self) -> bool:
        return self.state in {"open", "claimed", "hold"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One inbound message in the list. Nothing of its body."""

    id: str
    url: str
    received: Moment
    feed: str
    type: str
    type_words: str
    control_id: str
    status: str
    """`done`, `waiting`, `quarantined` or `ignored`."""
    status_words: str
    ack: str = ""
    tasks: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MessageList:
    tabs: tuple[Tab, ...]
    sentence: str
    rows: tuple[MessageRow, ...]
    query: str = ""
    next_url: str = ""
    first_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class RawLine:
    number: int
    segment: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedField:
    place: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ParsedSegment:
    number: int
    name: str
    label: str
    fields: tuple[ParsedField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """One message: what arrived, what we made of it, what we answered."""

    id: str
    row: MessageRow
    open_url: str
    facts: tuple[Fact, ...]
    opened: bool = False
    raw: tuple[RawLine, ...] = ()
    parsed: tuple[ParsedSegment, ...] = ()
    cut: bool = False
    """True where the body is longer than the page shows."""
    ack: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    reason: str = ""
    advice: str = ""
    tasks: tuple[QueueRow, ...] = ()
    replay_url: str = ""
    replay_why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One way in, and whether anything still comes through it."""

    name: str
    kind: str
    status: str
    """`arriving`, `quiet`, `never` or `off`."""
    status_words: str
    last: Moment | None = None
    today: str = "0"
    quarantined: str = "0"
    quarantined_url: str = ""
    messages_url: str = ""
    try_it: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    label: str
    url: str
    icon: str
    here: bool = False
    count: str = ""
    go_key: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    label: str
    links: tuple[NavLink, ...]


@dataclass(frozen=True, slots=True)
class PracticeChoice:
    id: str
    name: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The frame round every screen: where I am, who I am, whether data is arriving."""

    person: str
    initials: str
    role: str
    practice: str
    groups: tuple[NavGroup, ...] = ()
    phone: tuple[NavLink, ...] = ()
    practices: tuple[PracticeChoice, ...] = ()
    feed_words: str = ""
    feed_status: str = "never"
    feeds_url: str = ""
    keys: bool = True
    theme: str = "auto"
    density: str = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The form of one action, beside the task or on a page of its own."""

    task: "TaskPage"
    code: str
    title: str
    url: str
    button: str
    fields: tuple[str, ...] = field(default_factory=tuple)
