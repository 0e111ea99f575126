"""Two clinic days that lead up to now: messages stored and processed, and people at their work."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction

from config.demo.workday import Workday
from integrations import intake, receiver
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.models import Feed, InboundMessage
from integrations.receiver import Arrival
from integrations.simulator.casting import clinic_of, feeds_of
from integrations.simulator.clinic import Clinic, Clock, Door, Sending
from integrations.simulator.clinic_day import clinic_day, critical_result
from tenants import scope
from tenants.models import Practice

DAYS = 2
LOOKS_BACK = timedelta(days=DAYS + 1)
"""The practice and its rules are older than its first message."""

TODAY, BEFORE = timedelta(minutes=20), timedelta(minutes=60)
"""How often, in the story, stored messages become tasks; people act in between."""

TOGETHER = timedelta(minutes=4)
"""Messages this close are received as one."""

NEWEST = 0.5
"""Minutes before now at which a critical result came: nobody has seen it yet."""

RECENT = timedelta(hours=12)

BUSY, MIDDAY, CLOSES = 11 * 60, 15 * 60, 18 * 60
"""Who looks by day sees today's clinic up to now; by night, a clinic that is at three o'clock."""

Due = tuple[datetime, Sending]


@transaction.atomic
def tell(practice: Practice, *, now: datetime) -> int:
    """Play the days, all or nothing; a practice that ever got a message keeps its own history.

    Returns:
        How many messages were stored.
    """
    with scope.scoped(practice.pk):
        if InboundMessage.objects.exists():
            return 0
        clinic, feeds = clinic_of(practice), feeds_of(practice)
        workday = Workday(f"{practice.slug} {now:%Y-%m-%d}")
        arrived = 0
        for ends, due in slices(sendings(clinic, now=now), now=now):
            arrived += len(due)
            for instant, group in by_end(due, TOGETHER, now=now):
                arrivals = [_arrival(sending, feeds[sending.door], at) for at, sending in group]
                receiver.store(arrivals, now=instant)
            workday.work(until=ends)
            while intake.sweep_practice(practice.pk, now=ends):
                continue
            workday.notice(now=ends)
        workday.take_up(now=now)
        return arrived


def sendings(clinic: Clinic, *, now: datetime) -> Iterator[Due]:
    """Everything sent up to now, oldest first."""
    local = now.astimezone(clinic.zone)
    minute = local.hour * 60 + local.minute
    minute = minute if BUSY <= minute <= CLOSES else MIDDAY
    for back in reversed(range(DAYS)):
        day = timedelta(days=back)
        clock = Clock(now - day, minute)
        for sending in clinic_day(clinic, local.date() - day, clock=clock):
            if back or sending.minute <= minute:
                yield clock.at(sending.minute), sending
    newest = minute - NEWEST
    yield clock.at(newest), critical_result(clinic, local.date(), clock=clock, minute=newest)


def slices(due: Iterable[Due], *, now: datetime) -> Iterator[tuple[datetime, list[Due]]]:
    """The messages by the ends of slices of time; what is longer ago is told in longer ones."""
    for is_recent, group in groupby(due, key=lambda one: now - one[0] < RECENT):
        yield from by_end(group, TODAY if is_recent else BEFORE, now=now)


def by_end(
    due: Iterable[Due], length: timedelta, *, now: datetime
) -> Iterator[tuple[datetime, list[Due]]]:
    """Cut time into pieces of this length, the last of which ends now; empty ones are left out."""
    for end, group in groupby(due, key=lambda one: now - (now - one[0]) // length * length):
        yield end, list(group)


def _arrival(sending: Sending, feed: Feed, instant: datetime) -> Arrival:
    """As the feed's door would have taken it at that instant."""
    practice_id = scope.current()
    if sending.door == Door.FHIR_HTTP:
        parsed = fhir_body.parse(sending.body, max_bytes=settings.MAX_MESSAGE_BYTES)
        arrival = receiver.arrival_of_fhir(
            sending.body, practice_id=practice_id, feed_id=feed.pk, control_id=sending.id,
            resource_type=parsed.type, cause="",
            order_key=fhir_reading.order_key(parsed, zone=feed.time_zone, source=feed.slug),
        )  # fmt: skip
    else:
        arrival = receiver.arrival_of_hl7(sending.body, practice_id=practice_id, feed_id=feed.pk)
    arrival.arrived = int(instant.timestamp() * 1_000_000_000)
    return arrival
