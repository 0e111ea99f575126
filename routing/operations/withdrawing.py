"""Taking back tasks that an import made, as long as nobody has touched them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit import log
from audit.actors import Actor
from routing import states
from routing.models import Outcome, Task, TaskTransition
from routing.operations.desk import Action, Desk
from routing.states import Move, TaskStatus

UNDONE = _("import undone")


@transaction.atomic
def withdraw_untouched(
    *, item_ids: Collection[UUID], actor: Actor, now: datetime
) -> frozenset[UUID]:
    """Cancel the open tasks of these items; returns the items whose task went.

    Whatever a person did to a task, or a message said of its item since, keeps it. A later message
    about the item opens it again, as for everything that the source closed.
    """
    rows = Task.objects.open().filter(item_id__in=item_ids).order_by("pk")
    tasks = list(rows.select_for_update(of=("self",)).prefetch_related("item"))
    worked = _worked_on(TaskTransition.objects.filter(task__in=tasks).order_by("task", "version"))
    desk = Desk(None, actor, now)
    for task in tasks:
        if task.pk not in worked and task.item is not None and task.item.version == 1:
            _cancel(desk, task)
    desk.write()
    gone = frozenset(task.item_id for task in desk.changed if task.item_id)
    log.record("tasks.withdrawn", detail={"gone": len(gone), "kept": len(tasks) - len(gone)},
               actor=actor, now=now)  # fmt: skip
    return gone


def _worked_on(moves: Iterable[TaskTransition]) -> set[UUID]:
    """The tasks that somebody moved since the import made them; the rules may have."""
    worked: dict[UUID, bool] = {}
    for one in moves:
        by_import = one.move in (Move.CREATE, Move.REOPEN) and one.member_id is None
        if by_import:
            worked[one.task_id] = False
        elif one.move != Move.REROUTE:
            worked[one.task_id] = True
    return {task_id for task_id, was in worked.items() if was}


def _cancel(desk: Desk, task: Task) -> None:
    before = task.status
    task.status = states.after(Move.CANCEL, TaskStatus(before))
    task.ended_at, task.outcome, task.status_reason = desk.now, Outcome.SOURCE_CLOSED, UNDONE
    task.claimed_by = task.claimed_until = None
    desk.changed.append(task)
    desk.trace(task, Move.CANCEL, before, Action.CLOSE, None)
