"""Who stands in on call for a while."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation.models import Override
from escalation.operations import planning
from escalation.operations.planning import DutyRefused
from escalation.operations.rotations import RotationNotFound, locked_rotation


@transaction.atomic
def override(
    *, rotation_id: UUID, member_id: UUID, begins_at: datetime, ends_at: datetime, reason: str = "",
    by: Membership, actor: Actor, now: datetime,
) -> Override:  # fmt: skip
    """For a while somebody else is on call. Where two run at once, the one made last holds.

    Raises:
        RotationNotFound: there is none of that id.
        PermissionRefused: they plan no duty.
        DutyRefused: no length or past; the member is away then, inactive or may not do the work.
    """
    permissions.require(by.roles, Operation.PLAN_DUTY)
    planning.check_span(begins_at, ends_at, now=now)
    members = planning.locked()
    rotation = locked_rotation(rotation_id)
    member = planning.check_active(member_id, members, field="member")
    planning.check_may_be_on_call(member, field="member")
    planning.check_here(member, begins_at, ends_at, zone_name=rotation.time_zone, now=now,
                        field="member")  # fmt: skip
    made = Override.objects.create(
        rotation=rotation, member=member, begins_at=begins_at, ends_at=ends_at,
        reason=reason.strip()[:120], made_at=now,
    )  # fmt: skip
    log.record("override.made", entity=made, detail=_span(made), actor=actor, now=now)
    return made


@transaction.atomic
def end_override(*, override_id: UUID, by: Membership, actor: Actor, now: datetime) -> None:
    """The rota holds again from now on.

    Raises:
        RotationNotFound: there is none of that id, or it is over.
        PermissionRefused: they plan no duty.
        DutyRefused: it is half of a swap.
    """
    permissions.require(by.roles, Operation.PLAN_DUTY)
    found = Override.objects.lock([override_id]).filter(ends_at__gt=now).first()
    if found is None:
        raise RotationNotFound(_("No such override."))
    if found.swap_id is not None:
        raise DutyRefused(_("Two people swapped these turns. They can swap them back."))
    log.record("override.ended", entity=found, detail=_span(found), actor=actor, now=now)
    if found.begins_at >= now:
        found.delete()
        return
    found.ends_at = now
    found.save(update_fields=["ends_at"])


def _span(made: Override) -> dict[str, str]:
    return {
        "rotation": str(made.rotation_id), "member": str(made.member_id),
        "begins": made.begins_at.isoformat(), "ends": made.ends_at.isoformat(),
    }  # fmt: skip
