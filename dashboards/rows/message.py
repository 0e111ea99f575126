"""Messages and feeds: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.queue import Empty, QueueRow, Tab
from dashboards.rows.task import Fact
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
    discard_url: str = ""
    replay_why_not: str = ""
    open_why_not: str = ""


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
