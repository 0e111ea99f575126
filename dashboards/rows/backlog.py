"""Imports of a backlog: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.task import Choice
from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogLine:
    """One import in the list."""

    url: str
    name: str
    state: str
    tone: str
    rows: str
    uploaded: Moment
    by: str


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One thing that a column may say, and the column that was guessed for it."""

    name: str
    label: str
    hint: str
    chosen: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPage:
    """What a person is asked about the columns of a file."""

    fields: tuple[FieldLine, ...]
    headers: tuple[tuple[str, str], ...]
    """Header, and header with its first cell."""
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    kind: str
    assigner: str
    formats: tuple[Choice, ...]
    date_format: str
    doubtful: str
    """A date that is one day or another: somebody must say which."""
    feeds: tuple[Choice, ...]
    feed: str
    kept: tuple[Choice, ...]
    """Mappings kept by name that fit this file."""
    save_as: str


@dataclass(frozen=True, slots=True)
class CountLine:
    label: str
    number: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WhereLine:
    """New tasks of one category in one queue."""

    category: str
    queue: str
    number: str


@dataclass(frozen=True, slots=True)
class ErrorLine:
    line: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogPage:
    """One import, wherever it stands."""

    id: str
    name: str
    state: str
    state_words: str
    lead: str
    is_at_work: bool
    reached: int
    total: int
    progress: str
    trouble: str
    tag: str
    """Changes with what the page shows: an ETag."""
    counts: tuple[CountLine, ...]
    where: tuple[WhereLine, ...]
    remarks: tuple[str, ...]
    errors: tuple[ErrorLine, ...]
    errors_in_all: str
    has_file: bool
    created: int


@dataclass(frozen=True, slots=True)
class RouteLine:
    """How many tasks go from one place to another."""

    was: str
    to: str
    number: str


@dataclass(frozen=True, slots=True)
class StayLine:
    """A task that stays, and why."""

    url: str
    title: str
    was: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReroutePage:
    """Many tasks on their way to another place."""

    filters: tuple[tuple[str, str, str, tuple[Choice, ...]], ...]
    """Name, label, chosen, choices."""
    destinations: tuple[Choice, ...]
    to: str
    asked: bool
    matching: str
    seen: str
    """Ids and versions of the tasks that were looked at."""
    going: int
    routes: tuple[RouteLine, ...]
    staying: tuple[StayLine, ...]
    staying_in_all: int
    rest: str
    """That only the first of them go at once; empty where all do."""
