"""Where the tasks of a list come from: parts that each read one index in its own order.

A list is the most dangerous part of several pools and owners. Each part is limited before they are
put together, so that a page costs the same at two hundred tasks and at two hundred thousand.
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
from routing.danger import CRITICAL
from routing.models import Queue, Task
from routing.states import TaskStatus

Part = Any
"""A QuerySet of open tasks; any, because its type says no more."""

CAP = 1000
"""Nothing is counted past this."""

HELD = Q(status=TaskStatus.ON_HOLD)


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
        return place if place.authored_at.tzinfo else None


def free(desk: Desk) -> Q:
    """Under nobody else's lease."""
    leased = Q(claimed_until__gt=desk.now) & ~Q(claimed_by=desk.member)
    return Q(claimed_until__isnull=True) | ~leased


def pools(member: Membership) -> list[Queue]:
    """The queues whose unowned work a member may take: of their roles, at their place."""
    queues = Queue.objects.filter(role__in=member.roles)
    if member.location_id is not None:
        queues = queues.filter(Q(location=member.location_id) | Q(location__isnull=True))
    return list(queues.order_by("name"))


def mine(desk: Desk, queues: Sequence[Queue], view: str) -> list[Part]:
    """What I own, and what nobody has taken from my pools."""
    owned = visible(desk, Task.objects.open().owned_by(desk.member))
    if view == "hold":
        return [owned.filter(HELD)]
    parts = [owned.exclude(HELD)]
    parts += [visible(desk, unowned(desk, queue)) for queue in queues]
    return [part.filter(danger=CRITICAL) for part in parts] if view == "critical" else parts


def unowned(desk: Desk, queue: Queue) -> Part:
    """What is free to take from one pool."""
    return Task.objects.open().unowned().in_queue(queue).filter(free(desk))


def team(
    desk: Desk, queues: Sequence[Queue], view: str, members: Sequence[Membership]
) -> list[Part]:
    """The work of the practice: with nobody, under a lease, with a person, on hold."""
    if view == "open":
        return [
            visible(desk, Task.objects.open().unowned().in_queue(queue)).exclude(
                claimed_until__gt=desk.now
            )
            for queue in queues
        ]
    within = Task.objects.open().filter(queue__in=queues)
    if view == "now":
        return [visible(desk, within.filter(claimed_until__gt=desk.now))]
    owned = [visible(desk, within.owned_by(member)) for member in members]
    return [part.filter(HELD) if view == "hold" else part.exclude(HELD) for part in owned]


def visible(desk: Desk, part: Part) -> Part:
    """Work about a patient is not shown to a role that may not see patients."""
    return part if desk.sees_patients else part.filter(patient__isnull=True)


def page(parts: Sequence[Part], *, after: Place | None, size: int) -> list[Place]:
    """The places of the next tasks in order, one more than asked where there is more."""
    pieces = [
        piece.most_dangerous_first().values_list("danger", "authored_at", "pk")[: size + 1]
        for part in parts
        for piece in _beyond(part, after)
    ]
    if not pieces:
        return []
    first, *others = pieces
    if others:
        first = first.union(*others, all=True).order_by("danger", "authored_at", "pk")[: size + 1]
    return [Place(*row) for row in first]


def _beyond(part: Part, after: Place | None) -> list[Part]:
    """The part after a place, as ranges that the index can seek."""
    if after is None:
        return [part]
    same = part.filter(danger=after.danger)
    return [
        same.filter(authored_at=after.authored_at, pk__gt=after.pk),
        same.filter(authored_at__gt=after.authored_at),
        part.filter(danger__gt=after.danger),
    ]


def counts(lists: Sequence[Sequence[Part]]) -> list[int]:
    """How many each list holds, counted to the cap and no further, in one statement."""
    clauses, values = [], []
    for parts in lists:
        pieces = [part.order_by().values("pk")[:CAP].query.sql_with_params() for part in parts]
        if not pieces:
            clauses.append("SELECT 0")
            continue
        together = " UNION ALL ".join(f"({sql})" for sql, _ in pieces)
        clauses.append(f"SELECT least(count(*), {CAP}) FROM ({together}) AS one")  # noqa: S608
        values += [value for _, params in pieces for value in params]
    select = ", ".join(f"({clause})" for clause in clauses)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {select}", values)  # our own SQL, no input
        row = cursor.fetchone()
    return list(row or ())
