"""Taking a task and giving it back: a claim is a lease, an acknowledgement makes it one's own."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from audit.actors import Actor
from routing import authority
from routing.models import Task
from routing.operations import moving, noting
from routing.states import Move, TaskStatus


@transaction.atomic
def claim(
    *, task_id: UUID, member: Membership, take_over: bool = False, version: int | None = None,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Take a lease: "I am doing this now". Asking again renews it.

    Raises:
        LostRace: another member's lease runs, and this is no take-over.
        MoveNotAllowed: the task is on hold.
    """
    task = moving.locked(task_id, member, version=version)
    if not take_over:
        moving.refuse_if_leased(task, member, now)
    moving.move(task, Move.CLAIM, member=member, actor=actor, now=now)
    task.claimed_by, task.claimed_until = member, now + moving.LEASE
    return moving.save(task, "claimed_by", "claimed_until")


@transaction.atomic
def release(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """Give the lease back.

    Raises:
        LostRace: the lease is another member's.
    """
    task = moving.locked(task_id, member, version=version)
    moving.refuse_if_leased(task, member, now)
    moving.move(task, Move.RELEASE, member=member, actor=actor, now=now)
    task.claimed_by = task.claimed_until = None
    return moving.save(task, "claimed_by", "claimed_until")


@transaction.atomic
def acknowledge(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """ "I have seen it and it is mine": stops the first clock, never the second.

    Raises:
        PermissionRefused: it is not theirs to close, so its clock must not stop for them.
        LostRace: another member holds a lease, or acknowledged it before.
        MoveNotAllowed: it waits, or is theirs already.
    """
    task = moving.locked(task_id, member, version=version)
    authority.require_closing(member, task, now=now)
    moving.refuse_if_leased(task, member, now)
    if task.status == TaskStatus.IN_PROGRESS and task.owner_id != member.pk:
        raise moving.lost(task)
    task.owner, task.acknowledged_at = member, now
    moving.move(task, Move.ACKNOWLEDGE, member=member, actor=actor, now=now)
    noting.mark_read(task, member, actor=actor, now=now)
    return moving.save(task, "owner", "acknowledged_at")
