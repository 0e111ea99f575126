"""Taking notifications in: the subscription was heard, its new events fetched, gaps seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from integrations.fhir.subscriptions import Focus, Happening, Kind, Notification
from integrations.models import Connection, Feed, InboundMessage, NotifiedEvent, Subscription
from integrations.notifications import closings, fetching, targets, topics
from integrations.notifications.fetching import Wanted
from integrations.notifications.operations import counting
from integrations.notifications.operations.hearing import heard
from integrations.notifications.targets import Elsewhere
from tenants import bulk
from tenants.ids import uuid7

BEFORE_ANY = timedelta(days=1)
"""How far back to search where nothing says since when."""

UNKNOWN = "It is for a subscription that is not set up here."
NO_CONNECTION = "It points at the EHR, but this feed has no connection to read it with."


@dataclass(frozen=True, slots=True)
class Told:
    """A stored notification, read."""

    message: InboundMessage
    notification: Notification


@dataclass(slots=True)
class _Ledger:
    """What is known of the feeds whose notifications are taken in, locked."""

    actor: Actor
    now: datetime
    subscriptions: list[Subscription]
    connections: dict[UUID, Connection]
    concerns: dict[UUID, str] = field(default_factory=dict)


@transaction.atomic
def take_in(told: Sequence[Told], *, actor: Actor, now: datetime) -> dict[UUID, str]:
    """Apply notifications in the order given; an event that came before changes nothing.

    Returns what a person must look at, by message.
    """
    feeds = {one.message.feed_id for one in told}
    rows = Subscription.objects.filter(feed_id__in=feeds).exclude(status=Subscription.Status.OFF)
    connections = Connection.objects.filter(feed_id__in=feeds)
    ledger = _Ledger(
        actor, now, list(rows.order_by("pk").select_for_update(of=("self",))),
        {one.feed_id: one for one in connections},
    )  # fmt: skip
    for one in told:
        _taken_in(ledger, one)
    return ledger.concerns


@transaction.atomic
def hear_again(*, feed: Feed, said: Sequence[Notification], actor: Actor, now: datetime) -> None:
    """The same bytes came once more: nothing new, but a sign of life."""
    rows = Subscription.objects.filter(feed=feed).exclude(status=Subscription.Status.OFF)
    known = list(rows.order_by("pk").select_for_update(of=("self",)))
    for notification in said:
        if (row := _found(known, feed.pk, notification)) is not None:
            heard(row, notification, actor=actor, now=now)


def has_own_ids(feed: Feed, row: Subscription | None) -> bool:
    """Whether events are told apart by ids of their own, their numbers beginning anew each time."""
    if row is not None and row.restarts_counts:
        return True
    return feed.vendor.lower().startswith("athena")


def _taken_in(ledger: _Ledger, told: Told) -> None:
    message, notification = told.message, told.notification
    row = _found(ledger.subscriptions, message.feed_id, notification)
    since = row.last_heard_at if row else None
    own_ids = has_own_ids(message.feed, row)
    happenings = _happenings(notification, own_ids=own_ids)
    if row is None:
        ledger.concerns[message.pk] = UNKNOWN
    else:
        heard(row, notification, actor=ledger.actor, now=ledger.now)
    fresh = _fresh(message.feed, notification, happenings, own_ids=own_ids, now=ledger.now)
    closings.note(message.feed, notification.topic, fresh, actor=ledger.actor, now=ledger.now)
    _ask(ledger, told, row, fresh, since=since or ledger.now - BEFORE_ANY)
    if row is not None and not own_ids:
        counting.count(row, notification, happenings, actor=ledger.actor, now=ledger.now)


def _found(
    rows: Sequence[Subscription], feed_id: UUID, notification: Notification
) -> Subscription | None:
    """By its id; before we know that, by its topic: a handshake may come before the answer to the
    request that made the subscription."""
    own = [row for row in rows if row.feed_id == feed_id]
    named = [row for row in own if row.remote_id == notification.subscription]
    if named:
        return named[0]
    nameless = [row for row in own if not row.remote_id and row.topic == notification.topic]
    return nameless[0] if len(nameless) == 1 else None


def _happenings(notification: Notification, *, own_ids: bool) -> tuple[Happening, ...]:
    """Its events; a notification of an event that lists none still says that something happened."""
    if notification.happenings or notification.kind != Kind.EVENTS:
        return notification.happenings
    return (Happening(None if own_ids else notification.count, "", None, Focus()),)


def _fresh(
    feed: Feed, notification: Notification, happenings: Sequence[Happening], *, own_ids: bool,
    now: datetime,
) -> list[Happening]:  # fmt: skip
    """Those that never came before; one without number or id cannot be told from a new one."""
    named: dict[str, tuple[UUID, Happening]] = {}
    fresh = []
    for one in happenings:
        name = one.id if own_ids else str(one.number if one.number is not None else one.id)
        if name:
            named.setdefault(name[:200], (uuid7(), one))
        else:
            fresh.append(one)
    subscription = "" if own_ids else notification.subscription
    bulk.insert_new(
        NotifiedEvent,
        [
            NotifiedEvent(
                pk=pk, feed=feed, subscription=subscription, event=name, at=now,
                number=None if own_ids else one.number,
            )
            for name, (pk, one) in sorted(named.items())
        ],
    )  # fmt: skip
    ids = [pk for pk, _ in named.values()]
    made = set(NotifiedEvent.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return fresh + [one for pk, one in named.values() if pk in made]


def _ask(
    ledger: _Ledger, told: Told, row: Subscription | None, fresh: Sequence[Happening],
    *, since: datetime,
) -> None:  # fmt: skip
    message, connection = told.message, ledger.connections.get(told.message.feed_id)
    wanted: list[Wanted] = []
    for one in fresh:
        event = one.id or (f"{told.notification.subscription}#{one.number}" if one.number else "")
        try:
            found = _references(told.notification, row, connection, one, since)
            wanted.extend([Wanted(reference, event, message.pk) for reference in found])
        except Elsewhere as error:
            ledger.concerns[message.pk] = str(error)
    if wanted and connection is None:
        ledger.concerns.setdefault(message.pk, NO_CONNECTION)
    fetching.ask(message.feed, wanted, now=ledger.now)
    if wanted:
        log.record("notification.followed", entity=message, detail={"fetches": len(wanted)},
                   actor=ledger.actor, now=ledger.now)  # fmt: skip


def _references(
    notification: Notification, row: Subscription | None, connection: Connection | None,
    happening: Happening, since: datetime,
) -> Iterator[str]:  # fmt: skip
    types = topics.types_of(
        notification.topic or (row.topic if row else ""),
        row.criteria if row else "",
        tuple(connection.poll_types) if connection else (),
    )
    base = connection.base_url if connection else ""
    return targets.references(happening, types, base=base, since=since)
