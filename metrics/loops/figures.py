"""What cases come to: cohorts, medians, and where referrals stop. Pure.

A cohort is what was sent in a period. A report is back in time until the next period is over, so of
those sent in the first quarter all that came by the end of the second. Until then an open one is
not due: it counts neither for nor against.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from metrics.loops.cases import Case, Stop
from metrics.loops.periods import Period

_DAY = 86_400


class Fate(StrEnum):
    """What became of a referral by now; each has one."""

    BACK = "back"
    """Its report came in time."""
    LATE = "late"
    """It came after that."""
    ENDED = "ended"
    """No report: a person closed it, with a coded reason."""
    OVERDUE = "overdue"
    NOT_DUE = "not-due"
    NOT_SENT = "not-sent"
    TAKEN_BACK = "taken-back"


SENT = (Fate.BACK, Fate.LATE, Fate.ENDED, Fate.OVERDUE, Fate.NOT_DUE)
"""What a cohort is made of; the others are counted beside it."""
CLOSED = (Fate.BACK, Fate.LATE, Fate.ENDED)


def fate(case: Case, deadline: datetime, *, now: datetime) -> Fate:
    """What became of it, where a report was to be here before the deadline."""
    if case.is_taken_back:
        return Fate.TAKEN_BACK
    if not case.was_sent:
        return Fate.NOT_SENT
    if case.reported_at:
        return Fate.BACK if case.reported_at < deadline else Fate.LATE
    if case.closed_because:
        return Fate.ENDED
    return Fate.NOT_DUE if now < deadline else Fate.OVERDUE


@dataclass(frozen=True, slots=True)
class Cohort:
    """What was sent in one period."""

    period: Period
    counts: Counter[Fate]
    is_over: bool
    """Whether none of it may still come back in time."""

    def of(self, *fates: Fate) -> int:
        return sum(self.counts[one] for one in fates)

    @property
    def sent(self) -> int:
        return self.of(*SENT)

    @property
    def back(self) -> float | None:
        """The share whose report came in time; of a cohort that is not over, so far."""
        return _share(self.of(Fate.BACK), self.sent)

    @property
    def at_most(self) -> float | None:
        """What it can still become."""
        return _share(self.of(Fate.BACK, Fate.NOT_DUE), self.sent)

    @property
    def closed(self) -> float | None:
        """The share that somebody need not follow any more, whatever the end."""
        return _share(self.of(*CLOSED), self.sent)


def of_period(cases: Iterable[Case], period: Period, zone: ZoneInfo) -> list[Case]:
    """Those that were sent in it; of those never sent, ordered in it."""
    begins, ends = period.begins(zone), period.ends(zone)
    return [one for one in cases if begins <= one.begun_at < ends]


def cohort(cases: Iterable[Case], period: Period, zone: ZoneInfo, *, now: datetime) -> Cohort:
    """What became of those sent in a period."""
    deadline = period.deadline(zone)
    fates = Counter(fate(one, deadline, now=now) for one in of_period(cases, period, zone))
    return Cohort(period, fates, now >= deadline)


@dataclass(frozen=True, slots=True)
class Span:
    """A median of days, and the cases behind it."""

    days: float | None
    many: int


STEPS = (
    ("sent", "ordered_at", "sent_at"),
    ("accepted", "sent_at", "accepted_at"),
    ("booked", "accepted_at", "booked_at"),
    ("seen", "booked_at", "seen_at"),
    ("reported", "seen_at", "reported_at"),
    ("told", "reported_at", "told_at"),
    ("whole", "ordered_at", "reported_at"),
)  # fmt: skip
"""Each from the step before it; the last is the whole way of a report."""


def steps(cases: Sequence[Case]) -> dict[str, Span]:
    """How long each step took, where both its ends are known and in that order."""
    counted = [one for one in cases if not one.is_taken_back]
    return {name: span(counted, begin, end) for name, begin, end in STEPS}


def span(cases: Iterable[Case], *ends: str) -> Span:
    """The median of days from the first of these instants that is known to the last one."""
    *begins, end = ends
    days = [
        (at - since).total_seconds() / _DAY
        for one in cases
        if (since := next((found for name in begins if (found := getattr(one, name))), None))
        and (at := getattr(one, end)) and at >= since
    ]  # fmt: skip
    return Span(median(days) if days else None, len(days))


@dataclass(frozen=True, slots=True)
class Leak:
    """Where the referrals to one specialty stopped, of all that were due."""

    specialty: str
    due: int
    stops: Counter[Stop]

    @property
    def lost(self) -> int:
        return self.stops.total()


def leaks(cases: Iterable[Case], period: Period, zone: ZoneInfo, *, now: datetime) -> list[Leak]:
    """By specialty, the most lost first. What is not due yet, and still open, is no leak."""
    deadline = period.deadline(zone)
    found: defaultdict[str, Counter[Stop]] = defaultdict(Counter)
    due: Counter[str] = Counter()
    for one in of_period(cases, period, zone):
        is_open = not (one.reported_at or one.closed_because)
        if one.is_taken_back or (is_open and now < deadline):
            continue
        due[one.specialty] += 1
        if one.stop:
            found[one.specialty][one.stop] += 1
    rows = [Leak(specialty, many, found[specialty]) for specialty, many in due.items()]
    return sorted(rows, key=lambda row: (-row.lost, -row.due, row.specialty))


def _share(part: int, of: int) -> float | None:
    return part / of if of else None
