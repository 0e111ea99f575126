"""A screen of work: its tabs, what narrows it, its rows."""

from dataclasses import dataclass

from dashboards.rows.message import FilterField
from dashboards.rows.queue import Empty, QueueRow, Tab
from dashboards.words import later


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """A tab and filters that somebody keeps under a name."""

    name: str
    url: str
    words: str
    by: str = ""
    """Whose it is, where it is another's."""
    drop_url: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPanel:
    """What the list is narrowed by, and what it may be."""

    url: str
    """Of the list without a query."""
    hidden: tuple[tuple[str, str], ...]
    """The query of the list as it stands."""
    fields: tuple[FilterField, ...]
    clear_url: str
    kept: tuple[KeptView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one person has on their hands."""

    name: str
    open: int
    late: int
    words: str
    away: str
    """`Away, Nora Quinn covers`; empty while they are here."""
    url: str
    """The list of their tasks; of everybody's, where theirs is shown."""
    here: bool
    bar_late: int
    bar_all: int
    """Hundredths of three days of their own pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Normal results of one kind, that can be looked through and closed together."""

    title: str
    count: int
    first: str
    """The id of one of them: the others are found by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """My queue or Team queue."""

    title: str
    screen: str
    view: str
    tabs: tuple[Tab, ...]
    sentence: str
    rows: tuple[QueueRow, ...]
    back_to: str
    live_url: str = ""
    next_url: str = ""
    first_url: str = ""
    empty: Empty | None = None
    last_column: str = later("Waiting")
    printed: str = ""
    loads: tuple[Load, ...] = ()
    is_clear: bool = False
    """One task fills the screen, the list is narrow (Clear layout)."""
    batches: tuple[Batch, ...] = ()
    menu_url: str = ""
    """Of its filters and saved views."""
    chosen: int = 0
    """How many filters narrow it."""
    clear_url: str = ""
    may_take: bool = False

    @property
    def is_dated(self) -> bool:
        """Whether any row has a clock; where none has, the column says how long each waits."""
        return any(row.dues.all for row in self.rows)
