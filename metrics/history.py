"""What tasks were at an instant that is over, from their moves: late reading gives the same.

Each move says status, queue and owner as they became; the decision before it says of which kind
and severity the work was then.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Min

from metrics.reckoning import Moved
from routing.models import TaskTransition
from routing.states import ENDED
from tenants import scope

Group = tuple[str, str, str, bool, int]
"""Category, severity, role of the queue, whether a person had it, how many."""

OPEN = """
WITH candidate AS (
    SELECT id FROM routing_task WHERE practice_id = %(practice)s AND ended_at IS NULL
    UNION
    SELECT task_id FROM routing_tasktransition
    WHERE practice_id = %(practice)s AND at >= %(at)s
)
SELECT coalesce(d.category, t.category), coalesce(d.severity, t.severity), q.role,
       m.owner_id IS NOT NULL, count(*)
FROM candidate c
JOIN routing_task t ON t.practice_id = %(practice)s AND t.id = c.id
CROSS JOIN LATERAL (
    SELECT after, queue_id, owner_id FROM routing_tasktransition
    WHERE practice_id = t.practice_id AND task_id = t.id AND at < %(at)s
    ORDER BY version DESC LIMIT 1
) m
JOIN routing_queue q ON q.practice_id = t.practice_id AND q.id = m.queue_id
LEFT JOIN LATERAL (
    SELECT facts ->> 'category' AS category, facts ->> 'severity' AS severity
    FROM routing_routingdecision
    WHERE practice_id = t.practice_id AND task_id = t.id AND at < %(at)s
    ORDER BY at DESC LIMIT 1
) d ON true
WHERE t.location_id IS NOT DISTINCT FROM %(location)s AND NOT m.after = ANY (%(ended)s)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
"""Whatever was open then is open still, or has moved since."""


def open_at(location_id: UUID | None, at: datetime) -> list[Group]:
    """What was open at an instant, counted by what it was then."""
    scope.require_open()
    asked: dict[str, Any] = {
        "practice": scope.current(), "location": location_id, "at": at, "ended": sorted(ENDED),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OPEN, asked)
        return list(cursor.fetchall())


def moves(location_id: UUID | None, since: datetime, until: datetime) -> list[Moved]:
    """Every move in a span, of the tasks of a location, in order."""
    rows = TaskTransition.objects.filter(
        at__gte=since, at__lt=until, task__location=location_id
    ).order_by("at", "version")
    columns = ("task_id", "move", "before", "after", "at", "member_id")
    return [Moved(*row) for row in rows.values_list(*columns)]


def first_day(zone: str) -> date | None:
    """The local day on which the practice's history begins; None while there is none."""
    first: datetime | None = TaskTransition.objects.aggregate(first=Min("at"))["first"]
    return first.astimezone(ZoneInfo(zone)).date() if first else None
