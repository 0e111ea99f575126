"""Messages and feeds: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.queue import Empty, Tab
from dashboards.rows.task import Choice, Fact
from dashboards.words import Moment


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
class SearchRow:
    """A search that somebody keeps."""

    name: str
    url: str
    words: str
    by: str = ""
    """Whose it is, where it is another's."""
    drop_url: str = ""


@dataclass(frozen=True, slots=True)
class CauseRow:
    """Messages that were set aside for one cause."""

    cause: str
    feed: str
    count: str
    newest: Moment
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One drop-down of the filter."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList:
    tabs: tuple[Tab, ...]
    sentence: str
    rows: tuple[MessageRow, ...]
    fields: tuple[FilterField, ...] = ()
    type: str = ""
    filtered: bool = False
    hidden: tuple[tuple[str, str], ...] = ()
    """The filters as fields of a form."""
    query: str = ""
    next_url: str = ""
    first_url: str = ""
    older: str = ""
    """For the next page of a search, which is posted."""
    empty: Empty | None = None
    asked: bool = True
    """False on the way in: nothing was searched for yet."""


@dataclass(frozen=True, slots=True)
class RawPart:
    """A piece of a line: a field that can be pointed at, or what stands between fields."""

    text: str
    at: str = ""
    place: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class RawLine:
    number: int
    segment: str
    text: str
    """The whole line, for who cannot be shown its parts."""
    label: str = ""
    parts: tuple[RawPart, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedField:
    place: str
    label: str
    value: str
    at: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ParsedSegment:
    number: int
    name: str
    label: str
    fields: tuple[ParsedField, ...]


@dataclass(frozen=True, slots=True)
class MappingRow:
    """How one name of the sender's was understood."""

    what: str
    said: str
    became: str
    status: str = "known"
    """`known`, `new` or `unknown`."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MadeRow:
    """A task that a message made; named only to those who may see it."""

    title: str
    state: str
    queue: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """Somebody did something with a message."""

    at: Moment
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class CameRow:
    """What one message came to, or would."""

    row: MessageRow
    verdict: str
    """`created`, `changed`, `held`, `no-work`, `failed`, `behind`, `put-off` or `gone`."""
    words: str
    made: tuple[MadeRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A replay, or its preview."""

    sentence: str
    rows: tuple[CameRow, ...]
    is_preview: bool
    ready: str = ""
    """What the button of a preview says; empty where nothing can be gained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePage:
    """All that is set aside for one cause, and the way out."""

    cause: str
    feed: str
    feed_name: str
    count: int
    words: str
    advice: str
    steps: tuple[str, ...]
    oldest: Moment
    newest: Moment
    rows: tuple[MessageRow, ...]
    batch: str
    """`12 messages`, or the part of them that one replay takes."""
    fix_url: str = ""
    fix_words: str = ""
    reasons: tuple[Choice, ...] = ()
    replay_why_not: str = ""


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
    answers: tuple[str, ...] = ()
    """The acknowledgments, as they were sent."""
    mapping: tuple[MappingRow, ...] = ()
    faults: tuple[str, ...] = ()
    reason: str = ""
    advice: str = ""
    tasks: tuple[MadeRow, ...] = ()
    history: tuple[HistoryRow, ...] = ()
    replay_url: str = ""
    preview_url: str = ""
    discard_url: str = ""
    reasons: tuple[Choice, ...] = ()
    cause_url: str = ""
    cause_count: str = ""
    replay_why_not: str = ""
    open_why_not: str = ""


@dataclass(frozen=True, slots=True)
class FailureRow:
    """How many messages of a feed failed by one cause."""

    cause: str
    count: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One way in, and whether anything still comes through it."""

    name: str
    kind: str
    status: str
    """`arriving`, `low`, `quiet`, `never` or `off`."""
    status_words: str
    last: Moment | None = None
    rate: str = ""
    limit: Moment | None = None
    """When a silence would be, or was, beyond usual."""
    today: str = "0"
    quarantined: str = "0"
    quarantined_url: str = ""
    failures: tuple[FailureRow, ...] = ()
    messages_url: str = ""
    setup_url: str = ""
    """Where its address and keys are, and how a first message is sent."""
    connection_url: str = ""
    """Empty for those who may not set it."""
