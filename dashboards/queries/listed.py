"""A task as a list reads it: the columns of a row and no more, fifty at a time."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from accounts.models import Membership
from routing.models import Task, TaskNote
from tenants.compiled import Compiled
from tenants.models import Location


@dataclass(frozen=True, slots=True)
class Person:
    pk: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a row says of a patient."""

    pk: UUID
    family: str
    given: str
    birth_date: date | None
    sex: str
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Gist:
    """What a row says of a chart item."""

    status: str
    observations: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Site:
    time_zone: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The same attributes as a Task, where a row asks for them."""

    pk: UUID
    category: str
    title: str
    status: str
    status_reason: str
    priority: str
    severity: str
    authored_at: datetime
    claimed_until: datetime | None
    ended_at: datetime | None
    patient: Names | None
    owner: Person | None
    claimed_by: Person | None
    ended_by: Person | None
    item: Gist | None
    location: Site | None
    note_from: str = ""
    """Who handed it over with a note that nobody has read."""

    @property
    def is_open(self) -> bool:
        """Not completed and not cancelled."""
        return self.ended_at is None

    @property
    def ended_by_id(self) -> UUID | None:
        return self.ended_by.pk if self.ended_by else None

    def claimed_at(self, now: datetime) -> bool:
        """Whether a lease on it runs at this instant."""
        return self.claimed_until is not None and now < self.claimed_until


OWN = (
    "pk", "category", "title", "status", "status_reason", "priority", "severity", "authored_at",
    "claimed_until", "ended_at",
)  # fmt: skip
COLUMNS = (
    *OWN,
    "patient_id", "patient__family", "patient__given", "patient__birth_date", "patient__sex",
    "patient__is_restricted",
    "owner_id", "owner_name", "claimed_by_id", "claimed_by_name", "ended_by_id", "ended_by_name",
    "item_id", "item__status", "item__observations", "time_zone", "note_from",
)  # fmt: skip


def _of(ids: tuple[UUID, ...]) -> Any:
    """Names by themselves: with four joins more, planning took longer than reading."""
    handed = TaskNote.objects.unread().filter(task=OuterRef("pk")).order_by("-at")
    places = Location.objects.filter(pk=OuterRef("location"))
    tasks = Task.objects.filter(pk__in=ids).annotate(
        owner_name=_name("owner"), claimed_by_name=_name("claimed_by"),
        ended_by_name=_name("ended_by"), time_zone=Subquery(places.values("time_zone")),
        note_from=Subquery(handed.values("by_name")[:1]),
    )  # fmt: skip
    return tasks.values_list(*COLUMNS)


def _name(of: str) -> Subquery:
    return Subquery(Membership.objects.filter(pk=OuterRef(of)).values("name"))


ROWS = Compiled(_of)


def fetch(ids: Iterable[UUID]) -> dict[UUID, Listed]:
    """These tasks in one statement, by their ids."""
    return {row[0]: _listed(row) for row in ROWS.rows(ids=tuple(ids))}


def _listed(row: tuple[Any, ...]) -> Listed:
    own, rest = dict(zip(OWN, row, strict=False)), row[len(OWN) :]
    patient, people, item = rest[:6], rest[6:12], rest[12:15]
    zone, note_from = rest[15:]
    return Listed(
        **own,
        patient=Names(*patient) if patient[0] else None,
        owner=Person(*people[:2]) if people[0] else None,
        claimed_by=Person(*people[2:4]) if people[2] else None,
        ended_by=Person(*people[4:]) if people[4] else None,
        item=Gist(item[1], json.loads(item[2])) if item[0] else None,
        location=Site(zone) if zone else None,
        note_from=note_from or "",
    )
