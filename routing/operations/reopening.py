"""A Done that is taken back: within minutes by a key, later with a reason; always a new event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit.actors import Actor
from charts.values import Severity
from routing.models import Task
from routing.operations import informing, moving
from routing.operations.moves import UNDO_WITHIN
from routing.operations.moving import LostRace, OutcomeNeeded
from routing.states import Move

_END = ("ended_at", "ended_by", "outcome", "told", "told_at")


@transaction.atomic
def reopen(
    *, task_id: UUID, member: Membership, reason: str, version: int | None = None,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Withdraw a Done, as a new event; the task is its owner's again.

    Raises:
        OutcomeNeeded: no reason.
        LostRace: what it is about has another open task already.
    """
    if not reason.strip():
        raise OutcomeNeeded(_("Say why the task is opened again."))
    task = moving.locked(task_id, member, version=version)
    _refuse_if_replaced(task)
    moving.move(task, Move.REOPEN, member=member, reason=reason, actor=actor, now=now)
    task.ended_at = task.ended_by = task.acknowledged_at = task.told_at = None
    task.closed_with = None
    task.outcome = task.told = task.status_reason = ""
    return moving.save(task, "acknowledged_at", "status_reason", "closed_with", *_END)


@transaction.atomic
def undo(*, task_id: UUID, member: Membership, actor: Actor, now: datetime) -> Task:
    """Take back one's own Done of the last ten minutes, with all that it closed and said.

    Raises:
        LostRace: it is not theirs, too long ago or critical; open it again with a reason instead.
    """
    along = _closed_along(task_id)
    task = moving.locked(task_id, member, version=None)
    mine = task.ended_by_id == member.pk and task.severity != Severity.CRITICAL
    if not mine or task.ended_at is None or now - task.ended_at > UNDO_WITHIN:
        sentence = _(
            "Only your own Done of the last ten minutes, not of a critical result, can be undone. "
            "Open the task again with a reason."
        )
        raise LostRace(sentence, who=actor.name, when=task.ended_at or now)
    informing.untell(task, actor=actor, now=now)
    for other in along:
        reopen(task_id=other, member=member, reason="undo", actor=actor, now=now)
    return reopen(task_id=task_id, member=member, reason="undo", actor=actor, now=now)


def _closed_along(task_id: UUID) -> list[UUID]:
    """What the same Done closed too, locked with it in the one order of locks."""
    both = Q(pk=task_id) | Q(closed_with=task_id)
    rows = Task.objects.lock(Task.objects.filter(both).values("pk"))
    ended = {task.pk: task.ended_at for task in rows}
    at = ended.pop(task_id, None)
    return [pk for pk, when in ended.items() if when is not None and when == at]


def _refuse_if_replaced(task: Task) -> None:
    """The same item, or the same message, may have got a further task since this one ended."""
    about: dict[str, Any] = {"item_id": task.item_id}
    if task.about_id is not None:
        about = {"about_id": task.about_id, "category": task.category}
    elif task.item_id is None:
        about = {"message_id": task.message_id, "category": task.category}
    others = Task.objects.open().filter(**about).exclude(pk=task.pk)
    newer = others.select_related("owner").first()
    if newer is not None:
        raise LostRace(
            _("A newer task is open for the same thing."),
            who=newer.owner.name if newer.owner else _("the queue"),
            when=newer.authored_at,
        )
