"""A feed's own rhythm, and how long a silence may last before it means something. Pure.

The profile is a rate of messages for each hour of the week, on the clock of the feed's place. A
silence is worth the messages that would have come in the whole hours that it covers; it is beyond
usual when the chance of hearing none of them is below one in a thousand. Counts that swing more
than chance alone would have them (batches, holidays) weigh less, by the ratio of their variance to
their mean.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEKS = timedelta(weeks=6)
"""What is learned from."""
WHOLE_WEEKS = timedelta(days=21)
"""From here on each hour of the week has a rate of its own."""
SOME_DAYS = timedelta(days=5)
"""From here on each hour of a working day, of a Saturday and of a Sunday has one."""
FURTHEST = timedelta(days=28)
"""A feed too sparse to be missed within this is never called silent."""

CHANCE = 0.001
ENOUGH = -math.log(CHANCE)
"""So many messages must have failed to come."""
NEW_FEED_HOURS = 10
"""Of a feed that is not known yet: one working day of silence."""
OPENS, CLOSES, SATURDAY = 8, 18, 5

SIGMAS = 3
"""An hour this far below its usual count is far below usual."""

LocalHour = tuple[date, int]
"""On the feed's clock. The hour that a change of clocks repeats counts as one, of two hours."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Messages an hour, by hour of the week (Monday midnight is 0)."""

    rates: tuple[float, ...]
    spread: float = 1.0
    """Variance over mean; at least one."""
    known: bool = True

    def rate(self, at: datetime, zone: ZoneInfo) -> float:
        """Usual messages an hour at this instant."""
        local = at.astimezone(zone)
        return self.rates[local.weekday() * 24 + local.hour]


NEW = Rhythm(
    rates=tuple(
        ENOUGH / NEW_FEED_HOURS * 1.0001 if weekday < SATURDAY and OPENS <= hour < CLOSES else 0.0
        for weekday in range(7)
        for hour in range(24)
    ),
    known=False,
)
"""Until there is a rhythm: silence counts in working hours."""


def learn(
    counts: Mapping[LocalHour, int], *, zone: ZoneInfo, first: datetime | None, until: datetime
) -> Rhythm:
    """The rhythm of the weeks before `until`; `first` is when the feed was first heard."""
    until = until.astimezone(UTC)  # in a place's own time, sums are of its clock, not of real hours
    begin = max(until - WEEKS, until if first is None else first.astimezone(UTC))
    lasted = until - begin
    if lasted < SOME_DAYS:
        return NEW
    heard = _exposure(begin, until, zone)
    kinds = [_kind(slot, whole=lasted >= WHOLE_WEEKS) for slot in range(7 * 24)]
    rates, spread = _fit(counts, heard, kinds)
    return Rhythm(tuple(rates.get(kind, 0.0) for kind in kinds), spread)


def _exposure(begin: datetime, until: datetime, zone: ZoneInfo) -> Mapping[LocalHour, int]:
    """How many hours each hour on the clock had: none in spring's gap, two in autumn's."""
    heard: dict[LocalHour, int] = defaultdict(int)
    for at in whole_hours(begin, until, zone):
        heard[local_hour(at, zone)] += 1
    return heard


def _kind(slot: int, *, whole: bool) -> tuple[int, int]:
    """Slots of one kind share a rate."""
    weekday, hour = divmod(slot, 24)
    return (weekday if whole or weekday >= SATURDAY else 0, hour)


def _fit(
    counts: Mapping[LocalHour, int], heard: Mapping[LocalHour, int], kinds: list[tuple[int, int]]
) -> tuple[dict[tuple[int, int], float], float]:
    """The rate of each kind of hour, and how far counts swing about it."""
    totals: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    of = {key: kinds[key[0].weekday() * 24 + key[1]] for key in heard}
    for key, hours in heard.items():
        totals[of[key]][0] += counts.get(key, 0)
        totals[of[key]][1] += hours
    rates = {kind: count / hours for kind, (count, hours) in totals.items()}
    usual = {key: rates[of[key]] * hours for key, hours in heard.items()}
    strayed = sum((counts.get(key, 0) - mean) ** 2 for key, mean in usual.items())
    live = [key for key, mean in usual.items() if mean > 0]
    free = len(live) - len({of[key] for key in live})
    if not live or free <= 0:
        return rates, 1.0
    return rates, max(1.0, strayed / sum(usual.values()) * len(live) / free)


def whole_hours(begin: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The beginnings of the clock hours that lie whole between the two."""
    at = floor_hour(begin, zone)
    if at < begin:
        at += HOUR
    while at + HOUR <= until:
        yield at
        at += HOUR


def floor_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """When the clock hour began. Counted in real time: some clocks are half an hour off."""
    local = at.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at.astimezone(UTC) - into


def local_hour(at: datetime, zone: ZoneInfo) -> LocalHour:
    """The date and hour on the feed's clock."""
    local = at.astimezone(zone)
    return (local.date(), local.hour)


def limit(rhythm: Rhythm, *, last: datetime, zone: ZoneInfo) -> datetime | None:
    """When a silence since `last` is beyond usual; None for a feed too sparse to tell."""
    missed, last = 0.0, last.astimezone(UTC)
    for at in whole_hours(last, last + FURTHEST, zone):
        missed += rhythm.rate(at, zone) / rhythm.spread
        if missed >= ENOUGH:
            return at + HOUR
    return None


def last_hour(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The last clock hour that is over."""
    end = floor_hour(now, zone)
    return end - HOUR, end


def is_low(rhythm: Rhythm, count: int, *, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the hour that began then brought far less than it usually does."""
    usual = rhythm.rate(at, zone)
    return rhythm.known and usual - count > SIGMAS * math.sqrt(rhythm.spread * usual)
