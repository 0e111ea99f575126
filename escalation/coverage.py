"""Who is on call from when until when, and where nobody is: stretches of time, not instants."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from accounts.models import Membership
from escalation.duty import begins, on_duty, turn_of
from escalation.models import Absence, Override, Rotation, Shift


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some time within one turn of a rotation, during which one person is on call, or nobody."""

    rotation: Rotation
    turn: int
    begins_at: datetime
    ends_at: datetime
    holder_id: UUID | None
    """Whose time it is by the rota and its overrides."""
    member_id: UUID | None
    """Who answers: the holder, or whoever covers them. None: nobody."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rota and the absences of a practice over some time, read once."""

    since: datetime
    until: datetime
    members: Mapping[UUID, Membership]
    """Active ones only."""
    rotations: Sequence[Rotation]
    shifts: Mapping[UUID, Sequence[UUID]]
    overrides: Mapping[UUID, Sequence[Override]]
    absences: Sequence[Absence]

    def stretches(self, rotation: Rotation) -> list[Stretch]:
        """In order, from the begin of the turn that runs at `since`, so that it always begins at
        the same instant."""
        found: list[Stretch] = []
        cuts = self._cuts(rotation)
        for begin, end in pairwise(cuts):
            one = self._stretch(rotation, begin, end)
            if found and _goes_on(found[-1], one):
                one = Stretch(rotation, one.turn, found.pop().begins_at, end, one.holder_id,
                              one.member_id)  # fmt: skip
            found.append(one)
        return found

    def present(self, member_id: UUID | None, at: datetime) -> UUID | None:
        """The member, or whoever stands in for them at that instant."""
        seen: set[UUID] = set()
        while member_id is not None and (away := self.absence_of(member_id, at)):
            if member_id in seen:
                return None
            seen.add(member_id)
            member_id = away.cover_id
        return member_id if member_id in self.members else None

    def absence_of(self, member_id: UUID, at: datetime) -> Absence | None:
        """Why somebody is away at an instant; None: they are here."""
        return next((one for one in self.absences
                     if one.member_id == member_id and _runs(one, at)), None)  # fmt: skip

    def _stretch(self, rotation: Rotation, begin: datetime, end: datetime) -> Stretch:
        shifts = self.shifts.get(rotation.pk, ())
        holder = on_duty(rotation, shifts, self.overrides.get(rotation.pk, ()), begin)
        turn = turn_of(rotation, begin)
        return Stretch(rotation, turn, begin, end, holder, self.present(holder, begin))

    def _cuts(self, rotation: Rotation) -> list[datetime]:
        """Every instant at which it may change who is on call."""
        first = begins(rotation, turn_of(rotation, self.since))
        inside = {at for at in self._changes(rotation) if first < at < self.until}
        return sorted({first, self.until, *inside})

    def _changes(self, rotation: Rotation) -> Iterator[datetime]:
        turn = turn_of(rotation, self.since)
        while (at := begins(rotation, turn)) < self.until:
            yield at
            turn += 1
        for made in self.overrides.get(rotation.pk, ()):
            yield from (made.begins_at, made.ends_at)
        for away in self.absences:
            yield away.begins_at
            if away.ends_at is not None:
                yield away.ends_at


def _runs(absence: Absence, at: datetime) -> bool:
    return absence.begins_at <= at and (absence.ends_at is None or at < absence.ends_at)


def _goes_on(before: Stretch, after: Stretch) -> bool:
    same = (before.turn, before.holder_id, before.member_id)
    return same == (after.turn, after.holder_id, after.member_id)


def load(*, since: datetime, until: datetime) -> Coverage:
    """The practice in scope between two instants."""
    rotations = list(Rotation.objects.filter(retired_at__isnull=True).order_by("name"))
    first = min((begins(one, turn_of(one, since)) for one in rotations), default=since)
    shifts: dict[UUID, list[UUID]] = defaultdict(list)
    for shift in Shift.objects.order_by("rotation", "position"):
        shifts[shift.rotation_id].append(shift.member_id)
    overrides: dict[UUID, list[Override]] = defaultdict(list)
    running = Override.objects.filter(begins_at__lt=until, ends_at__gt=first)
    for one in running.order_by("made_at", "pk"):
        overrides[one.rotation_id].append(one)
    absences = Absence.objects.overlapping(first, until).order_by("begins_at")
    return Coverage(
        since, until, {one.pk: one for one in Membership.objects.filter(is_active=True)},
        rotations, shifts, overrides, list(absences),
    )  # fmt: skip
