"""The moments of a location's day at which its numbers are frozen. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from escalation import calendar
from escalation.ladder import ANCHOR_DEFAULTS, Anchor, Place


class Moment(StrEnum):
    """The anchors of a working day, and the opening that ends its night."""

    END_OF_CLINIC = "end-of-clinic"
    END_OF_DAY = "end-of-day"
    ZERO_TASK_HOUR = "zero-task-hour"
    AFTER_HOURS = "after-hours"
    NEXT_OPENING = "next-opening"


def of_day(place: Place, day: date) -> dict[Moment, datetime]:
    """When each moment of a working day comes; a day without an open hour has none.

    Raises:
        NeverOpen: the place never opens again.
    """
    closes = calendar.end_of_day(place.hours, day)
    if closes is None:
        return {}
    named = {
        Moment(anchor): calendar.at_local(place.hours, day, place.anchors.get(anchor, minute))
        for anchor, minute in ANCHOR_DEFAULTS.items()
    }
    if Anchor.END_OF_CLINIC in place.anchors:
        minute = place.anchors[Anchor.END_OF_CLINIC]
        closes = calendar.at_local(place.hours, day, minute)
    return {Moment.END_OF_CLINIC: closes, **named, Moment.NEXT_OPENING: _reopens(place, day)}


def whole(place: Place, day: date) -> tuple[datetime, datetime]:
    """The day from one midnight of its wall clock to the next."""
    first, last = (calendar.at_local(place.hours, one, 0) for one in (day, day + timedelta(days=1)))
    return first, last


def _reopens(place: Place, day: date) -> datetime:
    return calendar.spans_of(place.hours, calendar.next_open_day(place.hours, day))[0][0]
