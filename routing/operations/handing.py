"""A late task passed on by the engine: to a person or a queue, as a move of its own."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from audit.actors import Actor
from routing.models import Queue, Task
from routing.operations import moving
from routing.states import Move, TaskStatus


@transaction.atomic
def hand_over(
    task: Task, *, to: Membership | None, queue: Queue | None = None, reason: str,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Give a locked, open task to somebody else; whoever gets it has yet to acknowledge it.

    A lease that runs goes with it: the one who held it is told by the history.
    """
    task.owner, task.queue = to, queue or task.queue
    task.claimed_by = task.claimed_until = task.acknowledged_at = task.recheck_date = None
    task.status_reason = ""
    moving.move(task, Move.ASSIGN, member=None, reason=reason, actor=actor, now=now)
    return moving.save(
        task, "owner", "queue", "acknowledged_at", "claimed_by", "claimed_until", "status_reason",
        "recheck_date",
    )  # fmt: skip


@transaction.atomic
def pass_on(task: Task, *, to: Membership | None, reason: str, actor: Actor, now: datetime) -> Task:
    """Give a locked, open task to whoever stands in, or to its queue.

    What waits goes on waiting with the stand-in, for the same reason and until the same day, and
    is theirs to acknowledge; a queue waits for nothing.
    """
    waits = (task.status_reason, task.recheck_date) if task.status == TaskStatus.ON_HOLD else None
    hand_over(task, to=to, reason=reason, actor=actor, now=now)
    if waits is None or to is None:
        return task
    moving.move(task, Move.HOLD, member=None, reason=waits[0], actor=actor, now=now)
    task.status_reason, task.recheck_date = waits
    return moving.save(task, "status_reason", "recheck_date")
