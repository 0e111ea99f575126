"""What a packet holds, before it is pages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends it, or to whom it goes."""

    name: str
    place: str = ""
    """The practice or organization, where the name is a person's."""
    phone: str = ""
    fax: str = ""
    direct: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about."""

    name: str
    birth_date: date | None
    sex: str = ""
    phone: str = ""
    numbers: Sequence[str] = ()
    """Each with whoever gave it."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One line of a result."""

    name: str
    value: str
    units: str = ""
    normal: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note or a result; the newest come first."""

    title: str
    at: datetime | None
    by: str = ""
    status: str = ""
    text: str = ""
    values: Sequence[Value] = ()


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """How the specialist answers without an account; on the cover, so it names nobody."""

    address: str
    """Where the code is typed."""
    code: str = field(repr=False)
    until: date


@dataclass(frozen=True, slots=True)
class Contents:
    """All of it. `at` is when it was put together, in the zone of the practice."""

    sender: Party
    recipient: Party
    subject: Subject
    number: str
    """By which both sides name the referral."""
    at: datetime
    reason: str = ""
    question: str = ""
    urgency: str = ""
    specialty: str = ""
    insurance: str = ""
    problems: Sequence[str] = ()
    medications: Sequence[str] = ()
    results: Sequence[Entry] = ()
    notes: Sequence[Entry] = ()
    answer_by: AnswerBy | None = None
    left_out: int = 0
    """Older notes and results that did not fit."""

    def shortened(self) -> "Contents":
        """The same with half of its notes, then half of its results; itself where none is left to
        leave out."""
        if self.notes:
            kept = len(self.notes) // 2
            left = len(self.notes) - kept
            return replace(self, notes=self.notes[:kept], left_out=self.left_out + left)
        if self.results:
            kept = len(self.results) // 2
            left = len(self.results) - kept
            return replace(self, results=self.results[:kept], left_out=self.left_out + left)
        return self
