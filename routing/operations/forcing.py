"""The physician's override: a task is closed though its work was not done in the usual way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit.actors import Actor
from charts.values import Severity
from routing.models import Outcome, Task
from routing.operations import moving
from routing.operations.moves import is_partial
from routing.operations.moving import OutcomeNeeded
from routing.states import Move

OWN_WORDS = 15
"""Letters that a reason has at least where a wrong override may hurt somebody."""


@transaction.atomic
def force_close(
    *, task_id: UUID, member: Membership, reason: str, version: int | None = None,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Close it by override, with a reason; whoever holds a lease on it loses it.

    It is an action of its own, apart from giving the task to the physician before. The engine
    never does it.

    Raises:
        PermissionRefused: the member is no physician.
        OutcomeNeeded: no reason, or too short a one for what is partial, or critical and
            acknowledged by nobody.
        LostRace: somebody has closed it.
    """
    permissions.require(member.roles, Operation.FORCE_CLOSE)
    task = moving.locked(task_id, member, version=version)
    check_reason(task, reason.strip())
    task.owner = member
    moving.move(task, Move.FORCE_CLOSE, member=member, reason=reason.strip(), actor=actor, now=now)
    task.outcome, task.status_reason = Outcome.OVERRIDE, reason.strip()[:120]
    task.ended_at, task.ended_by = now, member
    task.claimed_by = task.claimed_until = None
    return moving.save(
        task, "owner", "outcome", "status_reason", "ended_at", "ended_by", "claimed_by",
        "claimed_until",
    )  # fmt: skip


def check_reason(task: Task, reason: str) -> None:
    """Refuse an override that says too little.

    Raises:
        OutcomeNeeded: the sentence says what is missing.
    """
    if not reason:
        raise OutcomeNeeded(_("Say why the task is closed by override."))
    unseen = task.severity == Severity.CRITICAL and task.acknowledged_at is None
    if len(reason) >= OWN_WORDS or not (unseen or is_partial(task)):
        return
    what = _("a critical result that nobody has acknowledged") if unseen else _("a partial result")
    raise OutcomeNeeded(_("Say in a sentence why {what} is closed by override.").format(what=what))
