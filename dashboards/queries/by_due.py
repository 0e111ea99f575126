"""A list by due time: overdue first, then due soonest; what has no due time comes last.

The dated part follows the index of running clocks and stops when a page is full; the undated part
is in the order of every queue. A clock that stands still gives no due time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from dashboards.queries import sources
from dashboards.queries.sources import Part, Place
from tenants import scope

DATED = """
SELECT clock.due_at, clock.task_id
FROM escalation_clock clock
CROSS JOIN LATERAL (
  SELECT id FROM routing_task
  WHERE practice_id = clock.practice_id AND id = clock.task_id AND ({parts})) task
WHERE clock.practice_id = %s AND clock.ended_at IS NULL AND clock.paused_since IS NULL
  AND clock.due_at >= %s AND (clock.due_at, clock.task_id) > (%s, %s)
  AND NOT EXISTS (
    SELECT 1 FROM escalation_clock sooner
    WHERE sooner.practice_id = clock.practice_id AND sooner.task_id = clock.task_id
      AND sooner.ended_at IS NULL AND sooner.paused_since IS NULL
      AND (sooner.due_at, sooner.kind) < (clock.due_at, clock.kind))
ORDER BY clock.due_at, clock.task_id LIMIT %s
"""
"""A task stands at the earlier of its clocks."""

UNDATED = """NOT EXISTS (SELECT 1 FROM escalation_clock clock
  WHERE clock.practice_id = routing_task.practice_id AND clock.task_id = routing_task.id
    AND clock.ended_at IS NULL AND clock.paused_since IS NULL)"""

BEGIN = ("1900-01-01T00:00:00+00:00", UUID(int=0))


@dataclass(frozen=True, slots=True)
class DuePlace:
    """Where a page by due time begins: just after this task."""

    due_at: str
    pk: UUID

    def __str__(self) -> str:
        return f"due_{self.due_at}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "DuePlace | None":
        """None for anything that was not written by us."""
        try:
            mark, due_at, pk = text.split("_")
            place = cls(datetime.fromisoformat(due_at).isoformat(), UUID(pk))
        except ValueError:
            return None
        return place if mark == "due" and datetime.fromisoformat(due_at).tzinfo else None


After = DuePlace | Place | None


def page(parts: Sequence[Part], *, after: After, size: int) -> list[DuePlace | Place]:
    """The places of the next tasks, one more than asked where there is more."""
    if not parts:
        return []
    dated: list[DuePlace | Place] = []
    if not isinstance(after, Place):
        dated = list(_dated(parts, after=after, most=size + 1))
    if len(dated) > size:
        return dated
    left = size - len(dated)
    last = after if isinstance(after, Place) else None
    undated = sources.page([part.also(UNDATED) for part in parts], after=last, size=left)
    return [*dated, *undated]


def _dated(parts: Sequence[Part], *, after: DuePlace | None, most: int) -> list[DuePlace]:
    begin = (after.due_at, after.pk) if after else BEGIN
    chosen = " OR ".join(f"({part.where})" for part in parts)
    values = [value for part in parts for value in part.values]
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(
            DATED.replace("{parts}", chosen), [*values, scope.current(), begin[0], *begin, most]
        )
        return [DuePlace(due_at.isoformat(), pk) for due_at, pk in cursor.fetchall()]
