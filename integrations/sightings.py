"""What came and could not be mapped, counted: one statement for a batch."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from integrations.dictionary import Unknown
from tenants import scope
from tenants.ids import uuid7

Sighting = tuple[UUID, UUID, Unknown]
"""Which feed, which message, what."""

RECORD = """
INSERT INTO integrations_unmapped AS u
       (practice_id, id, feed_id, kind, value, assigner, display, patient_id, message_id, seen,
        first_at, last_at, resolution)
SELECT %s, d.*, %s, %s, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[],
            %s::uuid[], %s::int[])
  AS d (id, feed_id, kind, value, assigner, display, patient_id, message_id, seen)
ON CONFLICT (practice_id, feed_id, kind, value, assigner) DO UPDATE
SET seen = u.seen + EXCLUDED.seen, last_at = EXCLUDED.last_at, message_id = EXCLUDED.message_id,
    display = coalesce(nullif(EXCLUDED.display, ''), u.display),
    resolution = CASE u.resolution WHEN 'ignored' THEN u.resolution ELSE '' END,
    resolved_at = CASE u.resolution WHEN 'ignored' THEN u.resolved_at END
"""
"""What was mapped and comes unmapped again is open again; what somebody set aside stays so."""


def record(sightings: Iterable[Sighting], *, now: datetime) -> None:
    """Count them. Rows are taken in one order, so that two workers never wait for each other."""
    counted: dict[tuple[UUID, str, str, str], tuple[Unknown, UUID, int]] = {}
    for feed_id, message_id, one in sightings:
        key = (feed_id, one.kind, one.value, one.assigner)
        held = counted.get(key)
        counted[key] = (one, message_id, held[2] + 1 if held else 1)
    if not counted:
        return
    rows = [
        (
            uuid7(),
            feed_id,
            kind,
            value,
            assigner,
            one.display[:200],
            one.patient_id,
            message_id,
            seen,
        )
        for (feed_id, kind, value, assigner), (one, message_id, seen) in sorted(counted.items())
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [scope.current(), now, now, *columns])
