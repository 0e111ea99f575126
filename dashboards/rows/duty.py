"""Staff, cover and duty: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.rows.task import Choice
from dashboards.words import later


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing about a person and a day; the tone is a colour beside the words, never alone."""

    words: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    day: str
    marks: tuple[Mark, ...]
    is_today: bool = False
    is_plain: bool = False
    """Nothing but in, or closed: left out where the screen is narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWeek:
    name: str
    role: str
    cells: tuple[DayCell, ...]
    is_plain: bool = False
    """Nothing but in, or closed, all week."""
    absence_url: str = ""
    leaving_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekGrid:
    title: str
    days: tuple[str, ...]
    people: tuple[PersonWeek, ...]
    before_url: str
    after_url: str
    now_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    sentence: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLine:
    """Some time on call."""

    who: str
    when: str
    note: str = ""
    is_now: bool = False
    value: str = ""
    """For a choice in a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideLine:
    id: str
    who: str
    when: str
    note: str
    end_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationCard:
    id: str
    name: str
    where: str
    how: str
    turns: tuple[TurnLine, ...]
    overrides: tuple[OverrideLine, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceLine:
    who: str
    when: str
    cover: str
    back: str
    id: str = ""
    end_url: str = ""
    cover_url: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    grid: WeekGrid
    gaps: tuple[GapLine, ...]
    more_gaps: int
    rotations: tuple[RotationCard, ...]
    absences: tuple[AbsenceLine, ...]
    may_plan: bool
    may_manage: bool
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapLine:
    sentence: str
    agree_url: str = ""
    decline_url: str = ""
    decline_label: str = later("Decline")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage:
    """My own duty and cover."""

    state: str
    is_away: bool
    back_url: str = ""
    may_be_on_call: bool = False
    asked: tuple[SwapLine, ...] = ()
    soon: tuple[TurnLine, ...] = ()
    later: tuple[TurnLine, ...] = ()
    covering: tuple[str, ...] = ()
    absences: tuple[AbsenceLine, ...] = ()
    offered: tuple[Choice, ...] = ()
    wanted: tuple[Choice, ...] = ()
    feed_since: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutPage:
    """Three taps to be out: whoever covers is the button."""

    until: str
    work: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRow:
    """A kind of work, and who may close it."""

    work: str
    allowed: tuple[bool, ...]
    who: str
    mine: bool
    why_not: str = ""
    notes: tuple[str, ...] = ()
    """By whose word, under which protocol, what changes when."""
    change_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPage:
    roles: tuple[tuple[str, bool], ...]
    """Each with whether it is mine."""
    groups: tuple[tuple[str, tuple[ClosingRow, ...]], ...]
    delegated: tuple[tuple[str, str], ...]
    """Tests that an assistant may close when normal, each with its protocol."""
    may_change: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationVersion:
    when: str
    who: str
    by: str
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationPage:
    """One kind of work: who may close it, and the ways to change that."""

    work: str
    now: str
    url: str
    roles: tuple[Choice, ...]
    """Each with who holds it, as its hint."""
    physicians: tuple[Choice, ...]
    versions: tuple[DelegationVersion, ...]
    is_result: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingStep:
    label: str
    left: str
    """What is still to be done; empty: nothing."""
    code: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingPage:
    id: str
    name: str
    role: str
    steps: tuple[LeavingStep, ...]
    is_done: bool
    covered: str
    """Who has taken over, in words; empty: nobody was asked yet."""
    choices: tuple[Choice, ...]
    colleagues: tuple[Choice, ...]
