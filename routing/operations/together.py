"""One Done that closes what it explains too: all of it or nothing, each with its own trace."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from routing.linked import linked
from routing.models import Outcome, Task
from routing.operations import moves, moving
from routing.operations.moving import OutcomeNeeded


@transaction.atomic
def complete_with(
    *, task_id: UUID, also: Collection[UUID], member: Membership, actor: Actor, now: datetime,
    **said: Any,
) -> Task:  # fmt: skip
    """Close a task, and those of the same patient that hang together with it.

    Raises:
        PermissionRefused: the member may not close one of them.
        OutcomeNeeded: the outcome says too little, or one of them has nothing to do with it.
        LostRace: somebody else holds or has closed one of them; nothing was saved.
    """
    rows = {task.pk: task for task in Task.objects.lock([task_id, *also])}
    who: dict[str, Any] = {"member": member, "actor": actor, "now": now}
    others = _others(rows.pop(task_id, None), rows.values(), asked=len(set(also)))
    done = moves.complete(task_id=task_id, **said, **who)
    for other in others:
        closed = moves.complete(task_id=other.pk, outcome=Outcome.DONE, **who)
        closed.closed_with = done
        closed.save(update_fields=["closed_with"])
        log.record("task.closed-along", entity=closed, patient_id=closed.patient_id,
                   detail={"with": str(task_id)}, actor=actor, now=now)  # fmt: skip
    return done


def _others(task: Task | None, chosen: Collection[Task], *, asked: int) -> Collection[Task]:
    """Those chosen, if each still hangs together with the task."""
    if task is None or not asked:
        return ()
    ended = next((other for other in chosen if not other.is_open), None)
    if ended is not None:
        raise moving.lost(ended)
    offered = {one.task.pk for one in linked(task)}
    if len(chosen) < asked or not all(other.pk in offered for other in chosen):
        raise OutcomeNeeded(_("One of the tasks to close along has nothing to do with this one."))
    return chosen
