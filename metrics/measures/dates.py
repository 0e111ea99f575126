"""FHIR dates and times, compared as CQL compares them.

A moment is as long as it was written precisely: (year), (year, month), … (year, month, day, hour,
minute, microseconds). What is not written is not known, so of two moments that are alike as far as
both are written neither is certainly the later one. Only what is certain counts.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from metrics.measures.nodes import node

Moment = tuple[int, ...]

_DAY = 3
"""How many parts of a moment name a day."""

_WRITTEN = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d+))?)?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """What lasts; a side that is None is open or unknown."""

    start: Moment | None
    end: Moment | None


@dataclass(frozen=True, slots=True)
class Days:
    """From one calendar day to another, both included."""

    first: date
    last: date

    def hold(self, moment: Moment | None) -> bool:
        """Is it certainly on one of these days?"""
        if moment is None:
            return False
        day, first, last = moment[:_DAY], _parts(self.first), _parts(self.last)
        if len(day) == _DAY:
            return first <= day <= last
        return is_after(day, first) and is_after(last, day)

    def hold_all(self, interval: Interval) -> bool:
        """Does it certainly begin and end on these days?"""
        return self.hold(interval.start) and self.hold(interval.end)


def is_after(one: Moment | None, other: Moment | None) -> bool:
    """Is it certainly later, as far as both are written?"""
    if one is None or other is None:
        return False
    known = min(len(one), len(other))
    return one[:known] > other[:known]


def moment(value: Any, zone: tzinfo = UTC) -> Moment | None:
    """A FHIR date, dateTime or instant as the clock in `zone` shows it. A day without a time is of
    no zone and stays that day; a time without an offset is taken to be the zone's own."""
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    known = tuple(int(part) for part in found.group("year", "month", "day") if part)
    year, month, day = known + (1,) * (_DAY - len(known))
    try:
        on = date(year, month, day)
        return known if found["hour"] is None else _timed(found, on, zone)
    except (ValueError, OverflowError):
        return None


def interval(period: Any, zone: tzinfo = UTC) -> Interval:
    """A FHIR Period; one that ends before it starts says nothing."""
    written = node(period)
    start, end = moment(written.get("start"), zone), moment(written.get("end"), zone)
    return Interval(None, None) if is_after(start, end) else Interval(start, end)


def _timed(found: re.Match[str], on: date, zone: tzinfo) -> Moment:
    second = min(59, int(found["second"] or 0))  # a leap second is the last one of its minute
    micro = int((found["fraction"] or "").ljust(6, "0")[:6])
    clock = time(int(found["hour"]), int(found["minute"]), second, micro)
    here = datetime.combine(on, clock, tzinfo=_offset(found) or zone).astimezone(zone)
    known = (*_parts(here), here.hour, here.minute)
    return known if found["second"] is None else (*known, here.second * 10**6 + here.microsecond)


def _offset(found: re.Match[str]) -> tzinfo | None:
    written = found["offset"]
    if written is None or written == "Z":
        return UTC if written else None
    ahead = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(-ahead if written[0] == "-" else ahead)


def _parts(day: date) -> Moment:
    return day.year, day.month, day.day
