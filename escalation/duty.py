"""Who is on call, and who stands in for those who are away."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Membership, ProviderIdentifier
from accounts.roles import Role
from escalation.models import Absence, Override, Rotation, Shift


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a practice at one instant, read once for a pass."""

    at: datetime
    members: Mapping[UUID, Membership]
    """Active ones only."""
    rotations: Sequence[Rotation]
    shifts: Mapping[UUID, Sequence[UUID]]
    overrides: Mapping[UUID, Sequence[Override]]
    away: Mapping[UUID, UUID | None] = field(default_factory=dict)
    """Who is away now, and who covers them."""
    providers: Mapping[tuple[str, str], UUID] = field(default_factory=dict)
    """Members by (id, assigner), as messages name them."""

    def on_call(self, rotation_id: UUID | None, location_id: UUID | None) -> Membership | None:
        """Whoever is on call: by the rotation named, else the location's, else the practice's."""
        for rotation in self._rotations(rotation_id, location_id):
            found = self.present(on_duty(rotation, self.shifts.get(rotation.pk, ()),
                                         self.overrides.get(rotation.pk, ()), self.at))  # fmt: skip
            if found is not None:
                return found
        return None

    def _rotations(self, rotation_id: UUID | None, location_id: UUID | None) -> list[Rotation]:
        if rotation_id is not None:
            return [one for one in self.rotations if one.pk == rotation_id]
        fitting = [one for one in self.rotations if one.location_id in (None, location_id)]
        return sorted(fitting, key=lambda one: one.location_id is None)

    def present(self, member_id: UUID | None) -> Membership | None:
        """The member, or whoever covers them while they are away; None where nobody does."""
        seen: set[UUID] = set()
        while member_id is not None and member_id in self.away and member_id not in seen:
            seen.add(member_id)
            member_id = self.away[member_id]
        if member_id is None or member_id in self.away:
            return None
        return self.members.get(member_id)

    def named(self, provider: Mapping[str, Any] | None) -> UUID | None:
        """The member whom a message names by an id, of its assigner or of everybody's."""
        if not provider or not provider.get("id"):
            return None
        keys = ((provider["id"], provider.get("assigner", "")), (provider["id"], ""))
        return next((self.providers[key] for key in keys if key in self.providers), None)

    def of_role(self, *roles: Role) -> list[Membership]:
        """Those of a role who are here, by name."""
        here = [one for one in self.members.values() if one.has(*roles) and one.pk not in self.away]
        return sorted(here, key=lambda one: one.name)


def roster(*, now: datetime) -> Roster:
    """The practice in scope as it is staffed at this instant."""
    shifts: dict[UUID, list[UUID]] = defaultdict(list)
    for shift in Shift.objects.order_by("rotation", "position"):
        shifts[shift.rotation_id].append(shift.member_id)
    overrides: dict[UUID, list[Override]] = defaultdict(list)
    for one in Override.objects.filter(begins_at__lte=now, ends_at__gt=now).order_by(
        "made_at", "pk"
    ):
        overrides[one.rotation_id].append(one)
    away = Absence.objects.running(now)
    return Roster(
        at=now,
        members={one.pk: one for one in Membership.objects.filter(is_active=True)},
        rotations=list(Rotation.objects.filter(retired_at__isnull=True).order_by("name")),
        shifts=shifts,
        overrides=overrides,
        away={one.member_id: one.cover_id for one in away.order_by("begins_at")},
        providers={
            (one.value, one.assigner): one.membership_id for one in ProviderIdentifier.objects.all()
        },
    )


def on_duty(
    rotation: Rotation, shifts: Sequence[UUID], overrides: Sequence[Override], at: datetime
) -> UUID | None:
    """Whose turn it is; of overrides that run at once, the one made last holds."""
    running = [one for one in overrides if one.begins_at <= at < one.ends_at]
    if running:
        return running[-1].member_id
    if not shifts:
        return None
    turn = turn_of(rotation, at)
    return None if turn < 0 else shifts[turn % len(shifts)]


def holder(rotation: Rotation, at: datetime) -> UUID | None:
    """Whose time it is by the rota and its overrides."""
    overrides = Override.objects.filter(rotation=rotation, begins_at__lte=at, ends_at__gt=at)
    return on_duty(rotation, seats_of(rotation), list(overrides.order_by("made_at", "pk")), at)


def seats_of(rotation: Rotation) -> list[UUID]:
    """Its members in the order of their turns."""
    seats = Shift.objects.filter(rotation=rotation).order_by("position")
    return list(seats.values_list("member", flat=True))


def turn_of(rotation: Rotation, at: datetime) -> int:
    """The number of the turn, from 0; negative before the rotation begins.

    Turns change at a wall-clock time: through a change of the clocks a turn is an hour longer or
    shorter, and never handed over at another hour of the day.
    """
    day = at.astimezone(ZoneInfo(rotation.time_zone)).date()
    turn = (day - rotation.begins_on).days // rotation.turn_days
    # By the wall clock alone an hour that comes twice would have two owners.
    return turn if begins(rotation, turn) <= at else turn - 1


def begins(rotation: Rotation, turn: int) -> datetime:
    """When a turn begins, in UTC."""
    day: date = rotation.begins_on + timedelta(days=turn * rotation.turn_days)
    local = datetime.combine(
        day, time(rotation.handover_minute // 60, rotation.handover_minute % 60)
    )
    return local.replace(tzinfo=ZoneInfo(rotation.time_zone)).astimezone(UTC)
