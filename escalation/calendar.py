"""Working time: open hours of a place, added and measured in UTC. Pure.

A place is open at an instant when its wall clock then shows an open time: hours are kept as people
read them, and every day of them is turned into UTC before anything is added. So the night on which
clocks change has an hour more or less, an hour that does not exist is never waited for, and one
that comes twice counts twice.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

Minutes = tuple[int, int]
"""From and until, in minutes of the local day; until is at most 1440 and not itself open."""

Span = tuple[datetime, datetime]
"""From and until in UTC; until is not itself part of it."""

DAY = 24 * 60
WEEKDAYS = 7

HORIZON_DAYS = 400
"""No place is closed for longer; a calendar that is has a fault and is told so."""

_FURTHEST = timedelta(hours=15)
"""No zone is further from UTC."""


class CalendarInvalid(ValueError):
    """The hours cannot be used; the text says which and why."""


class NeverOpen(Exception):
    """No open hour within the horizon: nothing could ever fall due."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place is open."""

    zone: str
    """IANA name."""
    week: tuple[tuple[Minutes, ...], ...]
    """Monday first; intervals in order, a break between two of them."""
    closed: frozenset[date] = frozenset()
    """Holidays that a person approved."""
    special: Mapping[date, tuple[Minutes, ...]] = field(default_factory=dict)
    """Days with hours of their own; they win over week and holidays."""
    _hash: int = field(init=False, repr=False, compare=False)
    """Worked out once: hours are the key of every span that is kept."""

    def __post_init__(self) -> None:
        """Keep the hash."""
        known = (self.zone, self.week, self.closed, tuple(sorted(self.special.items())))
        object.__setattr__(self, "_hash", hash(known))

    def __hash__(self) -> int:
        return self._hash

    def of(self, day: date) -> tuple[Minutes, ...]:
        """The open intervals of a local day."""
        if day in self.special:
            return self.special[day]
        return () if day in self.closed else self.week[day.weekday()]


ROUND_THE_CLOCK = Hours("UTC", (((0, DAY),),) * WEEKDAYS)


def check(hours: Hours) -> None:
    """Refuse hours that cannot be used.

    Raises:
        CalendarInvalid: an unknown zone, intervals that overlap or end before they begin, no open
            hour in any week.
    """
    try:
        ZoneInfo(hours.zone)
    except (KeyError, ValueError, OSError):
        raise CalendarInvalid(
            _("There is no time zone {zone!r}.").format(zone=hours.zone[:60])
        ) from None
    if len(hours.week) != WEEKDAYS:
        raise CalendarInvalid(_("A week has seven days."))
    for day in (*hours.week, *hours.special.values()):
        check_day(day)
    if not any(hours.week):
        raise CalendarInvalid(_("No hour of the week is open; nothing could ever fall due."))


def check_day(day: tuple[Minutes, ...]) -> None:
    """Refuse the intervals of one day.

    Raises:
        CalendarInvalid: one ends before it begins or outside of the day, or two overlap.
    """
    ends = 0
    for begins, until in day:
        if not (0 <= begins <= DAY and 0 <= until <= DAY):
            raise CalendarInvalid(
                _("{begins} to {ends} lies outside of a day.").format(
                    begins=clock(begins), ends=clock(until)
                )
            )
        if begins >= until:
            raise CalendarInvalid(
                _("{begins} to {ends} ends before it begins. Put the earlier first.").format(
                    begins=clock(begins), ends=clock(until)
                )
            )
        if begins < ends:
            raise CalendarInvalid(
                _("{begins} to {ends} overlaps with the hours before it.").format(
                    begins=clock(begins), ends=clock(until)
                )
            )
        ends = until


