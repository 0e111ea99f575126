"""The sweep of summaries: in the morning of each practice's working days."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.actors import Actor
from escalation import calendar, operations, policies
from escalation.calendar import NeverOpen
from escalation.models import Digest
from tenants.models import Practice
from tenants.rounds import each_practice

ACTOR = Actor.machine("escalation.digest")

FROM_HOUR = 7
"""On the practice's clock. After a standstill the same day's are written as soon as it is over."""


def sweep(*, now: datetime) -> int:
    """Write today's summaries where it is time; returns how many were written."""
    return each_practice(lambda practice_id: _write(practice_id, now=now))


@transaction.atomic
def _write(practice_id: UUID, *, now: datetime) -> int:
    zone = Practice.objects.values_list("time_zone", flat=True).get(pk=practice_id)
    local = now.astimezone(ZoneInfo(zone))
    if local.hour < FROM_HOUR or Digest.objects.filter(on=local.date()).exists():
        return 0
    if not _is_working_day(local):
        return 0
    return operations.write_digests(on=local.date(), zone=zone, actor=ACTOR, now=now)


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
