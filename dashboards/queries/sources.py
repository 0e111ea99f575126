"""Where the tasks of a list come from: parts that each read one index in its own order.

A list is the most dangerous part of several pools and owners. Each part is limited before they are
put together, so that a page costs the same at two hundred tasks and at two hundred thousand. It is
SQL by hand, because it is the busiest question of the house; the practice in scope leads each part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.models import Membership
from dashboards.queries.desk import Desk
from routing.danger import CRITICAL, DANGERS
from routing.fairness import turn
from routing.models import Queue
from routing.states import TaskStatus
from tenants import scope

CAP = 1000
"""Nothing is counted past this."""

OPEN = "ended_at IS NULL AND "
FREE = "(claimed_until IS NULL OR claimed_until <= %s OR claimed_by_id = %s)"
IN_ORDER = "ORDER BY danger, authored_at, id LIMIT %s"


@dataclass(frozen=True, slots=True)
class Part:
    """Tasks of the practice in scope: the clause that chooses them, and its values."""

    where: str
    values: tuple[Any, ...]

    def also(self, where: str, *values: Any) -> "Part":
        """Those of them that meet this too."""
        return Part(f"{self.where} AND {where}", (*self.values, *values))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: just after this task."""

    danger: int
    authored_at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.danger}_{self.authored_at.isoformat()}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for anything that was not written by us."""
        try:
            danger, authored_at, pk = text.split("_")
            place = cls(int(danger), datetime.fromisoformat(authored_at), UUID(pk))
        except ValueError:
            return None
        return place if place.authored_at.tzinfo and 0 <= place.danger < CAP else None


def pools(member: Membership) -> list[Queue]:
    """The queues whose unowned work a member may take: of their roles, at their place."""
    queues = Queue.objects.filter(role__in=member.roles)
    if member.location_id is not None:
        queues = queues.filter(Q(location=member.location_id) | Q(location__isnull=True))
    return list(queues.order_by("name"))


def mine(desk: Desk, queues: Sequence[Queue], view: str) -> list[Part]:
    """What I own, and what nobody has taken from my pools."""
    owned = visible(desk, owned_by(desk.member))
    if view == "hold":
        return [owned.also("status = %s", TaskStatus.ON_HOLD.value)]
    parts = [owned.also("status <> %s", TaskStatus.ON_HOLD.value)]
    parts += [
        visible(desk, unowned(queue)).also(FREE, desk.now, desk.member.pk) for queue in queues
    ]
    return [part.also("danger = %s", CRITICAL) for part in parts] if view == "critical" else parts


def closed_by_me(desk: Desk, *, since: datetime) -> Part:
    """What is mine and ended."""
    closed = Part("owner_id = %s AND ended_at >= %s", (desk.member.pk, since))
    return visible(desk, closed)


def owned_by(member: Membership) -> Part:
    return Part(OPEN + "owner_id = %s", (member.pk,))


def unowned(queue: Queue) -> Part:
    """What a pool holds and nobody owns."""
    return Part(OPEN + "owner_id IS NULL AND queue_id = %s", (queue.pk,))


def team(
    desk: Desk, queues: Sequence[Queue], view: str, members: Sequence[Membership]
) -> list[Part]:
    """The work of the practice: with nobody, under a lease, with a person, on hold."""
    if view == "open":
        idle = "(claimed_until IS NULL OR claimed_until <= %s)"
        return [visible(desk, unowned(queue)).also(idle, desk.now) for queue in queues]
    within = "queue_id = ANY(%s)"
    ids = [queue.pk for queue in queues]
    if view == "now":
        return [visible(desk, Part(OPEN + "claimed_until > %s", (desk.now,))).also(within, ids)]
    held = "status = %s" if view == "hold" else "status <> %s"
    return [
        visible(desk, owned_by(member)).also(within, ids).also(held, TaskStatus.ON_HOLD.value)
        for member in members
    ]


def visible(desk: Desk, part: Part) -> Part:
    """Work about a patient is not shown to a role that may not see patients."""
    return part if desk.sees_patients else part.also("patient_id IS NULL")


def page(parts: Sequence[Part], *, after: Place | None, size: int) -> list[Place]:
    """The places of the next tasks in order, one more than asked where there is more."""
    if not parts:
        return []
    if after is not None:
        beyond = "(danger, authored_at, id) > (%s, %s, %s)"
        parts = [part.also(beyond, after.danger, after.authored_at, after.pk) for part in parts]
    together, values = _first(parts, size + 1)
    rows = _ask(f"SELECT * FROM ({together}) AS piece {IN_ORDER}", [*values, size + 1])  # noqa: S608
    return [Place(*row) for row in rows]


def among(parts: Sequence[Part], ids: Sequence[UUID]) -> list[Place]:
    """Those of these tasks that the parts hold."""
    chosen = [part.also("id = ANY(%s)", list(ids)) for part in parts]
    return page(chosen, after=None, size=len(ids))


def in_turn(parts: Sequence[Part], *, size: int) -> list[Place]:
    """The oldest few of each danger in each part, whose turn it is first (`routing.fairness`)."""
    if not parts:
        return []
    together, values = _first(
        [part.also("danger = %s", danger) for part in parts for danger in DANGERS], size
    )
    places = {Place(*row) for row in _ask(together, values)}
    return sorted(places, key=lambda place: (*turn(place.danger, place.authored_at), place.pk))


def _first(parts: Sequence[Part], size: int) -> tuple[str, list[Any]]:
    """A few tasks of each part, and the values that the statement asks for."""
    pieces = [f"(SELECT danger, authored_at, id {_from(part)} {IN_ORDER})" for part in parts]
    values = [value for part in parts for value in (*_values(part), size)]
    return " UNION ALL ".join(pieces), values


@dataclass(frozen=True, slots=True)
class Closed:
    """A task that ended, and when."""

    at: datetime
    pk: UUID


def newest_closed(
    parts: Sequence[Part], *, before: datetime | None = None, size: int
) -> list[Closed]:
    """The tasks of these parts that ended last."""
    if before is not None:
        parts = [part.also("ended_at < %s", before) for part in parts]
    order = "ORDER BY ended_at DESC LIMIT %s"
    pieces = [f"(SELECT ended_at, id {_from(part)} {order})" for part in parts]
    values = [value for part in parts for value in (*_values(part), size)]
    together = f"SELECT * FROM ({' UNION ALL '.join(pieces)}) AS piece {order}"  # noqa: S608
    return [Closed(*row) for row in _ask(together, [*values, size])]


def counts(lists: Sequence[Sequence[Part]], *, held_by: Part | None = None) -> list[int]:
    """How many each list holds, counted to the cap and no further, in one statement.

    `held_by` adds how many of the first thousand there are on hold: no index finds those alone.
    """
    clauses, values = [], []
    for parts in lists:
        pieces = [f"(SELECT 1 {_from(part)} LIMIT {CAP})" for part in parts]
        together = " UNION ALL ".join(pieces or ["(SELECT 1 LIMIT 0)"])
        clauses.append(f"(SELECT least(count(*), {CAP}) FROM ({together}) AS piece)")  # noqa: S608
        values += [value for part in parts for value in _values(part)]
    if held_by is not None:
        looked_at = f"SELECT status {_from(held_by)} LIMIT {CAP}"
        clauses.append(f"(SELECT count(*) FROM ({looked_at}) AS looked_at WHERE status = %s)")  # noqa: S608
        values += [*_values(held_by), TaskStatus.ON_HOLD.value]
    (row,) = _ask(f"SELECT {', '.join(clauses)}", values)
    return list(row)


def _from(part: Part) -> str:
    return f"FROM routing_task WHERE practice_id = %s AND {part.where}"


def _values(part: Part) -> tuple[Any, ...]:
    return (scope.current(), *part.values)


def _ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    scope.require_open()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
