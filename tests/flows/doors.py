"""What a feed would do, without a socket: store a message, then let the sweep process it."""

from datetime import datetime

from django.db import transaction

from integrations import intake, receiver
from integrations.models import Feed
from tenants import scope


def bring(feed: Feed, *bodies: bytes, now: datetime) -> list[receiver.Stored]:
    """Store messages of a feed, each by itself, as the listener does."""
    stored = []
    for body in bodies:
        with scope.scoped(feed.practice_id), transaction.atomic():
            arrival = receiver.arrival_of_hl7(body, practice_id=feed.practice_id, feed_id=feed.pk)
            stored += receiver.store([arrival], now=now)
    return stored


def sweep(feed: Feed, *, now: datetime) -> int:
    """Process until nothing is left; how many messages were finished."""
    total = 0
    while done := intake.sweep_practice(feed.practice_id, now=now):
        total += done
    return total
