"""The sweep that reads what notifications pointed at.

A row is claimed for some minutes in a short transaction, read outside of any, and finished together
with the message that came of it. A worker that dies leaves a claim that runs out.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F

from integrations.ehr import storing, troubles
from integrations.ehr.access import Access, access_of
from integrations.ehr.client import OPERATION, Client, Page
from integrations.ehr.faults import Busy, EhrFault, Gone, SignInRefused, Unreachable
from integrations.ehr.gathering import Gathered, Gatherer, version_of
from integrations.models import Connection, Fetch
from tenants import scope
from tenants.rounds import each_practice
from tenants.sealing import SealBroken

logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=5)
TRIES_BEFORE_GONE = 3
"""An event may overtake the resource on its way through the EHR's own copies."""

OF_THE_SERVER = (Busy, Unreachable, SignInRefused)
"""Faults that the next request would meet too."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until the claim runs out."""

    pk: UUID
    reference: str
    attempts: int
    asked_at: datetime


def sweep(*, now: datetime) -> int:
    """One batch of each connection; returns how many rows were finished."""
    return each_practice(partial(sweep_practice, now=now))


def sweep_practice(practice_id: UUID, *, now: datetime) -> int:
    """One batch of each connection of a practice."""
    with scope.scoped(practice_id):
        with transaction.atomic():
            due = Fetch.objects.filter(state=Fetch.State.WAITING, next_at__lte=now)
            connections = Connection.objects.filter(
                feed__is_active=True, feed_id__in=due.values("feed_id")
            )
            ids = list(connections.order_by("pk").values_list("pk", flat=True))
        return sum(sweep_connection(connection_id, now=now) for connection_id in ids)


def sweep_connection(connection_id: UUID, *, now: datetime) -> int:
    """One batch of one connection; the practice is in scope and no transaction is open."""
    with transaction.atomic():
        connection = Connection.objects.select_related("feed").get(pk=connection_id)
        try:
            access = access_of(connection)
        except SealBroken as broken:
            return _no_access(connection, broken, now=now)
        claims = claim(connection, now=now)
    gatherer = Gatherer(Client(access, now=now), lambda one: storing.knows_patient(access, one))
    done = 0
    while claims:
        current = claims.pop(0)
        try:
            _read(access, gatherer, current, now=now)
            done += 1
        except EhrFault as fault:
            done += _failed(access, current, fault, now=now)
            if isinstance(fault, OF_THE_SERVER):
                _give_back(claims, until=now + troubles.wait(fault, current.attempts))
                break
    return done


def claim(connection: Connection, *, now: datetime) -> list[Claim]:
    """Take due rows; a second worker takes others."""
    due = (
        Fetch.objects.filter(feed=connection.feed_id, state=Fetch.State.WAITING, next_at__lte=now)
        .order_by("next_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    rows = list(due[:BATCH])
    for row in rows:
        row.attempts, row.next_at = min(row.attempts + 1, troubles.MOST_COUNTED), now + LEASE
        row.save(update_fields=["attempts", "next_at"])
    return [Claim(row.pk, row.reference, row.attempts, row.asked_at) for row in rows]


def _read(access: Access, gatherer: Gatherer, current: Claim, *, now: datetime) -> None:
    """Read and store; the last body is stored in the transaction that finishes the row.

    Raises:
        EhrFault: it could not be read, or not to its end; what was stored stays.
    """
    last: Gathered | None = None
    for body in bodies(gatherer, current.reference):
        if last is not None:
            storing.store(access, last, now=now)
        last = body
    _finish(access, current, last, now=now)


def bodies(gatherer: Gatherer, reference: str) -> Iterator[Gathered]:
    """What a reference gives: one resource, one answer of an operation, or a search's pages.

    Raises:
        EhrFault: from the server.
    """
    client = gatherer.client
    if OPERATION.fullmatch(reference):
        yield Gathered(reference, client.operation(reference).text.encode())
    elif "?" in reference:
        for page in client.search(reference):
            yield from whole_page(gatherer, page, reference.partition("?")[0])
    else:
        yield gatherer.one(reference)


def whole_page(
    gatherer: Gatherer, page: Page, kind: str, *, skip: Callable[[str], bool] = lambda _: False
) -> Iterator[Gathered]:
    """The resources of one type on a page; what else is on it came along.

    Raises:
        EhrFault: a companion could not be read for now.
    """
    pool = {one.reference: one for one in page.resources if one.reference}
    for one in page.resources:
        if one.type == kind and not skip(version_of(one)):
            yield gatherer.whole(one, pool)


def _finish(access: Access, current: Claim, body: Gathered | None, *, now: datetime) -> None:
    """Store the last body and close the row, unless an event has asked for it anew meanwhile."""
    with transaction.atomic():
        row = Fetch.objects.lock([current.pk]).get()
        if body is not None:
            storing.store(access, body, now=now)
        if row.state == Fetch.State.WAITING:
            if row.asked_at == current.asked_at:
                row.state, row.finished_at = Fetch.State.DONE, now
            else:
                row.next_at, row.attempts = now, 0
            row.failure = ""
            row.save(update_fields=["state", "finished_at", "next_at", "attempts", "failure"])
        connection = Connection.objects.select_related("feed").get(pk=access.connection_id)
        troubles.note_success(connection, now=now)


def _failed(access: Access, current: Claim, fault: EhrFault, *, now: datetime) -> int:
    """Gone for good, or again later, for ever; returns how many rows were finished."""
    with transaction.atomic():
        row = Fetch.objects.lock([current.pk]).get()
        if row.state != Fetch.State.WAITING or row.attempts != current.attempts:
            return 0
        gone = isinstance(fault, Gone) and current.attempts >= TRIES_BEFORE_GONE
        row.failure = fault.phrase[:120]
        if gone:
            row.state, row.finished_at = Fetch.State.GONE, now
        else:
            row.next_at = now + troubles.wait(fault, current.attempts)
        row.save(update_fields=["state", "finished_at", "next_at", "failure"])
        if not isinstance(fault, Gone):
            connection = Connection.objects.select_related("feed").get(pk=access.connection_id)
            is_long = current.attempts >= troubles.LONG_ATTEMPTS
            troubles.note_failure(connection, fault, is_long=is_long, now=now)
    logger.info("fetch put off", extra={"entity": str(current.pk), "cause": type(fault).__name__})
    return int(gone)


def _give_back(claims: list[Claim], *, until: datetime) -> None:
    """The server is in trouble: what was not tried costs no attempt."""
    with transaction.atomic():
        ids = [one.pk for one in claims]
        Fetch.objects.filter(pk__in=ids, state=Fetch.State.WAITING).update(
            next_at=until, attempts=F("attempts") - 1
        )


def _no_access(connection: Connection, broken: SealBroken, *, now: datetime) -> int:
    troubles.note_failure(connection, EhrFault(str(broken)), is_long=True, now=now)
    return 0
