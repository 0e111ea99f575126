"""How each specialist deals with what is sent to them, from the practice's own referrals. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from metrics.loops.cases import Case
from metrics.loops.figures import Span, span
from referrals.states import Answered

FEW = 10
"""Fewer cases than this say little of anybody, and the page says so."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One specialist. Each median has the number of cases behind it."""

    specialist: str
    sent: int
    accept: Span
    """From sent to accepted."""
    visit: Span
    """From accepted, or else sent, to seen."""
    report: Span
    """From seen to the report."""
    reported: int
    declined: int
    reasons: tuple[tuple[str, int], ...]
    missed: int
    asked: int
    """How many reports were judged whether they answered the question."""
    answered: int
    """How many of them did, at least in part."""

    @property
    def is_few(self) -> bool:
        return self.sent < FEW


def scorecards(cases: Iterable[Case]) -> list[Scorecard]:
    """Of everybody to whom anything was sent; whoever gets most comes first."""
    by: defaultdict[str, list[Case]] = defaultdict(list)
    for one in cases:
        if one.specialist and one.was_sent and not one.is_taken_back:
            by[one.specialist].append(one)
    cards = (_card(name, theirs) for name, theirs in by.items())
    return sorted(cards, key=lambda card: (-card.sent, card.specialist))


def _card(specialist: str, cases: list[Case]) -> Scorecard:
    judged = [one.answered for one in cases if one.answered != Answered.NOT_ASKED]
    reasons = Counter(one.decline_reason for one in cases if one.decline_reason)
    return Scorecard(
        specialist=specialist, sent=len(cases),
        accept=span(cases, "sent_at", "accepted_at"),
        visit=span(cases, "accepted_at", "sent_at", "seen_at"),
        report=span(cases, "seen_at", "reported_at"),
        reported=sum(one.reported_at is not None for one in cases),
        declined=sum(one.is_declined for one in cases),
        reasons=tuple(reasons.most_common()),
        missed=sum(one.is_missed for one in cases),
        asked=len(judged), answered=sum(one != Answered.NO for one in judged),
    )  # fmt: skip