def clock(minutes: int) -> str:
    """Minutes of a day as people write them: `08:30`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def open_spans(hours: Hours, begin: datetime, *, days: int = HORIZON_DAYS) -> Iterator[Span]:
    """The open spans from an instant on, in order; the first is cut where it has begun already."""
    day = begin.astimezone(ZoneInfo(hours.zone)).date() - timedelta(days=1)
    for ahead in range(days + 2):
        for since, until in spans_of(hours, day + timedelta(days=ahead)):
            if until > begin:
                yield max(since, begin), until


def add(hours: Hours, begin: datetime, amount: timedelta) -> datetime:
    """The first instant at which so much open time has passed since `begin` (UTC in, UTC out).

    Nothing to wait for is due at once, or at the next opening.

    Raises:
        NeverOpen: the hours never give that much.
    """
    if hours is ROUND_THE_CLOCK:
        return begin + amount
    here = _span_at(hours, begin)
    if here is not None and amount <= here[1] - begin:
        return begin + amount
    left = amount
    for since, until in open_spans(hours, begin):
        if left <= until - since:
            return since + left
        left -= until - since
    raise NeverOpen


def _span_at(hours: Hours, at: datetime) -> Span | None:
    """The open span that holds an instant: one of the day that the wall clock shows then."""
    day = at.astimezone(ZoneInfo(hours.zone)).date()
    return next((one for one in spans_of(hours, day) if one[0] <= at < one[1]), None)


def between(hours: Hours, begin: datetime, end: datetime) -> timedelta:
    """The open time between two instants; zero where the end comes first."""
    if hours is ROUND_THE_CLOCK:
        return max(end - begin, timedelta())
    passed = timedelta()
    for since, until in open_spans(hours, begin, days=max((end - begin).days, 0) + 1):
        if since >= end:
            break
        passed += min(until, end) - since
    return passed


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether the place is open at that instant."""
    return _span_at(hours, at) is not None


def opens(hours: Hours, at: datetime) -> datetime:
    """That instant where the place is open, or the next opening.

    Raises:
        NeverOpen: it never opens again.
    """
    return add(hours, at, timedelta())


def at_local(hours: Hours, day: date, minute: int) -> datetime:
    """The instant at which the wall clock shows that minute of the day.

    Of two, the first; of a minute that is skipped, the instant that takes its place.
    """
    local = datetime.combine(day, time(), tzinfo=UTC) + timedelta(minutes=minute)
    zone = ZoneInfo(hours.zone)
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def end_of_day(hours: Hours, day: date) -> datetime | None:
    """The last closing of a local day; None where it has no open hour."""
    spans = spans_of(hours, day)
    return spans[-1][1] if spans else None


def next_open_day(hours: Hours, after: date) -> date:
    """The first later day with an open hour.

    Raises:
        NeverOpen: there is none.
    """
    for ahead in range(1, HORIZON_DAYS):
        day = after + timedelta(days=ahead)
        if hours.of(day):
            return day
    raise NeverOpen


@lru_cache(maxsize=20_000)
def spans_of(hours: Hours, day: date) -> tuple[Span, ...]:
    """The open spans of a local day, in UTC and in order."""
    if not hours.of(day):
        return ()
    found = [
        span
        for since, until, offset in _offsets(hours.zone, day)
        for span in _within(hours.of(day), day, offset, since, until)
    ]
    joined: list[Span] = []
    for since, until in sorted(found):
        if joined and joined[-1][1] == since:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((since, until))
    return tuple(joined)


def _within(
    intervals: tuple[Minutes, ...], day: date, offset: timedelta, since: datetime, until: datetime
) -> Iterator[Span]:
    """The intervals of a day as they lie in a stretch of one offset from UTC."""
    midnight = datetime.combine(day, time(), tzinfo=UTC) - offset
    for begins, ends in intervals:
        first = max(midnight + timedelta(minutes=begins), since)
        last = min(midnight + timedelta(minutes=ends), until)
        if first < last:
            yield first, last


@lru_cache(maxsize=20_000)
def _offsets(zone_name: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The stretches of one offset that any instant of the local day can lie in."""
    zone = ZoneInfo(zone_name)
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    begin, end = midnight - _FURTHEST, midnight + timedelta(days=1) + _FURTHEST
    stretches = []
    while begin < end:
        offset = _offset(zone, begin)
        change = _change(zone, begin, end)
        stretches.append((begin, change, offset))
        begin = change
    return tuple(stretches)


def _change(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The first instant of another offset, or the end."""
    offset = _offset(zone, begin)
    minutes = range(int((end - begin).total_seconds()) // 60 + 1)

    def changed(minute: int) -> bool:
        return _offset(zone, begin + timedelta(minutes=minute)) != offset

    # Two changes never lie as close as this window is wide, so one bisection finds the only one.
    if not changed(minutes[-1]):
        return end
    return begin + timedelta(minutes=bisect_right(minutes, x=False, key=changed))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
