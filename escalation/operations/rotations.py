"""Who takes turns being on call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation.duty import seats_of, turn_of
from escalation.models import Clock, LadderStep, Policy, Rotation, Shift, Swap
from escalation.operations import planning
from escalation.operations.planning import DutyRefused
from tenants.models import Location

DAY_MINUTES = 1440
LONGEST_TURN = 60
"""Days."""


class RotationNotFound(Exception):
    """No rotation, or no override, of this practice has that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """What a person says of a rotation."""

    name: str
    members: Sequence[UUID]
    """In the order of their turns."""
    time_zone: str
    location: Location | None = None
    handover_minute: int = 8 * 60
    turn_days: int = 7


@transaction.atomic
def start_rotation(
    *, rota: Rota, begins_on: date, by: Membership, actor: Actor, now: datetime
) -> Rotation:  # fmt: skip
    """Members take turns from a day on.

    Raises:
        PermissionRefused: they plan no duty.
        DutyRefused: no name or one that is taken, nobody in it, somebody who may not do the work,
            a turn of no length, a zone that does not exist.
    """
    permissions.require(by.roles, Operation.PLAN_DUTY)
    members = planning.locked()
    _check(rota, members, None)
    rotation = Rotation.objects.create(
        name=rota.name.strip(), location=rota.location, time_zone=rota.time_zone,
        begins_on=begins_on, handover_minute=rota.handover_minute, turn_days=rota.turn_days,
    )  # fmt: skip
    _seat(rotation, rota.members)
    log.record("rotation.started", entity=rotation, detail=_detail(rota), actor=actor, now=now)
    return rotation


@transaction.atomic
def change_rotation(
    *, rotation_id: UUID, rota: Rota, by: Membership, actor: Actor, now: datetime
) -> Rotation:
    """Other members or other turns, from the turn that runs on; whoever has it keeps it where they
    are still of the round.

    Raises:
        RotationNotFound: there is none of that id.
        PermissionRefused, DutyRefused: as for a new one.
    """
    permissions.require(by.roles, Operation.PLAN_DUTY)
    members = planning.locked()
    rotation = locked_rotation(rotation_id)
    _check(rota, members, rotation)
    turn, seats = turn_of(rotation, now), seats_of(rotation)
    held = seats[turn % len(seats)] if seats and turn >= 0 else None
    if turn >= 0:
        rotation.begins_on += timedelta(days=turn * rotation.turn_days)
    rotation.name, rotation.location = rota.name.strip(), rota.location
    rotation.time_zone, rotation.turn_days = rota.time_zone, rota.turn_days
    rotation.handover_minute = rota.handover_minute
    if turn >= 0 and turn_of(rotation, now) < 0:
        rotation.begins_on -= timedelta(days=1)
    rotation.save(update_fields=["name", "location", "time_zone", "turn_days", "handover_minute",
                                 "begins_on"])  # fmt: skip
    Shift.objects.filter(rotation=rotation).delete()
    _seat(rotation, _from(held, rota.members))
    log.record("rotation.changed", entity=rotation, detail=_detail(rota), actor=actor, now=now)
    return rotation


@transaction.atomic
def retire_rotation(*, rotation_id: UUID, by: Membership, actor: Actor, now: datetime) -> None:
    """It says nothing any more; what it said stays in the audit.

    Raises:
        RotationNotFound: there is none of that id.
        PermissionRefused: they plan no duty.
        DutyRefused: a ladder pages it.
    """
    permissions.require(by.roles, Operation.PLAN_DUTY)
    rotation = locked_rotation(rotation_id)
    steps = LadderStep.objects.filter(rotation=rotation)
    running = Clock.objects.filter(ended_at__isnull=True).values("policy")
    retired = Q(ladder__policy__status=Policy.Status.RETIRED)
    step = steps.exclude(retired & ~Q(ladder__policy__in=running)).first()
    if step is not None:
        raise DutyRefused(
            _(
                "The ladder {ladder!r} pages this rotation, in a version that holds or that "
                "running clocks began with. Change the ladder first, and move those clocks."
            ).format(ladder=step.ladder.name)
        )
    rotation.retired_at = now
    rotation.save(update_fields=["retired_at"])
    waiting = Swap.objects.filter(rotation=rotation, state=Swap.State.ASKED)
    waiting.update(state=Swap.State.WITHDRAWN, answered_at=now)
    log.record("rotation.retired", entity=rotation, actor=actor, now=now)


def _check(rota: Rota, members: Mapping[UUID, Membership], rotation: Rotation | None) -> None:
    name = rota.name.strip()
    others = Rotation.objects.filter(name=name)
    others = others.exclude(pk=rotation.pk) if rotation else others
    refusals = (
        (not name, "name", _("Give the rotation a name, such as Physicians on call.")),
        (len(name) > 80, "name", _("A name has at most 80 letters.")),
        (others.exists(), "name", _("Another rotation has this name, or had it. Choose another.")),
        (rota.time_zone not in available_timezones(), "time_zone",
         _("Choose a time zone such as America/New_York.")),
        (not 1 <= rota.turn_days <= LONGEST_TURN, "turn_days",
         _("A turn has at least 1 day and at most {many}.").format(many=LONGEST_TURN)),
        (not 0 <= rota.handover_minute < DAY_MINUTES, "handover",
         _("Turns change at a time of the day, such as 08:00.")),
        (not rota.members, "members", _("Choose at least one person.")),
        (len(set(rota.members)) < len(rota.members), "members", _("Name each person once.")),
    )  # fmt: skip
    for refused, where, sentence in refusals:
        if refused:
            raise DutyRefused(sentence, field=where)
    for member_id in rota.members:
        planning.check_may_be_on_call(planning.check_active(member_id, members, field="members"))


def locked_rotation(rotation_id: UUID) -> Rotation:
    rotation = Rotation.objects.lock([rotation_id]).filter(retired_at__isnull=True).first()
    if rotation is None:
        raise RotationNotFound(_("No such rotation."))
    return rotation


def _seat(rotation: Rotation, members: Sequence[UUID]) -> None:
    Shift.objects.bulk_create(
        Shift(rotation=rotation, position=position, member_id=member_id)
        for position, member_id in enumerate(members)
    )


def _from(held: UUID | None, members: Sequence[UUID]) -> Sequence[UUID]:
    """The same round, beginning with whoever has the turn that runs."""
    if held is None or held not in members:
        return members
    at = members.index(held)
    return [*members[at:], *members[:at]]


def _detail(rota: Rota) -> dict[str, object]:
    return {
        "members": [str(one) for one in rota.members], "turn_days": rota.turn_days,
        "handover_minute": rota.handover_minute, "time_zone": rota.time_zone,
    }  # fmt: skip
