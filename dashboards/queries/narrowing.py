"""Filters of a list, as clauses on its parts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from dashboards.queries.sources import Part
from routing.filters import SEVERITIES, Filters

LATE = """EXISTS (SELECT 1 FROM escalation_clock late
  WHERE late.practice_id = routing_task.practice_id AND late.task_id = routing_task.id
    AND late.ended_at IS NULL AND late.paused_since IS NULL AND late.due_at <= %s)"""

Clause = tuple[str, Any]

CLAUSES: Mapping[str, Callable[[str, datetime], Clause]] = {
    "type": lambda text, _: ("category = %s", text),
    "sev": lambda text, _: ("severity = ANY(%s)", list(SEVERITIES[text])),
    "queue": lambda text, _: ("queue_id = %s", UUID(text)),
    "loc": lambda text, _: ("location_id = %s", UUID(text)),
    "owner": lambda text, _: ("owner_id = %s", UUID(text)),
    "due": lambda _, now: (LATE, now),
}


def narrowed(parts: Sequence[Part], filters: Filters, *, now: datetime) -> list[Part]:
    """The parts of a list, those tasks alone that the filters let through."""
    found = list(parts)
    for name, value in filters.given().items():
        clause, asked = CLAUSES[name](value, now)
        found = [part.also(clause, asked) for part in found]
    return found
