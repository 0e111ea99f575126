"""The question behind a report, words ready to be read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuestion:
    question: str
    """Empty: none came with the order."""
    answered: str
    """What was said of it; empty: nothing yet."""
    version: int
    answer_url: str
    referral_url: str
    why_not: str
    """Why this person cannot say it; empty: they can."""
