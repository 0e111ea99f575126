"""What is due, locked and read as plain rows: a hundred thousand of them are no objects."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from charts.models import ChartItem
from escalation.models import Receiver
from escalation.policies import Book
from routing.models import Queue, Task
from tenants import scope

LOCK_TASKS = """
SELECT id, patient_id, item_id, owner_id, queue_id, location_id, status, danger, acknowledged_at,
       claimed_until, ended_at
FROM routing_task WHERE practice_id = %s AND id = ANY (ARRAY (
    SELECT task_id FROM escalation_clock
    WHERE practice_id = %s AND id = ANY (%s) AND ended_at IS NULL AND next_at <= %s))
ORDER BY id FOR UPDATE SKIP LOCKED
"""

LOCK_CLOCKS = """
SELECT id, task_id, kind, target_id, due_at, lap FROM escalation_clock
WHERE practice_id = %s AND id = ANY (%s) AND ended_at IS NULL AND next_at <= %s
  AND task_id = ANY (%s)
ORDER BY id FOR UPDATE
"""

STILL_DUE = """
SELECT id FROM escalation_clock
WHERE practice_id = %s AND id = ANY (%s) AND ended_at IS NULL AND next_at <= %s
"""

CLIMBED = """
SELECT clock_id, lap, step_id, max(round) FROM escalation_stepfired
WHERE practice_id = %s AND clock_id = ANY (%s) GROUP BY clock_id, lap, step_id
"""


@dataclass(slots=True)
class LateTask:
    """A locked task, as far as ladders ask of it."""

    pk: UUID
    patient_id: UUID | None
    item_id: UUID | None
    owner_id: UUID | None
    queue: Queue
    location_id: UUID | None
    status: str
    danger: int
    acknowledged_at: datetime | None
    claimed_until: datetime | None
    ended_at: datetime | None
    people: Mapping[str, Any] | None = None
    """Of its item, where the ladder asks for whoever ordered it."""

    def again(self, task: Task) -> None:
        """As it is after a move."""
        self.owner_id, self.queue, self.status = task.owner_id, task.queue, task.status
        self.acknowledged_at, self.claimed_until = task.acknowledged_at, task.claimed_until


@dataclass(slots=True)
class DueClock:
    """A locked clock that is due, its task, and what fired of its ladder's lap."""

    pk: UUID
    task: LateTask
    kind: str
    target_id: UUID
    due_at: datetime
    lap: int
    climbed: dict[int, int]
    next_at: datetime | None = None


def lock_due(
    ids: Sequence[UUID], *, book: Book, now: datetime
) -> tuple[list[DueClock], list[UUID]]:
    """The clocks that are due, their tasks locked before them, in the order of their ids.

    Returns also those whose task somebody else holds just now: they are waited for by nobody.
    """
    tasks = _tasks(ids, now)
    rows = _rows(LOCK_CLOCKS, [scope.current(), list(ids), now, list(tasks)])
    clocks = [
        DueClock(pk, tasks[task_id], kind, target_id, due_at, lap, {})
        for pk, task_id, kind, target_id, due_at, lap in rows
    ]
    _mark_climbed(clocks, book)
    _name_orderers(clocks, book)
    held = {clock.pk for clock in clocks}
    rest = [pk for pk in ids if pk not in held]
    missed = _rows(STILL_DUE, [scope.current(), rest, now]) if rest else []
    return clocks, [pk for (pk,) in missed]


def _tasks(ids: Sequence[UUID], now: datetime) -> dict[UUID, LateTask]:
    queues = Queue.objects.in_bulk()
    practice_id = scope.current()
    return {
        pk: LateTask(pk, patient_id, item_id, owner_id, queues[queue_id], *more)
        for pk, patient_id, item_id, owner_id, queue_id, *more in _rows(
            LOCK_TASKS, [practice_id, practice_id, list(ids), now]
        )
    }


def _mark_climbed(clocks: Sequence[DueClock], book: Book) -> None:
    by_id = {clock.pk: clock for clock in clocks}
    for clock_id, lap, step_id, turn in _rows(CLIMBED, [scope.current(), list(by_id)]):
        if lap == by_id[clock_id].lap:
            by_id[clock_id].climbed[book.position_of(step_id)] = turn


def _name_orderers(clocks: Sequence[DueClock], book: Book) -> None:
    """Read whom items name, where a ladder asks for whoever ordered them."""
    asking: dict[UUID, list[LateTask]] = defaultdict(list)
    for clock in clocks:
        rungs = book.rungs(book.target(clock.target_id).ladder_id, clock.kind)
        if clock.task.item_id is not None and Receiver.ORDERER in rungs.receivers:
            asking[clock.task.item_id].append(clock.task)
    if not asking:
        return
    for item_id, people in ChartItem.objects.filter(pk__in=list(asking)).values_list(
        "pk", "people"
    ):
        for task in asking[item_id]:
            task.people = people


def _rows(sql: str, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
