"""Referrals: words ready to be read, no model and no query."""

from dataclasses import dataclass, field

from dashboards.rows.message import FilterField
from dashboards.rows.queue import Empty, PatientLine, Tab
from dashboards.rows.task import Action, Fact
from dashboards.words import Moment


@dataclass(frozen=True, slots=True)
class Part:
    """One of the facts that a whole loop is made of."""

    word: str
    state: str
    """`is`, `not` or `against`: something came in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRow:
    """One referral in the table or on the board."""

    id: str
    url: str
    tell_url: str
    """Of the menu that says what became of it; empty: not theirs to say."""
    patient: PatientLine
    title: str
    """The specialty."""
    specialist: str
    reason: str
    urgency: str
    """Empty where it is routine."""
    is_grave: bool
    ordered: Moment
    expected: str
    late: str
    """How far past its expected date; empty where it is not."""
    step: str
    parts: tuple[Part, ...]
    turn: str
    turn_code: str
    since: Moment
    closed: str = ""
    """Why it is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralTable:
    """The list of referrals."""

    tabs: tuple[Tab, ...]
    sentence: str
    filters: str
    order: str
    rows: tuple[ReferralRow, ...]
    fields: tuple[FilterField, ...]
    hidden: tuple[tuple[str, str], ...]
    """What the form of filters keeps of the address."""
    chosen: int
    clear_url: str
    other_url: str
    """The same as a board, or as a table."""
    empty: Empty | None
    printed: str
    next_url: str = ""
    first_url: str = ""
    columns: tuple["BoardColumn", ...] = ()
    may_open: bool = False
    back_to: str = ""

    @property
    def turns(self) -> tuple[tuple[str, str], ...]:
        """Whose turns there are on this page: a phone puts its rows under them."""
        return tuple(dict.fromkeys((row.turn_code, row.turn) for row in self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardColumn:
    """One step."""

    title: str
    count: str
    oldest: str
    rows: tuple[ReferralRow, ...]
    more_url: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisLine:
    """What stands on one axis."""

    name: str
    word: str
    state: str
    """`is`, `not` or `against`."""
    since: Moment | None = None
    who: str = ""
    more: str = ""
    """When the appointment is, or why they declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralLine:
    """One thing that happened."""

    when: Moment
    what: str
    who: str
    how: str = ""
    detail: str = ""
    told_iso: str
    """When it was told."""
    state: str = ""
    """`held`, `undone` or nothing."""
    told: str = ""
    """When it was told, where that was much later than it happened."""
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """Something that hangs on the referral."""

    label: str
    title: str
    url: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPage:
    """One referral."""

    id: str
    number: str
    version: int
    patient: PatientLine
    patient_url: str
    flags: tuple[str, ...]
    title: str
    sentence: str
    is_whole: bool
    missing: str
    turn: str
    turn_code: str
    since: Moment
    question: str
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    axes: tuple[AxisLine, ...]
    linked: tuple[Linked, ...]
    timeline: tuple[ReferralLine, ...]
    actions: tuple[Action, ...]
    """What is likely to be said next."""
    tell_url: str
    """Of all that may be said; empty: nothing is theirs to say."""
    back_query: str
    printed: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActGroup:
    """Things that may be said of a referral, under one heading."""

    name: str
    actions: tuple[Action, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class PatientHit:
    """A patient for whom a referral may be opened."""

    patient: PatientLine
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class FindPage:
    """Who was looked for, and who is called so."""

    query: str
    hits: tuple[PatientHit, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """What became of one line of a list."""

    line: int
    kind: str
    """`new`, `known` or `refused`."""
    said: str
    column: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What became of a list."""

    sentence: str
    lines: tuple[ListedLine, ...]
    refused: int
