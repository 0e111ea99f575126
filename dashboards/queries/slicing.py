"""A slice of the backlog as SQL over tasks, as a clause over cells, and in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import Role
from charts.values import Severity
from dashboards import words
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.queries.sources import Part
from dashboards.slices import BY_AGE, CLOSERS, NOBODY, NONE, SEVERITIES, STAFF, STAGES, Slice
from routing import authority
from routing.authority import Authority
from routing.categories import Category
from routing.cells import STAGE
from routing.models import Queue
from tenants.models import Location

STAFF_ROLES = frozenset({Role.MEDICAL_ASSISTANT, Role.CARE_COORDINATOR})
DAY = "({column} AT TIME ZONE %s)::date BETWEEN %s AND %s"


@dataclass(frozen=True, slots=True)
class Practice:
    """Who and where is behind the ids of a slice, and which day it is there."""

    zone: ZoneInfo
    today: date
    people: dict[UUID, Membership]
    queues: dict[UUID, Queue]
    locations: dict[UUID, Location]
    authority: Authority

    @classmethod
    def of(cls, desk: Desk) -> "Practice":
        """Everybody who ever owned work here, and every queue and location."""
        zone = ZoneInfo(desk.member.practice.time_zone)
        return cls(
            zone, desk.now.astimezone(zone).date(),
            {one.pk: one for one in Membership.objects.order_by("name")},
            {one.pk: one for one in Queue.objects.order_by("name")},
            {one.pk: one for one in Location.objects.order_by("name")},
            authority.load(now=desk.now),
        )  # fmt: skip

    def is_delegable(self, category: str, severity: str, queue: UUID) -> bool:
        """Whether a medical assistant or a coordinator may close it; else it takes a clinician."""
        role = self.queues[queue].role
        return bool(
            self.authority.may_close(
                STAFF_ROLES, category=category, severity=severity, queue_role=role
            )
        )


def over_cells(chosen: Slice) -> tuple[str, dict[str, Any]]:
    """Location and owner as a clause over cells: what a whole page is filtered by."""
    clauses = ["location_id = %(location)s"] if chosen.location else []
    if chosen.owner:
        clauses.append("owner_id IS NULL" if chosen.owner == NOBODY else "owner_id = %(owner)s")
    return " AND ".join(clauses), {"location": chosen.location, "owner": chosen.owner}


def parts(chosen: Slice, practice: Practice) -> list[Part]:
    """Its tasks: each part reads one index in the order of every queue."""
    found = _sources(chosen, practice)
    for clause, values in _clauses(chosen, practice):
        found = [part.also(clause, *values) for part in found]
    return found


def _sources(chosen: Slice, practice: Practice) -> list[Part]:
    if not chosen.is_open:
        return [Part("TRUE", ())]
    people = [one for one in practice.people.values() if chosen.owner in ("", str(one.pk))]
    owned = [sources.owned_by(one) for one in people]
    queues = [one for one in practice.queues.values() if chosen.queue in ("", str(one.pk))]
    free = [sources.unowned(one) for one in queues] if chosen.owner in ("", NOBODY) else []
    return owned + free


def _clauses(chosen: Slice, practice: Practice) -> list[tuple[str, tuple[Any, ...]]]:
    said: list[tuple[str, tuple[Any, ...]]] = [
        (f"{column} = %s", (value,))
        for column, value in (
            ("location_id", chosen.location), ("queue_id", chosen.queue),
            ("category", chosen.category),
            (STAGE.format(row="routing_task"), chosen.stage),
        )
        if value
    ]  # fmt: skip
    if not chosen.is_open and chosen.owner:
        by_owner = ("owner_id = %s", (chosen.owner,))
        said.append(("owner_id IS NULL", ()) if chosen.owner == NOBODY else by_owner)
    if chosen.severity:
        said.append(("severity = %s", (chosen.severity.removeprefix(NONE),)))
    if chosen.late:
        said.append(("is_late", ()))
    if chosen.closer:
        said.append(_by_closer(chosen.closer, practice))
    return said + _days(chosen, practice)


def _days(chosen: Slice, practice: Practice) -> list[tuple[str, tuple[Any, ...]]]:
    spans: list[tuple[str, date | str, date | str]] = []
    if chosen.age:
        spans.append(("authored_at", *BY_AGE[chosen.age].days(practice.today)))
    if chosen.came:
        spans.append(("authored_at", chosen.came, chosen.came))
    if chosen.closed:
        spans.append(("ended_at", chosen.closed, chosen.closed))
    zone = practice.zone.key
    return [(DAY.format(column=column), (zone, first, last)) for column, first, last in spans]


def _by_closer(closer: str, practice: Practice) -> tuple[str, tuple[Any, ...]]:
    keys = [
        f"{category}/{severity}/{queue}"
        for category in Category
        for severity in ("", *Severity)
        for queue in practice.queues
        if practice.is_delegable(category, severity, queue) is (closer == STAFF)
    ]
    return "category || '/' || severity || '/' || queue_id = ANY(%s)", (keys,)


def filter_words(chosen: Slice, practice: Practice) -> str:
    """`Main Street, Dr Ana Diaz`."""
    where = _name(practice.locations, chosen.location) or _("Every location")
    whose = _("nobody") if chosen.owner == NOBODY else _name(practice.people, chosen.owner)
    return f"{where}, {whose or _('everybody')}"


def slice_words(chosen: Slice, practice: Practice) -> str:
    """What a list is of: `Unclaimed, 3 to 7 d, past its close-by time, in Nurses`."""
    said = [
        STAGES.get(chosen.stage, ""),
        SEVERITIES.get(chosen.severity, ""),
        Category(chosen.category).label if chosen.category else "",
        CLOSERS.get(chosen.closer, ""),
        BY_AGE[chosen.age].label if chosen.age else "",
        _("past close-by time") if chosen.late else "",
        _("came %(day)s") % {"day": _day(chosen.came)} if chosen.came else "",
        _("closed %(day)s") % {"day": _day(chosen.closed)} if chosen.closed else "",
        _name(practice.queues, chosen.queue),
        _("nobody has it") if chosen.owner == NOBODY else _name(practice.people, chosen.owner),
        _name(practice.locations, chosen.location),
    ]
    told = ", ".join(str(one) for one in said if one)
    return told[:1].upper() + told[1:] if told else _("Everything open")


def _day(text: str) -> str:
    return words.month_day(date.fromisoformat(text))


def _name(named: dict[UUID, Any], pk: str) -> str:
    found = named.get(UUID(pk)) if pk and pk != NOBODY else None
    return str(found.name) if found else ""
