"""Which obligations do not hold now, over all practices: reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connection, transaction

from tenants import scope
from tenants.models import Practice
from watchdog import heartbeats
from watchdog.heartbeats import Timed
from watchdog.median import MOST_SECONDS
from watchdog.models import ClockReading
from watchdog.obligations import CLOCKS, OBLIGATIONS, SWEEP_LATE, Obligation

MOST = 1000
"""Rows of one obligation in one practice that are counted."""

AT_ONCE = 100
"""Practices asked in one go."""

READING_GOOD = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Found:
    """An obligation that does not hold, in a practice or for all."""

    obligation: str
    practice_id: UUID | None = None
    rows: int = 1
    since: datetime | None = None
    about: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One pass: what was asked, how much of it, and what does not hold."""

    asked: tuple[str, ...]
    looked: int
    found: tuple[Found, ...]


def audit(sweeps: Iterable[Timed], *, thorough: bool, now: datetime) -> Result:
    """Ask every obligation; those that read much only where the pass is thorough."""
    asked = [one for one in OBLIGATIONS if one.sql and (thorough or one.often)]
    practices = list(Practice.objects.filter(is_active=True).values_list("pk", flat=True))
    of_all = _sweeps(sweeps, now=now) + _clocks(now=now)
    names = (*(one.name for one in asked), SWEEP_LATE, CLOCKS)
    found = (*of_all, *_of_practices(practices, _statement(asked), now=now))
    return Result(names, len(practices) * len(asked), found)


def _statement(asked: Sequence[Obligation]) -> LiteralString:
    """One row for each obligation that does not hold in the practice."""
    parts: list[LiteralString] = [
        "SELECT '" + one.name + "', count(*), min(x.since), "
        "(array_agg(x.about ORDER BY x.since))[1] "
        "FROM (" + one.sql + "LIMIT %(most)s) x (about, since) HAVING count(*) > 0"
        for one in asked
    ]
    return " UNION ALL ".join(parts)


@transaction.atomic
def _of_practices(
    practices: Sequence[UUID], sql: LiteralString, *, now: datetime
) -> tuple[Found, ...]:
    """Each inside its own scope, by one statement that the server prepares and plans once."""
    raw: Any = connection.connection
    raw.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    raw.prepare_threshold = 0  # Django turns preparing off; here it saves nine tenths of the time
    return tuple(
        Found(name, practice_id, rows, since, about)
        for begin in range(0, len(practices), AT_ONCE)
        for practice_id, cursor in _asked(raw, practices[begin : begin + AT_ONCE], sql, now=now)
        for name, rows, since, about in cursor.fetchall()
    )


def _asked(
    raw: Any, practices: Sequence[UUID], sql: LiteralString, *, now: datetime
) -> list[tuple[UUID, Any]]:
    """The statement for each, sent without waiting for one answer before the next question."""
    asked = []
    with raw.pipeline():
        for practice_id in practices:
            with scope.scoped(practice_id):
                said = {"practice": practice_id, "now": now, "most": MOST}
                cursor = psycopg.Cursor(raw).execute(sql, said, prepare=True)
                asked.append((practice_id, cursor))
    return asked


def _sweeps(sweeps: Iterable[Timed], *, now: datetime) -> tuple[Found, ...]:
    late = heartbeats.late(sweeps, now=now)
    return (Found(SWEEP_LATE, rows=len(late)),) if late else ()


def _clocks(*, now: datetime) -> tuple[Found, ...]:
    apart = ClockReading.objects.filter(
        at__gt=now - READING_GOOD, spread_seconds__gt=MOST_SECONDS
    ).count()
    return (Found(CLOCKS, rows=apart),) if apart else ()
