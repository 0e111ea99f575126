"""What people do with a task. Each move locks the task first, traces and audits in one transaction."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from charts.values import Severity
from routing import states
from routing.categories import Category
from routing.models import Outcome, Queue, Task, TaskCopy, TaskTransition
from routing.states import Move, MoveNotAllowed, TaskStatus

LEASE = timedelta(minutes=10)
UNDO_WITHIN = timedelta(minutes=10)


class TaskNotFound(Exception):
    """No task of this practice has that id."""


class LostRace(Exception):
    """Somebody else was first; nothing was saved. `who` and `when` say it to the person who lost."""

    def __init__(self, sentence: str, *, who: str, when: datetime) -> None:
        super().__init__(sentence)
        self.who, self.when = who, when


class OutcomeNeeded(ValueError):
    """This task cannot be closed without saying more; the text says what."""


@transaction.atomic
def claim(
    *, task_id: UUID, member: Membership, take_over: bool = False, version: int | None = None,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Take a lease: "I am doing this now". Asking again renews it.

    Raises:
        LostRace: another member's lease runs, and this is no take-over.
        MoveNotAllowed: the task is on hold or ended.
    """
    task = _locked(task_id, version=version)
    if not take_over:
        _refuse_if_leased(task, member, now)
    _move(task, Move.CLAIM, member=member, actor=actor, now=now)
    task.claimed_by, task.claimed_until = member, now + LEASE
    return _save(task, "claimed_by", "claimed_until")


