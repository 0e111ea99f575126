"""Which events of a subscription never came: its numbers without a hole up to its own count."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from audit import log
from audit.actors import Actor
from integrations.fhir.subscriptions import Happening, Notification
from integrations.models import Fetch, NotifiedEvent, Subscription
from integrations.notifications.fetching import Wanted, ask

GRACE = timedelta(seconds=30)
"""Two notifications may overtake each other; the EHR is asked only for what stays away."""


def count(
    row: Subscription, said: Notification, happenings: Sequence[Happening], *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """See whether a number is missing, and ask for it; or whether the missing ones have come."""
    told = [one.number for one in happenings if one.number is not None]
    known_to = max([said.count or 0, row.events_seen, *told])
    missing = _first_missing(row, row.gap_from or row.events_seen + 1, known_to)
    had_gap = row.gap_from is not None
    row.events_seen = max([row.events_seen, *told])
    row.gap_from = missing
    row.gap_to = None if missing is None else known_to
    row.gap_since = None if missing is None else row.gap_since or now
    row.save(update_fields=["events_seen", "gap_from", "gap_to", "gap_since"])
    if missing is not None and not had_gap:
        ask(row.feed, [Wanted(recovery(row, known_to), mark(row))], now=now, at=now + GRACE)
        log.record("subscription.gap-found", entity=row,
                   detail={"from": missing, "to": known_to}, actor=actor, now=now)  # fmt: skip
    elif missing is None and had_gap:
        close(row, actor=actor, now=now)


@transaction.atomic
def settle(row: Subscription, *, actor: Actor, now: datetime) -> None:
    """A search has brought what the missing events were about: they need not come any more."""
    row.events_seen = max(row.events_seen, row.gap_to or 0)
    row.gap_from = row.gap_to = row.gap_since = None
    row.save(update_fields=["events_seen", "gap_from", "gap_to", "gap_since"])
    close(row, actor=actor, now=now)


def close(row: Subscription, *, actor: Actor, now: datetime) -> None:
    """Nothing is missing any more: what still waits to be asked for it need not be."""
    waiting = Fetch.objects.filter(feed=row.feed_id, state=Fetch.State.WAITING, event_id=mark(row))
    waiting.update(state=Fetch.State.DONE, finished_at=now)
    log.record("subscription.gap-closed", entity=row, actor=actor, now=now)


def recovery(row: Subscription, known_to: int) -> str:
    """The operation that sends missed events once more."""
    first = row.gap_from or row.events_seen + 1
    asked = f"eventsSinceNumber={first}&eventsUntilNumber={known_to}"
    return f"Subscription/{row.remote_id}/$events?{asked}"


def mark(row: Subscription) -> str:
    """By which fetches are known that are to fill this subscription's gap."""
    return f"gap:{row.pk}"


def _first_missing(row: Subscription, first: int, known_to: int) -> int | None:
    came = NotifiedEvent.objects.filter(
        feed=row.feed_id, subscription=row.remote_id, number__gte=first, number__lte=known_to
    )
    expected = first
    for number in came.order_by("number").values_list("number", flat=True):
        if number != expected:
            return expected
        expected += 1
    return expected if expected <= known_to else None
