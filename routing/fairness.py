"""Whose turn it is when somebody asks for the next task. Pure.

Danger gives a head start, not a right of way: abnormal work goes as if it had come a week sooner
than it did. So what waits is passed only by what arrives within one head start of it, and an old
routine item cannot starve. Critical work alone goes before everything, always.
"""

from datetime import datetime, timedelta

from routing.danger import CRITICAL, PLAIN, RAISED, SEVERE

HEAD_START = {
    SEVERE: timedelta(days=7),
    RAISED: timedelta(days=3),
    PLAIN: timedelta(),
}
"""A week: what the 7 days for results that need action and the 14 for all others differ by."""

Turn = tuple[bool, datetime]


def turn(danger: int, authored_at: datetime) -> Turn:
    """The least goes first."""
    return danger != CRITICAL, authored_at - HEAD_START.get(danger, timedelta())