@transaction.atomic
def release(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """Give the lease back.

    Raises:
        LostRace: the lease is another member's.
    """
    task = _locked(task_id, version=version)
    _refuse_if_leased(task, member, now)
    _move(task, Move.RELEASE, member=member, actor=actor, now=now)
    task.claimed_by = task.claimed_until = None
    return _save(task, "claimed_by", "claimed_until")


@transaction.atomic
def acknowledge(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """ "I have seen it and it is mine": stops the first clock, never the second.

    Raises:
        LostRace: another member holds a lease, or acknowledged it before.
    """
    task = _locked(task_id, version=version)
    _refuse_if_leased(task, member, now)
    _move(task, Move.ACKNOWLEDGE, member=member, actor=actor, now=now)
    task.owner, task.acknowledged_at = member, now
    return _save(task, "owner", "acknowledged_at")


@transaction.atomic
def hold(
    *, task_id: UUID, member: Membership, reason: str, recheck_date: date, version: int | None = None,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Wait, with a reason and the day to look again; whoever holds it owns it.

    Raises:
        OutcomeNeeded: no reason, or the day is past.
    """
    if not reason.strip():
        raise OutcomeNeeded("Say what the task waits for.")
    if recheck_date < now.date():
        raise OutcomeNeeded("Choose a recheck date that is not past.")
    task = _locked(task_id, version=version)
    _refuse_if_leased(task, member, now)
    _move(task, Move.HOLD, member=member, reason=reason, actor=actor, now=now)
    task.owner, task.status_reason, task.recheck_date = (
        task.owner or member,
        reason[:120],
        recheck_date,
    )
    task.claimed_by = task.claimed_until = None
    return _save(task, "owner", "status_reason", "recheck_date", "claimed_by", "claimed_until")


@transaction.atomic
def resume(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """Go on with a task that waited."""
    task = _locked(task_id, version=version)
    _move(task, Move.RESUME, member=member, actor=actor, now=now)
    task.status_reason, task.recheck_date = "", None
    task.acknowledged_at = task.acknowledged_at or now
    return _save(task, "status_reason", "recheck_date", "acknowledged_at")


@transaction.atomic
def assign(
    *, task_id: UUID, member: Membership, to: Membership | None = None, queue: Queue | None = None,
    reason: str = "", version: int | None = None, actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Move ownership to a person, or back to a pool. The one who gets it has yet to acknowledge.

    Raises:
        LostRace: another member holds a lease.
        OutcomeNeeded: neither a person nor a queue was named, or the person is no longer active.
    """
    if to is None and queue is None:
        raise OutcomeNeeded("Choose a person or a queue.")
    if to is not None and not to.is_active:
        raise OutcomeNeeded("That person no longer works here; choose another.")
    permissions.require(member.roles, Operation.ASSIGN)
    task = _locked(task_id, version=version)
    _refuse_if_leased(task, member, now)
    task.owner, task.queue = to, queue or task.queue
    task.claimed_by = task.claimed_until = task.acknowledged_at = task.recheck_date = None
    _move(task, Move.ASSIGN, member=member, reason=reason, actor=actor, now=now)
    return _save(
        task, "owner", "queue", "claimed_by", "claimed_until", "acknowledged_at", "recheck_date"
    )


@transaction.atomic
def copy(*, task_id: UUID, member: Membership, to: Membership, actor: Actor, now: datetime) -> Task:
    """Give a colleague a read-only copy; the owner stays the owner."""
    task = _locked(task_id, version=None)
    _move(task, Move.COPY, member=member, reason=f"copy to {to.name}", actor=actor, now=now)
    TaskCopy.objects.get_or_create(
        task=task, member=to, defaults={"at": now, "by_name": actor.name}
    )
    return _save(task)


@transaction.atomic
def complete(
    *, task_id: UUID, member: Membership, outcome: str = Outcome.DONE, told: str = "",
    told_at: datetime | None = None, version: int | None = None, actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Close it with what was done. Friction grows with severity.

    Raises:
        PermissionRefused: the member's role may not close this.
        OutcomeNeeded: an abnormal result needs an outcome, a critical one also who was told and when.
        LostRace: somebody else holds or has closed it.
    """
    task = _locked(task_id, version=version)
    permissions.require(member.roles, closing(task))
    _refuse_if_leased(task, member, now)
    check_outcome(task, outcome, told, told_at)
    _move(task, Move.COMPLETE, member=member, reason=outcome, actor=actor, now=now)
    task.outcome, task.told, task.told_at = outcome, told[:120], told_at
    task.owner = task.owner or member
    task.ended_at, task.ended_by = now, member
    task.claimed_by = task.claimed_until = None
    return _save(
        task,
        "outcome",
        "told",
        "told_at",
        "owner",
        "ended_at",
        "ended_by",
        "claimed_by",
        "claimed_until",
    )


@transaction.atomic
def cancel(
    *,
    task_id: UUID,
    member: Membership,
    reason: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> Task:
    """End a task that should not be done at all; says why.

    Raises:
        OutcomeNeeded: no reason.
    """
    if not reason.strip():
        raise OutcomeNeeded("Say why the task is not to be done.")
    task = _locked(task_id, version=version)
    permissions.require(member.roles, closing(task))
    _refuse_if_leased(task, member, now)
    _move(task, Move.CANCEL, member=member, reason=reason, actor=actor, now=now)
    task.status_reason, task.ended_at, task.ended_by = reason[:120], now, member
    task.claimed_by = task.claimed_until = None
    return _save(task, "status_reason", "ended_at", "ended_by", "claimed_by", "claimed_until")


@transaction.atomic
def reopen(
    *,
    task_id: UUID,
    member: Membership,
    reason: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> Task:
    """Withdraw a Done, as a new event; the task is its owner's again.

    Raises:
        OutcomeNeeded: no reason.
        LostRace: the item has another open task already.
    """
    if not reason.strip():
        raise OutcomeNeeded("Say why the task is opened again.")
    task = _locked(task_id, version=version)
    _refuse_if_replaced(task)
    _move(task, Move.REOPEN, member=member, reason=reason, actor=actor, now=now)
    task.ended_at = task.ended_by = task.acknowledged_at = task.told_at = None
    task.outcome = task.told = task.status_reason = ""
    return _save(
        task,
        "ended_at",
        "ended_by",
        "acknowledged_at",
        "told_at",
        "outcome",
        "told",
        "status_reason",
    )


def undo(*, task_id: UUID, member: Membership, actor: Actor, now: datetime) -> Task:
    """Take back one's own Done of the last ten minutes.

    Raises:
        LostRace: it is not theirs, or too long ago; reopen it with a reason instead.
    """
    with transaction.atomic():
        task = _locked(task_id, version=None)
        if (
            task.ended_by_id != member.pk
            or task.ended_at is None
            or now - task.ended_at > UNDO_WITHIN
        ):
            raise LostRace("Only your own Done of the last ten minutes can be undone. Reopen it with a reason.",
                           who=actor.name, when=task.ended_at or now)  # fmt: skip
        return reopen(task_id=task_id, member=member, reason="undo", actor=actor, now=now)


def closing(task: Task) -> Operation:
    """What closing this task asks of a role."""
    if task.severity == Severity.CRITICAL:
        return Operation.CLOSE_CRITICAL
    if task.category == Category.RESULT_REVIEW and task.severity != Severity.NORMAL:
        return Operation.CLOSE_RESULT
    return Operation.CLOSE_ROUTINE


def check_outcome(task: Task, outcome: str, told: str, told_at: datetime | None) -> None:
    """Refuse a Done that says too little for the severity.

    Raises:
        OutcomeNeeded: the sentence says what is missing.
    """
    if outcome not in Outcome.values:
        raise OutcomeNeeded("Choose one of the outcomes.")
    if task.severity not in (Severity.ABNORMAL, Severity.CRITICAL):
        return
    if outcome in (Outcome.DONE, Outcome.NORMAL_TOLD, Outcome.NORMAL_QUIET):
        raise OutcomeNeeded(
            f"A result that is {task.severity} is closed with what was done about it."
        )
    if task.severity == Severity.CRITICAL and not (told.strip() and told_at):
        raise OutcomeNeeded("A critical result is closed with who was told, and when.")


def _locked(task_id: UUID, *, version: int | None) -> Task:
    task = (
        Task.objects.lock([task_id])
        .select_related("queue", "owner", "claimed_by", "ended_by")
        .first()
    )
    if task is None:
        raise TaskNotFound("No such task.")
    if version is not None and version != task.version:
        raise _lost(task)
    return task


def _move(
    task: Task,
    move: Move,
    *,
    member: Membership | None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    before = task.status
    try:
        task.status = states.after(move, TaskStatus(before))
    except MoveNotAllowed:
        if task.is_open:
            raise
        raise _lost(task) from None
    task.version += 1
    TaskTransition.objects.create(
        task=task, version=task.version, move=move, before=before, after=task.status, at=now,
        actor_name=actor.name, member=member, queue_id=task.queue_id, owner_id=task.owner_id,
        reason=reason[:250],
    )  # fmt: skip
    log.record(f"task.{move}", entity=task, patient_id=task.patient_id,
               detail={"version": task.version, "before": before, "after": task.status},
               actor=actor, now=now)  # fmt: skip


def _save(task: Task, *fields: str) -> Task:
    task.save(update_fields=["status", "version", *fields])
    return task


def _refuse_if_leased(task: Task, member: Membership, now: datetime) -> None:
    if task.claimed_at(now) and task.claimed_by_id != member.pk:
        holder: Any = task.claimed_by
        assert task.claimed_until is not None
        raise LostRace(
            f"{holder.name} is doing this now.", who=holder.name, when=task.claimed_until - LEASE
        )


def _refuse_if_replaced(task: Task) -> None:
    other = (
        Task.objects.open().filter(item_id=task.item_id).exclude(pk=task.pk)
        if task.item_id
        else None
    )
    if other is not None and (found := other.select_related("owner").first()):
        raise LostRace("A newer task is open for the same item.", who=found.owner.name if found.owner else "the queue",
                       when=found.authored_at)  # fmt: skip


def _lost(task: Task) -> LostRace:
    """Who was first, and what they did."""
    last = TaskTransition.objects.filter(task=task).order_by("-version").first()
    assert last is not None
    done = Outcome(task.outcome).label if task.outcome else last.get_move_display().lower()
    return LostRace(f"{last.actor_name} was first: {done}. Your change was not saved.",
                    who=last.actor_name, when=last.at)  # fmt: skip
