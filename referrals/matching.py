"""Which referral does a report answer? Pure.

Only a number that both sides know decides by itself. Whatever else speaks for a referral makes it
likely at most, and a person says which it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from referrals.specialties import Specialty


class Reason(StrEnum):
    """What speaks for a referral, or against it."""

    NUMBER = "number"
    NUMBER_ELSEWHERE = "number-elsewhere"
    """The same number, but of another system that may count alike."""
    SPECIALTY = "specialty"
    OTHER_SPECIALTY = "other-specialty"
    SPECIALIST = "specialist"
    APPOINTMENT = "appointment"
    TIME = "time"
    REPORTED = "reported"
    """It has a report already."""


CERTAIN = 100
LIKELY = 20
"""Less is nobody's."""
WEIGHTS = {
    Reason.NUMBER: CERTAIN, Reason.NUMBER_ELSEWHERE: 50, Reason.SPECIALTY: 25,
    Reason.OTHER_SPECIALTY: -60, Reason.SPECIALIST: 25, Reason.APPOINTMENT: 20, Reason.TIME: 20,
    Reason.REPORTED: -15,
}  # fmt: skip
MOST_WITHOUT_A_NUMBER = CERTAIN - 1

LONGEST_WAIT = timedelta(days=365)
EARLY = timedelta(days=1)
"""Clocks and zones of two houses differ, and some write only the day."""
NEAR = timedelta(days=21)
"""A report is written within weeks of the visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a report says of itself."""

    numbers: frozenset[str] = frozenset()
    source: str = ""
    assigners: frozenset[str] = frozenset()
    specialty: Specialty | None = None
    author: str = ""
    """Family name."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A referral of the same patient."""

    id: UUID
    ordered_at: datetime
    numbers: frozenset[str] = frozenset()
    source: str = ""
    assigners: frozenset[str] = frozenset()
    specialty: Specialty | None = None
    specialist: str = ""
    appointment_at: datetime | None = None
    is_reported: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """How much speaks for one referral, and what."""

    id: UUID
    score: int
    reasons: tuple[Reason, ...]


class Verdict(StrEnum):
    CERTAIN = "certain"
    ASK = "ask"
    """One is likely, or several are: a person says which."""
    NOBODY = "nobody"


def matches(paper: Paper, candidates: Iterable[Candidate]) -> list[Match]:
    """The referrals that it may answer, the likeliest first."""
    scored = [_match(paper, candidate) for candidate in candidates]
    likely = [one for one in scored if one.score >= LIKELY]
    return sorted(likely, key=lambda one: (-one.score, str(one.id)))


def verdict(found: Sequence[Match]) -> Verdict:
    """Whether a person has to say it. A number that names two decides nothing."""
    if not found:
        return Verdict.NOBODY
    certain = [one for one in found if one.score >= CERTAIN]
    return Verdict.CERTAIN if len(certain) == 1 else Verdict.ASK


def _match(paper: Paper, candidate: Candidate) -> Match:
    reasons = tuple(_reasons(paper, candidate))
    score = sum(WEIGHTS[reason] for reason in reasons)
    if Reason.NUMBER in reasons:
        return Match(candidate.id, CERTAIN, reasons)
    if Reason.TIME not in reasons and Reason.NUMBER_ELSEWHERE not in reasons:
        return Match(candidate.id, 0, reasons)
    return Match(candidate.id, min(score, MOST_WITHOUT_A_NUMBER), reasons)


def _reasons(paper: Paper, candidate: Candidate) -> Iterable[Reason]:
    yield from _of_numbers(paper, candidate)
    if paper.specialty and candidate.specialty:
        same = paper.specialty is candidate.specialty
        yield Reason.SPECIALTY if same else Reason.OTHER_SPECIALTY
    if paper.author and paper.author.casefold() in candidate.specialist.casefold().split():
        yield Reason.SPECIALIST
    if candidate.appointment_at and timedelta() <= paper.at - candidate.appointment_at <= NEAR:
        yield Reason.APPOINTMENT
    if -EARLY <= paper.at - candidate.ordered_at <= LONGEST_WAIT:
        yield Reason.TIME
    if candidate.is_reported:
        yield Reason.REPORTED


def _of_numbers(paper: Paper, candidate: Candidate) -> Iterable[Reason]:
    if paper.numbers & candidate.numbers:
        ours = paper.source == candidate.source or paper.assigners & candidate.assigners
        yield Reason.NUMBER if ours else Reason.NUMBER_ELSEWHERE
