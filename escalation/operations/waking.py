"""Every open task of the practice looked at once more: its policy or its hours are others now."""

from datetime import datetime

from django.db import connection

from tenants import scope
from tenants.models import Topic

A_SECOND = 500
"""So many at once, the most dangerous first, so that what happens meanwhile is not held up."""

WAKE_OPEN = """
INSERT INTO tenants_wake (topic, practice_id, about, at)
SELECT %s, practice_id, id,
       %s::timestamptz + make_interval(secs => (row_number() OVER (ORDER BY danger, id) - 1) / %s)
FROM routing_task WHERE practice_id = %s AND ended_at IS NULL
"""


def wake_open(*, at: datetime) -> int:
    """Have every open task's clocks brought into line from an instant on; returns how many."""
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(WAKE_OPEN, [Topic.TASK, at, A_SECOND, scope.current()])
        return int(cursor.rowcount)
