"""The sweep of summaries: on working days of each practice, each at the hour its member chose."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.actors import Actor
from escalation import calendar, operations, policies
from escalation.calendar import NeverOpen
from escalation.models import Digest
from outbox.models import MORNING, Preference
from tenants.models import Practice
from tenants.rounds import each_practice

ACTOR = Actor.machine("escalation.digest")


def sweep(*, now: datetime) -> int:
    """Write today's summaries where it is time; returns how many were written."""
    return each_practice(lambda practice_id: _write(practice_id, now=now))


@transaction.atomic
def _write(practice_id: UUID, *, now: datetime) -> int:
    zone = Practice.objects.values_list("time_zone", flat=True).get(pk=practice_id)
    local = now.astimezone(ZoneInfo(zone))
    hours = _due(local)
    if not hours or not _is_working_day(local):
        return 0
    return sum(
        operations.write_digests(on=local.date(), hour=hour, zone=zone, actor=ACTOR, now=now)
        for hour in hours
    )


def _due(local: datetime) -> list[int]:
    """The hours of today that somebody chose, that have begun and are not written: after a
    standstill all of them, as soon as it is over."""
    begun = Preference.objects.filter(digest_hour__lte=local.hour).values_list(
        "digest_hour", flat=True
    )
    chosen = {*begun.distinct(), *([MORNING] if local.hour >= MORNING else [])}
    written = Digest.objects.filter(on=local.date()).values_list("hour", flat=True)
    return sorted(chosen - set(written))


def _is_working_day(local: datetime) -> bool:
    """Whether any place of the practice opens on that day."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    places = policies.places() or {None: policies.ALWAYS}
    for place in places.values():
        try:
            opens = calendar.opens(place.hours, midnight)
        except NeverOpen:
            continue
        if opens.astimezone(local.tzinfo).date() == local.date():
            return True
    return False
