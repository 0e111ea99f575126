"""The backlog in numbers: read, added up, and compared with the tasks themselves.

`Task` notes with each statement what it changed (routing/cells.py). `fold` adds that up, so that a
reader has few rows to look at; `check` asks the tasks, says where the numbers differ, and mends it.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audit import log
from audit.actors import Actor
from routing.cells import COLUMNS, HELD, RECORD, TRUTH
from tenants import scope
from tenants.rounds import each_practice

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("routing.backlog")
KEPT_DAYS = 28
"""How far back days are told apart; whatever is older is counted together."""
OLDER = date(1, 1, 1)
"""Stands for every day before those."""
BATCH = 1000

_CELLS = COLUMNS.replace("day", "CASE WHEN day < %(horizon)s THEN %(older)s ELSE day END AS day")

FOLD = f"""
WITH taken AS (
    DELETE FROM routing_backlogchange WHERE practice_id = %(practice)s AND id IN (
        SELECT id FROM routing_backlogchange WHERE practice_id = %(practice)s
        LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING cells
), cell AS (
    SELECT {_CELLS}, n FROM taken, jsonb_to_recordset(taken.cells) AS d ({RECORD})
    WHERE kind IN ('what', 'when') OR day >= %(horizon)s
), added AS (
    INSERT INTO routing_backlogcount AS held (practice_id, id, {COLUMNS}, n)
    SELECT %(practice)s, gen_random_uuid(), {COLUMNS}, sum(n) FROM cell
    GROUP BY {COLUMNS} HAVING sum(n) <> 0 ORDER BY {COLUMNS}
    ON CONFLICT (practice_id, {COLUMNS}) DO UPDATE SET n = held.n + EXCLUDED.n
)
SELECT count(*) FROM taken
"""  # noqa: S608 - our own text
"""Cells are taken in one order, so that two workers never lock each other out."""

EMPTIED = """
DELETE FROM routing_backlogcount WHERE practice_id = %(practice)s
AND (n = 0 OR kind IN ('came', 'closed') AND day < %(horizon)s)
"""

AGED = f"""
WITH aged AS (
    DELETE FROM routing_backlogcount
    WHERE practice_id = %(practice)s AND kind = 'when' AND day < %(horizon)s AND day > %(older)s
    RETURNING {COLUMNS}, n
)
INSERT INTO routing_backlogchange (practice_id, id, cells)
SELECT %(practice)s, gen_random_uuid(), jsonb_agg(to_jsonb(aged)) FROM aged HAVING count(*) > 0
"""  # noqa: S608
"""Days that no longer have to be told apart are put together again by the next fold."""

MEND = f"""
WITH truth AS ({TRUTH}), cell AS (
    SELECT {_CELLS}, n FROM (
        SELECT {COLUMNS}, n FROM truth UNION ALL SELECT {COLUMNS}, -n FROM ({HELD}) held) both_sides
    WHERE kind IN ('what', 'when') OR day >= %(horizon)s
), wrong AS (
    SELECT {COLUMNS}, sum(n) AS n FROM cell GROUP BY {COLUMNS} HAVING sum(n) <> 0
), mended AS (
    INSERT INTO routing_backlogchange (practice_id, id, cells)
    SELECT %(practice)s, gen_random_uuid(), jsonb_agg(to_jsonb(wrong)) FROM wrong HAVING count(*) > 0
)
SELECT count(*), EXISTS (SELECT 1 FROM routing_backlogcount WHERE practice_id = %(practice)s)
FROM wrong
"""  # noqa: S608, E501
"""One statement sees one moment: whatever is being changed meanwhile is on both sides or on none.
What differs is noted like any other change."""

ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
"""Two that compare at once would both mend."""


def cells(columns: str, where: str = "", **values: Any) -> list[tuple[Any, ...]]:
    """How many tasks, by these columns: those of `BacklogCount`, or SQL over them."""
    scope.require_open()
    also = f"WHERE {where}" if where else ""
    sql = f"SELECT {columns}, sum(n)::int FROM ({HELD}) held {also} GROUP BY {columns}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} HAVING sum(n) <> 0", {"practice": scope.current(), **values})
        return list(cursor.fetchall())


def fold(*, now: datetime) -> int:
    """Add up what was noted, in every practice; returns how many changes were added."""
    return each_practice(partial(_fold, now=now))


@transaction.atomic
def _fold(practice_id: UUID, *, now: datetime) -> int:
    asked = _asked(practice_id, now=now) | {"limit": BATCH}
    (taken,) = _ask(FOLD, asked)
    if taken:
        with connection.cursor() as cursor:
            cursor.execute(EMPTIED, asked)
    return int(taken)


def check(*, now: datetime) -> int:
    """Compare with the tasks, in every practice; returns how many cells were wrong and mended."""
    return each_practice(partial(check_practice, now=now))


@transaction.atomic
def check_practice(practice_id: UUID, *, now: datetime) -> int:
    """One practice, unless another sweep is at it. What was never counted is no drift."""
    (mine,) = _ask(ALONE, [f"backlog:{practice_id}"])
    if not mine:
        return 0
    asked = _asked(practice_id, now=now)
    with connection.cursor() as cursor:
        cursor.execute(AGED, asked)
    wrong, was_counted = _ask(MEND, asked)
    if wrong and was_counted:
        logger.error("backlog counts differed from the tasks", extra={
            "practice": str(practice_id), "count": wrong})  # fmt: skip
        mended = log.entry_of("backlog.mended", "practice", practice_id, detail={"cells": wrong},
                              actor=ACTOR, now=now)  # fmt: skip
        log.record_all([mended])
    return int(wrong)


def _asked(practice_id: UUID, *, now: datetime) -> dict[str, Any]:
    horizon = now.date() - timedelta(days=KEPT_DAYS)
    return {"practice": practice_id, "horizon": horizon, "older": OLDER}


def _ask(sql: str, values: Sequence[Any] | dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        (row,) = cursor.fetchall()
    return tuple(row)
