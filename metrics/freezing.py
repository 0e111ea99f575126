"""Freezes the day of each location at its moments; whatever was missed is frozen late.

A wake stands for the next moment of each location (`Topic.DAY`). Late or on time makes no
difference: every number is read from history, as of the moment and not as of now.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from escalation import policies
from escalation.calendar import NeverOpen
from escalation.ladder import Place
from metrics import history, moments
from metrics.history import Group
from metrics.models import DayFact
from metrics.moments import Moment
from metrics.reckoning import Moved, Span, tally
from tenants import wake
from tenants.models import Location, Topic
from tenants.rounds import Swept, alone, each_practice

GRACE = timedelta(minutes=2)
"""What was begun before a moment is committed by then."""
BACK_DAYS = 60
"""How far back missed days are made up for."""
BATCH = 10
"""Facts that are frozen in one transaction."""
IDLE = timedelta(days=1)
"""A place that never opens is looked at again after that."""

Due = tuple[datetime, date, Moment]


class Source(Protocol):
    """Where the moves of tasks are read; `metrics.history` is one."""

    def moves(self, location_id: UUID | None, since: datetime, until: datetime) -> list[Moved]:
        """Every move in a span, of the tasks of a location, in order."""

    def open_at(self, location_id: UUID | None, at: datetime) -> list[Group]:
        """What was open at an instant, counted by what it was then."""


def sweep(*, now: datetime) -> Swept:
    """Freeze what is due; returns how many locations were looked at."""
    looked, frozen = 0, 0
    for practice_id in wake.practices_due(Topic.DAY, now=now):
        with alone(practice_id), transaction.atomic():
            abouts = wake.claim(Topic.DAY, limit=BATCH, now=now)
            places = of_locations(practice_id)
            looked += len(abouts)
            frozen += sum(
                _freeze(about, *places[about], now=now) for about in abouts if about in places
            )
    return Swept(looked, fired=frozen)


def plan(*, now: datetime) -> int:
    """Have every location looked at that nothing looks at yet; returns how many."""
    return each_practice(partial(_plan, now=now))


@transaction.atomic
def _plan(practice_id: UUID, *, now: datetime) -> int:
    places = of_locations(practice_id)
    new = places.keys() - wake.waiting(Topic.DAY, places)
    wake.call(Topic.DAY, ((about, now) for about in sorted(new)))
    return len(new)


def of_locations(practice_id: UUID) -> dict[UUID, tuple[UUID | None, Place]]:
    """Each location that keeps hours, by what its wakes are about; the practice stands for work
    that is at none."""
    known = policies.places()
    found: dict[UUID, tuple[UUID | None, Place]] = {}
    if None in known:
        found[practice_id] = None, known[None]
    for one in Location.objects.values_list("pk", flat=True):
        place = known.get(one) or known.get(None)
        if place:
            found[one] = one, place
    return found


def _freeze(about: UUID, location_id: UUID | None, place: Place, *, now: datetime) -> int:
    """The oldest of what is missing; then wait for the next moment."""
    due = missing(location_id, place, now=now)
    rows = [fact(location_id, place, one, source=history, now=now) for one in due[:BATCH]]
    DayFact.objects.bulk_create(rows, ignore_conflicts=True)
    wake.call(Topic.DAY, [(about, now if len(due) > BATCH else _next(place, now=now))])
    return len(rows)


def missing(location_id: UUID | None, place: Place, *, now: datetime) -> list[Due]:
    """The moments of a location that are over and not frozen, in their order."""
    begun = history.first_day(place.hours.zone)
    if begun is None:
        return []
    today = now.astimezone(ZoneInfo(place.hours.zone)).date()
    # The first day was not seen from its beginning.
    first = max(begun + timedelta(days=1), today - timedelta(days=BACK_DAYS))
    held = set(
        DayFact.objects.filter(location=location_id, day__gte=first).values_list("day", "moment")
    )
    return sorted(
        one for one in _moments(place, first, today)
        if one[0] + GRACE <= now and (one[1], one[2].value) not in held
    )  # fmt: skip


def _next(place: Place, *, now: datetime) -> datetime:
    today = now.astimezone(ZoneInfo(place.hours.zone)).date()
    ahead = _moments(place, today - timedelta(days=1), today + timedelta(days=1))
    later = [at + GRACE for at, _, _ in ahead if at + GRACE > now]
    return min([*later, now + IDLE])


def _moments(place: Place, first: date, last: date) -> Iterator[Due]:
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return chain.from_iterable(_of_day(place, day) for day in days)


def _of_day(place: Place, day: date) -> list[Due]:
    try:
        found = moments.of_day(place, day)
    except NeverOpen:
        return []
    return [(at, day, moment) for moment, at in found.items()]


def fact(
    location_id: UUID | None, place: Place, due: Due, *, source: Source, now: datetime
) -> DayFact:
    """The day as it stood at that moment."""
    at, day, moment = due
    begins, ends = moments.whole(place, day)
    closes = moments.of_day(place, day)[Moment.END_OF_CLINIC]
    span = Span(begins, min(at, ends), closes, at, place.hours.zone)
    counted = tally(source.moves(location_id, begins, max(at, span.until)), span)
    groups = source.open_at(location_id, at)
    return DayFact(
        location_id=location_id, day=day, moment=moment, at=at, frozen_at=now,
        open=sum(many for *_, many in groups), open_by=groups,
        came=counted.came, closed=counted.closed, quarters=counted.quarters,
        actions=counted.actions,
    )  # fmt: skip
