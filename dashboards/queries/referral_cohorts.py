"""Which referrals the numbers of the report are made from, so that a number leads to them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from dashboards.queries.desk import Desk
from metrics.loops import figures, periods, reading
from metrics.loops.cases import Case
from metrics.loops.figures import SENT, Fate
from metrics.loops.periods import Length, Period

SHOWN = {Length.QUARTER: 6, Length.MONTH: 9}
"""So many periods of each length stand in the report."""


def shown(length: Length, zone: ZoneInfo, *, now: datetime) -> list[Period]:
    """The periods of the report."""
    return list(periods.last(SHOWN[length], length, today=now.astimezone(zone).date()))


def known(first: Period, zone: ZoneInfo, *, now: datetime) -> list[Case]:
    """All cases since the year of that period began."""
    return reading.cases(Period.of(first.first, Length.YEAR).begins(zone), now)


def behind(desk: Desk, name: str, fate: str) -> Collection[UUID]:
    """The referrals of a cohort, or those of which one thing became: read as the report reads them.

    Args:
        desk: of whoever asks.
        name: of the period.
        fate: a `Fate`; empty: all that were sent.
    """
    period = Period.read(name)
    if period is None:
        return ()
    zone = ZoneInfo(desk.member.practice.time_zone)
    first = (
        min(period, *shown(period.length, zone, now=desk.now)) if period.length in SHOWN else period
    )
    cases = figures.of_period(known(first, zone, now=desk.now), period, zone)
    wanted = (Fate(fate),) if fate else SENT
    deadline = period.deadline(zone)
    return [one.id for one in cases if figures.fate(one, deadline, now=desk.now) in wanted]
