"""Whether targets and rungs can ever fall due in the hours of a place."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from escalation import calendar, ladder
from escalation.calendar import NeverOpen
from escalation.ladder import Aim, Place
from escalation.models import ClockKind, LadderStep, Target
from escalation.phrases import aim_words

ANY_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
HEADROOM = timedelta(days=calendar.HORIZON_DAYS - 35)
"""What may pass at most: the holidays of a year are fewer than what is left."""


def aims_of(targets: Iterable[Target], steps: Iterable[LadderStep]) -> Iterator[Aim]:
    """Every length of time that these count."""
    for target in targets:
        yield from (aim for kind in ClockKind if (aim := target.aim(kind)) is not None)
    for step in steps:
        timing = step.timing()
        if timing.after is not None and timing.after.amount > 0:
            yield timing.after
        if timing.every is not None:
            rounds = max(timing.repeat, 1)
            yield Aim(timing.every.amount * rounds, timing.every.measure)


def never_due(aims: Iterable[Aim], place: Place) -> str:
    """The first of these that the hours never give enough time for, in words; empty: none."""
    for aim in aims:
        try:
            passed = ladder.due(aim, place, ANY_MONDAY) - ANY_MONDAY
        except NeverOpen:
            passed = timedelta.max
        if passed > HEADROOM:
            return _("With these hours, {length} would take longer than a year.").format(
                length=aim_words(aim)
            )
    return ""
