"""What a feed would do, without a socket: store a message, then let the sweep process it."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from integrations import intake, receiver, sightings
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
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


def bring_fhir(feed: Feed, resource: dict[str, Any], *, now: datetime) -> None:
    """Store a FHIR body of a feed."""
    raw = json.dumps(resource).encode()
    parsed = fhir_body.parse(raw)
    assert parsed.is_valid, parsed.issues
    with scope.scoped(feed.practice_id), transaction.atomic():
        key = fhir_reading.order_key(parsed, zone=feed.time_zone, source=feed.slug)
        arrival = receiver.arrival_of_fhir(
            raw, practice_id=feed.practice_id, feed_id=feed.pk, control_id="",
            resource_type=parsed.type, order_key=key, cause="",
        )  # fmt: skip
        receiver.store([arrival], now=now)


def sweep(feed: Feed, *, now: datetime) -> int:
    """Process until nothing is left; how many messages were finished."""
    total = 0
    while done := intake.sweep_practice(feed.practice_id, now=now):
        total += done
    sightings.sweep(now=now)
    return total
