"""A late task taken by whoever will do it now, whoever had it before."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.models import Membership
from audit.actors import Actor
from routing import authority
from routing.models import Task
from routing.operations import moving, noting
from routing.states import Move, TaskStatus


@transaction.atomic
def take_charge(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """Claim and acknowledge at once: "I do this now, and it is mine".

    A lease, an owner or a hold of somebody else gives way: the history says from whom it came.

    Raises:
        PermissionRefused: it is not theirs to close, so its clock must not stop for them.
        LostRace: somebody has ended it, or it moved on since the version that was seen.
    """
    task = moving.locked(task_id, member, version=version)
    authority.require_closing(member, task, now=now)
    if not task.is_open:
        raise moving.lost(task)
    is_theirs = task.status == TaskStatus.IN_PROGRESS and task.owner_id == member.pk
    if task.status != TaskStatus.READY and not is_theirs:
        task.owner, task.acknowledged_at = member, None
        task.status_reason, task.recheck_date = "", None
        moving.move(task, Move.ASSIGN, member=member, reason=_("taken over"), actor=actor, now=now)
    task.claimed_by, task.claimed_until = member, now + moving.LEASE
    moving.move(task, Move.CLAIM, member=member, actor=actor, now=now)
    if not is_theirs:
        task.owner, task.acknowledged_at = member, now
        moving.move(task, Move.ACKNOWLEDGE, member=member, actor=actor, now=now)
        noting.mark_read(task, member, actor=actor, now=now)
    return moving.save(
        task, "owner", "acknowledged_at", "claimed_by", "claimed_until", "status_reason",
        "recheck_date",
    )  # fmt: skip
