"""A call about a late task, written down: a note that everybody who opens the task reads."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation.models import Call
from routing import operations as routing
from routing.models import Task
from routing.operations import OutcomeNeeded, TaskNotFound


@transaction.atomic
def log_call(
    *, task_id: UUID, caller: Membership, whom: str, outcome: str, called: Membership | None = None,
    note: str = "", takes_it: bool = False, actor: Actor, now: datetime,
) -> Call:  # fmt: skip
    """Write a call down. No clock stops for it, unless the caller takes the task as well.

    Raises:
        PermissionRefused: the caller works no tasks, or takes what is not theirs to close.
        TaskNotFound: the practice has none of that id.
        OutcomeNeeded: it says not whom, or not how it ended; or the task has ended.
        LostRace: the caller takes a task that somebody has ended.
    """
    permissions.require(caller.roles, Operation.WORK_TASKS)
    name = called.name if called else whom.strip()
    task = _open_task(task_id, name, outcome)
    if takes_it:
        routing.take_charge(task_id=task_id, member=caller, actor=actor, now=now)
    call = Call.objects.create(
        task=task, caller=caller, member=called, whom=name[:120], outcome=outcome,
        note=note.strip()[:500], took_it=takes_it, at=now,
    )  # fmt: skip
    log.record("call.logged", entity=task, patient_id=task.patient_id,
               detail={"outcome": outcome, "took_it": takes_it}, actor=actor, now=now)  # fmt: skip
    return call


def _open_task(task_id: UUID, name: str, outcome: str) -> Task:
    if not name:
        raise OutcomeNeeded(_("Say who was called."))
    if outcome not in Call.Outcome.values:
        raise OutcomeNeeded(_("Say how the call ended."))
    task = Task.objects.lock([task_id]).first()
    if task is None:
        raise TaskNotFound(_("No such task."))
    if not task.is_open:
        raise OutcomeNeeded(_("The task has ended; a call can no longer be written down for it."))
    return task
