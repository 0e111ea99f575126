"""Who could stand in for a member: who may do all that they may, and is here."""

from datetime import datetime

from accounts.models import Membership
from accounts.permissions import Operation, may
from escalation.models import Absence

WORK = (
    Operation.WORK_TASKS, Operation.CLOSE_ROUTINE, Operation.CLOSE_MESSAGE,
    Operation.CLOSE_RESULT, Operation.CLOSE_CRITICAL,
)  # fmt: skip
"""What a stand-in must be allowed, where the one they stand in for is."""


def why_not(stand_in: Membership, member: Membership) -> str:
    """What the member may do and the stand-in may not, in words; empty where there is nothing."""
    missing = [one for one in WORK if may(member.roles, one) and not may(stand_in.roles, one)]
    return may(stand_in.roles, missing[0]).reason if missing else ""


def stand_ins(
    member: Membership, begins_at: datetime, ends_at: datetime | None
) -> list[Membership]:
    """Whoever could, those of the same role first, then by name."""
    away = Absence.objects.overlapping(begins_at, ends_at).values("member")
    others = Membership.objects.filter(is_active=True).exclude(pk=member.pk).exclude(pk__in=away)
    fitting = [one for one in others if not why_not(one, member)]
    return sorted(fitting, key=lambda one: (one.role != member.role, one.name))
