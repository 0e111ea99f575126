"""Which obligations do not hold now, over all practices: reads only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

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
    """Each inside its own scope, by one statement that the server prepares once."""
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        return tuple(
            Found(name, practice_id, rows, since, about)
            for practice_id in practices
            for name, rows, since, about in _ask(cursor, sql, practice_id, now=now)
        )


def _ask(
    cursor: Any, sql: LiteralString, practice_id: UUID, *, now: datetime
) -> Iterator[tuple[str, int, datetime | None, UUID | None]]:
    with scope.scoped(practice_id):
        said = {"practice": practice_id, "now": now, "most": MOST}
        yield from cursor.execute(sql, said, prepare=True).fetchall()


def _sweeps(sweeps: Iterable[Timed], *, now: datetime) -> tuple[Found, ...]:
    late = heartbeats.late(sweeps, now=now)
    return (Found(SWEEP_LATE, rows=len(late)),) if late else ()


def _clocks(*, now: datetime) -> tuple[Found, ...]:
    apart = ClockReading.objects.filter(
        at__gt=now - READING_GOOD, spread_seconds__gt=MOST_SECONDS
    ).count()
    return (Found(CLOCKS, rows=apart),) if apart else ()
