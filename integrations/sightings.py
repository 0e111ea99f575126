"""What came and could not be mapped, counted: noted with its batch, added up by a sweep."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from integrations.dictionary import Unknown
from integrations.models import Tally
from tenants.ids import uuid7
from tenants.rounds import each_practice

Sighting = tuple[UUID, UUID, Unknown]
"""Which feed, which message, what."""

FOLD = """
WITH taken AS (
    DELETE FROM integrations_tally
    WHERE practice_id = %(practice)s AND id IN (
        SELECT id FROM integrations_tally WHERE practice_id = %(practice)s
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING at, counted
), folded AS (
    INSERT INTO integrations_unmapped AS u
           (practice_id, id, feed_id, kind, value, assigner, display, patient_id, message_id, seen,
            first_at, last_at, resolution)
    SELECT %(practice)s, (array_agg(d.id))[1], d.feed_id, d.kind, d.value, d.assigner,
           coalesce(
               (array_agg(d.display ORDER BY t.at DESC) FILTER (WHERE d.display <> ''))[1], ''),
           (array_agg(d.patient_id ORDER BY t.at DESC))[1],
           (array_agg(d.message_id ORDER BY t.at DESC))[1],
           sum(d.seen), min(t.at), max(t.at), ''
    FROM taken t, jsonb_to_recordset(t.counted)
      AS d (id uuid, feed_id uuid, kind text, value text, assigner text, display text,
            patient_id uuid, message_id uuid, seen int)
    GROUP BY d.feed_id, d.kind, d.value, d.assigner
    ORDER BY d.feed_id, d.kind, d.value, d.assigner
    ON CONFLICT (practice_id, feed_id, kind, value, assigner) DO UPDATE
    SET seen = u.seen + EXCLUDED.seen, last_at = EXCLUDED.last_at,
        message_id = EXCLUDED.message_id,
        display = coalesce(nullif(EXCLUDED.display, ''), u.display),
        resolution = CASE WHEN u.resolution = 'ignored' OR u.resolved_at > EXCLUDED.last_at
                          THEN u.resolution ELSE '' END,
        resolved_at = CASE WHEN u.resolution = 'ignored' OR u.resolved_at > EXCLUDED.last_at
                           THEN u.resolved_at END
)
SELECT count(*) FROM taken
"""
"""What was mapped and comes unmapped later is open again; what somebody set aside stays so. Rows
are taken in one order, so that two workers never lock each other out."""

BATCH = 500


def note(sightings: Iterable[Sighting], *, now: datetime) -> None:
    """Keep them with their messages' transaction, as one row that nobody else waits for."""
    counted: dict[tuple[UUID, str, str, str], dict[str, Any]] = {}
    for feed_id, message_id, one in sightings:
        key = (feed_id, one.kind, one.value, one.assigner)
        held = counted.get(key)
        counted[key] = {
            "id": str(held["id"] if held else uuid7()),
            "feed_id": str(feed_id),
            "kind": one.kind,
            "value": one.value,
            "assigner": one.assigner,
            "display": one.display[:200],
            "patient_id": one.patient_id and str(one.patient_id),
            "message_id": str(message_id),
            "seen": held["seen"] + 1 if held else 1,
        }
    if counted:
        Tally.objects.create(at=now, counted=list(counted.values()))


def sweep(*, now: datetime) -> int:  # noqa: ARG001 - tallies carry their own time
    """Add up what was noted, in every practice; returns how many batches were counted."""
    return each_practice(partial(_fold, limit=BATCH))


@transaction.atomic
def _fold(practice_id: UUID, *, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"practice": practice_id, "limit": limit})
        return int(cursor.fetchone()[0])
