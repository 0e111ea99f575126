"""What is due in which practice, for sweeps: one probe over all practices, then each by itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from tenants import scope
from tenants.models import Topic, Wake

Due = tuple[UUID, datetime]
"""What it is about, and from when on."""

CALL = """
INSERT INTO tenants_wake (topic, practice_id, about, at)
SELECT %s, %s, d.about, d.at FROM unnest(%s::uuid[], %s::timestamptz[]) AS d (about, at)
"""

PRACTICES = """
SELECT practice_id, count(*) FROM (
    SELECT practice_id, at FROM tenants_wake WHERE topic = %s AND at <= %s ORDER BY at LIMIT %s
) due GROUP BY practice_id ORDER BY min(at)
"""

PRACTICES_BY = """
SELECT due.topic, due.practice_id, count(*) FROM (
    SELECT t.n, t.topic, w.practice_id, w.at
    FROM unnest(%s::text[]) WITH ORDINALITY AS t (topic, n) CROSS JOIN LATERAL (
        SELECT practice_id, at FROM tenants_wake
        WHERE topic = t.topic AND at <= %s ORDER BY at LIMIT %s
    ) w
) due GROUP BY due.n, due.topic, due.practice_id ORDER BY due.n, min(due.at)
"""

EVERY_PRACTICE = """
SELECT p.id FROM tenants_practice p CROSS JOIN LATERAL (
    SELECT at FROM tenants_wake w WHERE w.practice_id = p.id AND w.topic = %s AND w.at <= %s
    ORDER BY at LIMIT 1
) due ORDER BY due.at
"""

CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM tenants_wake WHERE topic = %s AND at <= %s AND practice_id = %s
    ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED
)
DELETE FROM tenants_wake w USING due WHERE w.id = due.id RETURNING w.about
"""
"""Materialized: a plan that asks the inner query again for each row of the table would find it
without those just deleted, and take more than its limit."""

LOOK = 2000
"""Due wakes that one pass looks at to find the practices. Where there are more, each practice is
asked by itself, so that the backlog of one hides none of the others."""


def call(topic: Topic, dues: Iterable[Due]) -> None:
    """Have rows of the practice in scope looked at, in the transaction that changes them."""
    rows = list(dues)
    if not rows:
        return
    scope.require_open()
    with connection.cursor() as cursor:
        abouts, instants = map(list, zip(*rows, strict=True))
        cursor.execute(CALL, [topic, scope.current(), abouts, instants])


def practices_due(topic: Topic, *, now: datetime) -> list[UUID]:
    """The practices with something due, the longest waiting first."""
    with connection.cursor() as cursor:
        cursor.execute(PRACTICES, [topic, now, LOOK])
        found = cursor.fetchall()
        if sum(count for _, count in found) == LOOK:
            cursor.execute(EVERY_PRACTICE, [topic, now])
            found = cursor.fetchall()
        return [row[0] for row in found]


def practices_due_by(topics: Sequence[Topic], *, now: datetime) -> list[tuple[str, UUID]]:
    """The same for several topics in one probe: what is of the first topic comes first, however
    long others wait."""
    with connection.cursor() as cursor:
        cursor.execute(PRACTICES_BY, [list(topics), now, LOOK])
        rows = cursor.fetchall()
    counts: dict[str, int] = defaultdict(int)
    for topic, _, count in rows:
        counts[topic] += count
    if max(counts.values(), default=0) < LOOK:
        return [(topic, practice_id) for topic, practice_id, _ in rows]
    return [(topic, one) for topic in topics for one in practices_due(topic, now=now)]


def claim(topic: Topic, *, limit: int, now: datetime) -> Sequence[UUID]:
    """Take due wakes of the practice in scope; they are gone with the transaction's commit.

    What another worker has taken is passed over, so the same thing is looked at by one at a time.
    """
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [topic, now, scope.current(), limit])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def waiting(topic: Topic, abouts: Iterable[UUID]) -> set[UUID]:
    """Which of these will be looked at, some time."""
    rows = Wake.objects.filter(
        topic=topic, practice_id=scope.current(), about__in=list(abouts)
    ).values_list("about", flat=True)
    return set(rows)
