"""What clocks and ladders say of a task, kept on the task: past its close-by time, escalated.

A list and a count ask this of every open task, so it is a column and not a join. Whatever changes a
clock or fires a step marks its tasks in the same transaction (`mark`); time alone makes a task late
too, and that is found by a sweep. A clock that stands still is not late.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tenants import scope
from tenants.rounds import each_practice

LATELY = timedelta(hours=1)
"""How far back a pass looks for what became late; what a longer standstill missed is found by
`look_back`."""
BATCH = 1000

MARK = """
UPDATE routing_task t SET is_late = s.is_late, is_escalated = s.is_escalated
FROM (
    SELECT o.id, EXISTS (
        SELECT 1 FROM escalation_clock c
        WHERE c.practice_id = o.practice_id AND c.task_id = o.id AND c.kind = 'close'
          AND c.ended_at IS NULL AND c.paused_since IS NULL AND c.due_at <= %(now)s
    ) AS is_late, EXISTS (
        SELECT 1 FROM escalation_clock c
        JOIN escalation_stepfired f ON f.practice_id = c.practice_id AND f.clock_id = c.id
         AND f.lap = c.lap AND f.result = 'fired'
        JOIN escalation_ladderstep l ON l.practice_id = f.practice_id AND l.id = f.step_id
         AND l.action <> 'remind'
        WHERE c.practice_id = o.practice_id AND c.task_id = o.id
          AND c.ended_at IS NULL AND c.paused_since IS NULL
    ) AS is_escalated
    FROM routing_task o
    WHERE o.practice_id = %(practice)s AND o.id = ANY (%(ids)s) AND o.ended_at IS NULL
) s
WHERE t.practice_id = %(practice)s AND t.id = s.id
  AND (t.is_late, t.is_escalated) IS DISTINCT FROM (s.is_late, s.is_escalated)
"""

BECAME_LATE = """
SELECT t.id FROM routing_task t
WHERE t.practice_id = %(practice)s AND t.ended_at IS NULL AND NOT t.is_late AND t.id IN (
    SELECT c.task_id FROM escalation_clock c
    WHERE c.practice_id = %(practice)s AND c.kind = 'close' AND c.ended_at IS NULL
      AND c.paused_since IS NULL AND c.due_at > %(since)s AND c.due_at <= %(now)s)
ORDER BY t.id LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
"""


def mark(task_ids: Collection[UUID], *, now: datetime) -> int:
    """Bring these open tasks, locked by the caller, into line with their clocks; returns how many
    changed."""
    if not task_ids:
        return 0
    scope.require_open()
    asked: dict[str, Any] = {"practice": scope.current(), "ids": list(task_ids), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(MARK, asked)
        return int(cursor.rowcount)


def sweep(*, now: datetime) -> int:
    """Mark what became late lately, in every practice; returns how many tasks changed."""
    return each_practice(partial(_mark_late, since=now - LATELY, now=now))


def look_back(*, now: datetime) -> int:
    """The same, however long ago it became late."""
    return each_practice(
        partial(_mark_late, since=datetime.min.replace(tzinfo=now.tzinfo), now=now)
    )


@transaction.atomic
def _mark_late(practice_id: UUID, *, since: datetime, now: datetime) -> int:
    """What somebody holds just now is marked by the next pass."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "practice": practice_id,
            "since": since,
            "now": now,
            "limit": BATCH,
        }
        cursor.execute(BECAME_LATE, asked)
        ids = [pk for (pk,) in cursor.fetchall()]
    return mark(ids, now=now)
