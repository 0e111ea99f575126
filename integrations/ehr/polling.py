"""The sweep that asks EHRs which tell nothing by themselves: what changed since we last asked?

How far we have come is kept by the server's own clock, read before the first page, and each
question goes back a little further: a resource may become visible after the instant it bears.
What is seen twice is known by its version.
"""

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from integrations.ehr import storing, troubles
from integrations.ehr.access import Access, access_of
from integrations.ehr.client import Client
from integrations.ehr.faults import EhrFault, Malformed
from integrations.ehr.fetching import whole_page
from integrations.ehr.gathering import Gatherer, is_versioned
from integrations.models import Connection
from tenants import scope
from tenants.rounds import each_practice
from tenants.sealing import SealBroken

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
OVERLAP = timedelta(minutes=2)
FIRST_LOOK = timedelta(days=1)
"""How far back the first question goes; older work comes by the backlog import."""
PAGE = 50

TYPES = (
    "DiagnosticReport", "DocumentReference", "Encounter", "MedicationRequest", "Observation",
    "Patient", "ServiceRequest", "Task",
)  # fmt: skip
"""What may be asked for: the types that make work here, and patients."""


def sweep(*, now: datetime) -> int:
    """Ask each connection that is due; returns how many were asked to the end."""
    return each_practice(partial(sweep_practice, now=now))


def sweep_practice(practice_id: UUID, *, now: datetime) -> int:
    """Ask each connection of a practice that is due."""
    done = 0
    with scope.scoped(practice_id):
        while (connection := _claimed(now=now)) is not None:
            try:
                with transaction.atomic():
                    access = access_of(connection)
                until = _asked(access, connection, now=now)
            except (EhrFault, SealBroken) as error:
                fault = error if isinstance(error, EhrFault) else EhrFault(str(error))
                _failed(connection.pk, fault, now=now)
            else:
                _finished(connection.pk, until, now=now)
                done += 1
    return done


@transaction.atomic
def _claimed(*, now: datetime) -> Connection | None:
    """A connection that is due, ours for some minutes; a second worker takes another."""
    connection = (
        Connection.objects.select_related("feed")
        .filter(next_poll_at__lte=now, feed__is_active=True)
        .exclude(poll_types=[])
        .order_by("next_poll_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if connection is not None:
        connection.next_poll_at = now + LEASE
        connection.save(update_fields=["next_poll_at"])
    return connection


def _asked(access: Access, connection: Connection, *, now: datetime) -> datetime:
    """Store what changed; returns the server's time before the first question.

    Raises:
        EhrFault: it could not all be read; what was stored stays, and is asked for again.
    """
    client = Client(access, now=now)
    clock = client.clock()
    if clock is None:
        raise Malformed("The server does not tell its time, so changes cannot be asked for.")
    since = connection.polled_until or clock - FIRST_LOOK
    gatherer = Gatherer(client, lambda one: storing.knows_patient(access, one))
    for kind in connection.poll_types:
        begin = (since - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"{kind}?_lastUpdated=gt{begin}&_sort=_lastUpdated&_count={PAGE}"
        for page in client.search(query):
            for body in whole_page(gatherer, page, kind, skip=lambda one: _is_here(access, one)):
                storing.store(access, body, now=now)
    return max(clock, since)


def _is_here(access: Access, version: str) -> bool:
    return is_versioned(version) and storing.has_version(access, version)


@transaction.atomic
def _finished(connection_id: UUID, until: datetime, *, now: datetime) -> None:
    connection = Connection.objects.select_related("feed").lock([connection_id]).get()
    connection.polled_until = until
    connection.next_poll_at = now + timedelta(seconds=connection.poll_every_s)
    connection.poll_failures = 0
    connection.save(update_fields=["polled_until", "next_poll_at", "poll_failures"])
    troubles.note_success(connection, now=now)


@transaction.atomic
def _failed(connection_id: UUID, fault: EhrFault, *, now: datetime) -> None:
    connection = Connection.objects.select_related("feed").lock([connection_id]).get()
    connection.poll_failures = min(connection.poll_failures + 1, troubles.MOST_COUNTED)
    connection.next_poll_at = now + troubles.wait(fault, connection.poll_failures)
    connection.save(update_fields=["next_poll_at", "poll_failures"])
    is_long = connection.poll_failures >= troubles.LONG_ATTEMPTS
    troubles.note_failure(connection, fault, is_long=is_long, now=now)
    logger.info("poll put off", extra={"entity": str(connection_id)})
