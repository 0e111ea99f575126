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

FIRST = """
INSERT INTO integrations_unmapped
       (practice_id, id, feed_id, kind, value, assigner, display, patient_id, message_id, seen,
        first_at, last_at, resolution)
SELECT %s, d.*, %s, %s, ''
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[],
            %s::uuid[], %s::int[])
  AS d (id, feed_id, kind, value, assigner, display, patient_id, message_id, seen)
ON CONFLICT (practice_id, feed_id, kind, value, assigner) DO NOTHING
RETURNING id
"""

AGAIN = """
UPDATE integrations_unmapped u
SET seen = u.seen + held.more, last_at = %s, message_id = held.message,
    display = coalesce(nullif(held.words, ''), u.display),
    resolution = CASE u.resolution WHEN 'ignored' THEN u.resolution ELSE '' END,
    resolved_at = CASE u.resolution WHEN 'ignored' THEN u.resolved_at END
FROM (
  SELECT o.id, d.display AS words, d.message_id AS message, d.seen AS more
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::int[])
    AS d (feed_id, kind, value, assigner, display, message_id, seen)
  JOIN integrations_unmapped o ON o.practice_id = %s AND o.feed_id = d.feed_id
   AND o.kind = d.kind AND o.value = d.value AND o.assigner = d.assigner
  FOR UPDATE OF o SKIP LOCKED) held
WHERE u.practice_id = %s AND u.id = held.id
"""
"""What was mapped and comes unmapped again is open again; what somebody set aside stays so.

A row that another worker is counting is passed over: waiting for its commit cost a tenth of all
routing, and `seen` tells how common a thing is, not how often it came to the last time.
"""


def record(sightings: Iterable[Sighting], *, now: datetime) -> None:
    """Count them. Rows are made in one order, so that two workers never wait for each other."""
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
        cursor.execute(FIRST, [scope.current(), now, now, *columns])
        new = {row[0] for row in cursor.fetchall()}
        known = [row for row in rows if row[0] not in new]
        if known:
            _, feeds, kinds, values, assigners, words, _, messages, seen = (
                list(column) for column in zip(*known, strict=True)
            )
            counted_again = [feeds, kinds, values, assigners, words, messages, seen]
            cursor.execute(AGAIN, [now, *counted_again, scope.current(), scope.current()])
