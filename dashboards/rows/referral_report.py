"""Referrals in numbers, ready to be drawn: no model and no query."""

from dataclasses import dataclass

from dashboards.cohort_drawing import Drawing
from dashboards.rows.board import Option
from dashboards.rows.queue import Empty
from dashboards.rows.task import Choice


@dataclass(frozen=True, slots=True)
class CohortRow:
    """What was sent in one period; each count leads to its referrals."""

    label: str
    url: str
    is_chosen: bool
    is_over: bool
    sent: Option
    back: Option
    share: str
    """`41 %`; of a cohort that is not over `41 % so far`."""
    late: Option
    ended: Option
    overdue: Option
    not_due: Option
    not_sent: Option
    taken_back: Option
    closed: str


@dataclass(frozen=True, slots=True)
class StepRow:
    label: str
    median: str
    cases: str


@dataclass(frozen=True, slots=True)
class LeakRow:
    specialty: str
    url: str
    due: str
    stops: tuple[tuple[str, str], ...]
    """Label and count, one for each place."""
    lost: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    specialist: str
    sent: str
    few: str
    """Said where there are too few cases to say much."""
    accept: str
    visit: str
    report: str
    reported: str
    declined: str
    reasons: str
    missed: str
    answered: str


@dataclass(frozen=True, slots=True)
class MeasurePart:
    """CMS50 beside the closure rate, or why it cannot be said."""

    year: str
    closure: str
    closure_of: str
    rate: str
    rate_of: str
    why: tuple[tuple[str, str], ...]
    """How many referrals of the year, and what of them; together all of them."""
    notes: tuple[str, ...]
    missing: str
    """What is to be loaded first; empty where all is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    at: str
    exactly: str
    lead: str
    compared: str
    """With the practice's own first quarter, and with its target."""
    tabs: tuple[Option, ...]
    """By quarter, by month: each with its address."""
    cohorts: tuple[CohortRow, ...]
    drawing: Drawing | None
    deadline: str
    chosen: str
    steps: tuple[StepRow, ...]
    stops: tuple[str, ...]
    leaks: tuple[LeakRow, ...]
    leak: str
    scores: tuple[ScoreRow, ...]
    more_scores: str
    window: str
    chase: str
    chase_notes: tuple[str, ...]
    measure: MeasurePart
    files: tuple[tuple[str, str, str], ...]
    """Address, name and what is in it."""
    empty: Empty | None


@dataclass(frozen=True, slots=True)
class SetRow:
    """One value set: what is loaded of it, and the code that our own resources bear."""

    url: str
    name: str
    loaded: str
    is_needed: bool
    choices: tuple[Choice, ...]
    usual: str


@dataclass(frozen=True, slots=True)
class MeasureSettings:
    target: str
    sets: tuple[SetRow, ...]
