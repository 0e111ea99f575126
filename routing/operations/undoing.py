"""What a person has just done, taken back: always by a further move, so that both stay told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Membership
from audit.actors import Actor
from charts.values import Severity
from routing.models import Task, TaskTransition
from routing.operations import moving, reopening
from routing.operations.moves import UNDO_WITHIN
from routing.states import ENDED, Move, TaskStatus

UNDO = "undo"
"""The reason of a move that takes another back; z does not take it back in its turn."""

_LEASE = ("claimed_by", "claimed_until")
_PLACE = ("owner", "queue", "acknowledged_at", "status_reason", "recheck_date")


@transaction.atomic
def undo_last(*, member: Membership, actor: Actor, now: datetime) -> Task | None:
    """Take back the member's newest move of the last ten minutes, of those that nobody has built
    on since; None where there is none.

    Raises:
        LostRace: somebody was quicker, or its item has got another task.
    """
    last = _newest(member, now)
    if last is None:
        return None
    who: dict[str, Any] = {"member": member, "actor": actor, "now": now}
    if last.after in ENDED:
        return reopening.undo(task_id=last.task_id, **who)
    task = moving.locked(last.task_id, member, version=last.version)
    before = TaskTransition.objects.get(task=task, version=last.version - 1)
    return _BACK[Move(last.move)](task, before, who)


def _newest(member: Membership, now: datetime) -> TaskTransition | None:
    """A critical result that was closed is opened with a reason instead, and what was closed along
    with another goes back with that one."""
    not_by_key = Q(after__in=ENDED) & (
        Q(task__severity=Severity.CRITICAL) | Q(task__closed_with__isnull=False)
    )
    mine = TaskTransition.objects.filter(member=member, at__gte=now - UNDO_WITHIN)
    mine = mine.filter(move__in=[*_BACK, Move.COMPLETE, Move.CANCEL], version=F("task__version"))
    return mine.exclude(not_by_key).exclude(reason=UNDO).order_by("-at", "-version").first()


def _release(task: Task, _before: TaskTransition, who: dict[str, Any]) -> Task:
    moving.move(task, Move.RELEASE, reason=UNDO, **who)
    task.claimed_by = task.claimed_until = None
    return moving.save(task, *_LEASE)


def _claim(task: Task, _before: TaskTransition, who: dict[str, Any]) -> Task:
    moving.refuse_if_leased(task, who["member"], who["now"])
    moving.move(task, Move.CLAIM, reason=UNDO, **who)
    task.claimed_by, task.claimed_until = who["member"], who["now"] + moving.LEASE
    return moving.save(task, *_LEASE)


def _put_back(task: Task, before: TaskTransition, who: dict[str, Any]) -> Task:
    """With whom and where it was; in the pool, where that person has left meanwhile. Whoever had
    acknowledged it before it was given away does so again: a clock that stood still may have been
    what was wrong."""
    began = before.after == TaskStatus.IN_PROGRESS and task.status == TaskStatus.ON_HOLD
    owner = before.owner
    task.owner = owner if owner and owner.is_active else None
    task.queue_id = before.queue_id
    task.status_reason, task.recheck_date = "", None
    if not began:
        task.acknowledged_at = None
    moving.move(task, Move.RESUME if began else Move.ASSIGN, reason=UNDO, **who)
    return moving.save(task, *_PLACE)


_BACK: dict[Move, Callable[[Task, TaskTransition, dict[str, Any]], Task]] = {
    Move.CLAIM: _release,
    Move.RELEASE: _claim,
    Move.ACKNOWLEDGE: _put_back,
    Move.HOLD: _put_back,
    Move.ASSIGN: _put_back,
}
"""How each move that keeps a task open is taken back."""
