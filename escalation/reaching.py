"""Whether targets can ever fall due in the hours of a place."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from escalation import calendar, ladder
from escalation.calendar import NeverOpen
from escalation.ladder import Place
from escalation.models import ClockKind, Target
from escalation.phrases import aim_words

ANY_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
HEADROOM = calendar.HORIZON_DAYS - 35
"""Days that a target may take at most: the holidays of a year are fewer than what is left."""


def never_due(targets: Iterable[Target], place: Place) -> str:
    """The first target that the hours never give enough time for, in words; empty: none."""
    for target in targets:
        for kind in ClockKind:
            aim = target.aim(kind)
            if aim is None:
                continue
            try:
                at = ladder.due(aim, place, ANY_MONDAY)
            except NeverOpen:
                at = ANY_MONDAY + timedelta(days=calendar.HORIZON_DAYS)
            if at - ANY_MONDAY > timedelta(days=HEADROOM):
                return (
                    f"With these hours, a target of {aim_words(aim)} would take longer than a year."
                )
    return ""
