"""What every move of a task shares: it is locked first, then traced and audited."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from routing import states
from routing.models import Task, TaskTransition, outcome_names
from routing.operations import following
from routing.states import Move, MoveNotAllowed, TaskStatus
from tenants import wake
from tenants.models import Topic

LEASE = timedelta(minutes=10)


class TaskNotFound(Exception):
    """No task of this practice has that id."""


class LostRace(Exception):
    """Somebody else was first; nothing was saved. `who` and `when` say it to the one who lost.

    `move` and `outcome` say what they did, where the task was moved meanwhile.
    """

    def __init__(
        self, sentence: str, *, who: str, when: datetime, move: str = "", outcome: str = ""
    ) -> None:
        super().__init__(sentence)
        self.who, self.when, self.move, self.outcome = who, when, move, outcome


class OutcomeNeeded(ValueError):
    """The move needs to be told more; the text says what."""


def locked(task_id: UUID, member: Membership, *, version: int | None) -> Task:
    """The task, locked, for a member who may work it.

    Raises:
        PermissionRefused: their role works no tasks.
        TaskNotFound: the practice has none of that id.
        LostRace: it moved on since the version that the member saw.
    """
    permissions.require(member.roles, Operation.WORK_TASKS)
    # No join here: a locked row is read again after the wait, but what was joined to it is not.
    task = Task.objects.lock([task_id]).first()
    if task is None:
        raise TaskNotFound(_("No such task."))
    if version is not None and version != task.version:
        raise lost(task)
    return task


def move(
    task: Task, verb: Move, *, member: Membership | None, reason: str = "", actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Take the task to its next status and leave the trace. The caller saves.

    Raises:
        MoveNotAllowed: the verb does not start from where the task stands.
        LostRace: somebody has ended it.
    """
    before = task.status
    try:
        task.status = states.after(verb, TaskStatus(before))
    except MoveNotAllowed:
        if task.is_open:
            raise
        raise lost(task) from None
    task.version += 1
    TaskTransition.objects.create(
        task=task, version=task.version, move=verb, before=before, after=task.status, at=now,
        actor_name=actor.name, member=member, queue_id=task.queue_id, owner_id=task.owner_id,
        reason=reason[:250],
    )  # fmt: skip
    wake.call(Topic.TASK, [(task.pk, now)])
    log.record(f"task.{verb}", entity=task, patient_id=task.patient_id,
               detail={"version": task.version, "before": before, "after": task.status},
               actor=actor, now=now)  # fmt: skip
    following.follow(task, verb, member=member, reason=reason, actor=actor, now=now)


def save(task: Task, *fields: str) -> Task:
    """Write what the move changed, and no other field."""
    task.save(update_fields=["status", "version", *fields])
    return task


def refuse_if_leased(task: Task, member: Membership, now: datetime) -> None:
    """Refuse to touch what somebody else is doing.

    Raises:
        LostRace: another member's lease runs.
    """
    if task.claimed_at(now) and task.claimed_by_id != member.pk:
        holder, until = task.claimed_by, task.claimed_until
        assert holder is not None
        assert until is not None
        sentence = _("{name} is doing this now.").format(name=holder.name)
        raise LostRace(sentence, who=holder.name, when=until - LEASE)


def lost(task: Task) -> LostRace:
    """Who was first, and what they did."""
    last = TaskTransition.objects.filter(task=task).latest("version")
    done = outcome_names()[task.outcome] if task.outcome else last.get_move_display().lower()
    return LostRace(
        _("{name} was first: {done}. Your change was not saved.").format(
            name=last.actor_name, done=done
        ),
        who=last.actor_name, when=last.at, move=last.move,
        outcome=done if task.outcome else "",
    )  # fmt: skip
