"""Sending a referral, and the directory: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.queue import Empty
from dashboards.words import Moment


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a select, or one that may be ticked."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLine:
    """One attempt to bring a packet there."""

    way: str
    to: str
    said: str
    tone: str
    when: Moment
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketLine:
    """What was put together for a specialist."""

    made: Moment
    who: str
    to: str
    pages: int
    left_out: int
    told: str
    url: str
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """What the specialist asked, in their words."""

    text: str
    when: Moment
    how: str


@dataclass(frozen=True, slots=True)
class InvitedLine:
    """A link and a code; shown once."""

    link: str
    code: str
    address: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingCard:
    """Whom a referral is addressed to, and what went out."""

    to: str
    reached: tuple[str, ...]
    """By what they can be reached, each with what hinders it."""
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    may: bool
    why_not: str
    """Why it cannot be sent now; empty: it can."""
    account_url: str
    """Where the account that is missing is opened, by whom it is theirs to open."""
    may_keep: bool
    """Whether the directory is theirs to change."""
    insurance: str
    insure_url: str
    """Empty: it is not theirs to write."""
    goes: tuple[Choice, ...]
    """Of the chart, what may go along."""
    packets: tuple[PacketLine, ...]
    remarks: tuple[RemarkLine, ...]

    @property
    def picked(self) -> int:
        """How much of the chart goes along unless somebody says otherwise."""
        return sum(one.is_chosen for one in self.goes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialistRow:
    """One entry of the directory."""

    name: str
    place: str
    specialty: str
    reached: tuple[str, ...]
    likes: str
    agreement: str
    open_count: int
    url: str


@dataclass(frozen=True, slots=True)
class SpecialistList:
    """The directory."""

    rows: tuple[SpecialistRow, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialistPage:
    """One entry, to change."""

    id: str
    name: str
    fax: str
    """As it is kept; empty: there is none."""
    fax_shown: str
    verified: str
    open_count: int
