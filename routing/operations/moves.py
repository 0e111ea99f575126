"""What people do with a task once they have it: wait, pass on, close."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit.actors import Actor
from charts.values import ItemStatus, Severity
from routing import authority
from routing.categories import Category
from routing.models import NOT_CHOSEN, Outcome, Queue, Task, TaskCopy, TaskNote
from routing.operations import informing, moving, noting
from routing.operations.moving import OutcomeNeeded
from routing.said import spoken
from routing.states import Move

UNDO_WITHIN = timedelta(minutes=10)

PARTIAL = gettext_lazy(
    "This result is partial. Acknowledge it; it can be closed when the final one arrives."
)

_LEASE = ("claimed_by", "claimed_until")
_WAIT = ("status_reason", "recheck_date")
_END = ("ended_at", "ended_by", "outcome", "told", "told_at")


@transaction.atomic
def hold(
    *, task_id: UUID, member: Membership, reason: str, recheck_date: date,
    version: int | None = None, actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Wait, with a reason and the day to look again; whoever holds it owns it.

    Raises:
        PermissionRefused: it is not theirs to close, so not theirs to put off.
        OutcomeNeeded: no reason, or the day is past where the task is.
    """
    if not reason.strip():
        raise OutcomeNeeded(_("Say what the task waits for."))
    task = moving.locked(task_id, member, version=version)
    authority.require_closing(member, task, now=now)
    if recheck_date < _today(task, now):
        raise OutcomeNeeded(_("Choose a recheck date that is not past."))
    moving.refuse_if_leased(task, member, now)
    task.owner = task.owner or member
    moving.move(task, Move.HOLD, member=member, reason=reason, actor=actor, now=now)
    task.status_reason, task.recheck_date = reason[:120], recheck_date
    task.claimed_by = task.claimed_until = None
    return moving.save(task, "owner", *_WAIT, *_LEASE)


@transaction.atomic
def resume(
    *, task_id: UUID, member: Membership, version: int | None = None, actor: Actor, now: datetime
) -> Task:
    """Go on with a task that waited; that acknowledges it, where nobody has.

    Raises:
        PermissionRefused: it is not theirs to close, so its clock must not stop for them.
    """
    task = moving.locked(task_id, member, version=version)
    authority.require_closing(member, task, now=now)
    moving.move(task, Move.RESUME, member=member, actor=actor, now=now)
    task.status_reason, task.recheck_date = "", None
    task.acknowledged_at = task.acknowledged_at or now
    return moving.save(task, "acknowledged_at", *_WAIT)


@transaction.atomic
def assign(
    *, task_id: UUID, member: Membership, to: Membership | None = None, queue: Queue | None = None,
    reason: str = "", note: str = "", version: int | None = None, actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Move ownership to a person, or back to a pool. The one who gets it has yet to acknowledge.

    A hand-off note goes with it, and stands above the task until it is read.

    Raises:
        PermissionRefused: they assign no work, or would move a result that they may not close.
        LostRace: another member holds a lease.
        OutcomeNeeded: neither a person nor a queue was named, or the person is no longer active.
    """
    if to is None and queue is None:
        raise OutcomeNeeded(_("Choose a person or a queue."))
    if to is not None and not to.is_active:
        raise OutcomeNeeded(_("That person no longer works here; choose another."))
    permissions.require(member.roles, Operation.ASSIGN)
    task = moving.locked(task_id, member, version=version)
    moving.refuse_if_leased(task, member, now)
    if queue is not None and queue.pk != task.queue_id and task.category == Category.RESULT_REVIEW:
        authority.require_closing(member, task, now=now)
    task.owner, task.queue = to, queue or task.queue
    task.claimed_by = task.claimed_until = task.acknowledged_at = task.recheck_date = None
    task.status_reason = ""
    moving.move(task, Move.ASSIGN, member=member, reason=reason, actor=actor, now=now)
    if note.strip():
        noting.write(task, TaskNote.Kind.HAND_OFF, note, author=member, to=to, actor=actor, now=now)
    return moving.save(task, "owner", "queue", "acknowledged_at", *_WAIT, *_LEASE)


@transaction.atomic
def copy(*, task_id: UUID, member: Membership, to: Membership, actor: Actor, now: datetime) -> Task:
    """Give a colleague a read-only copy; the owner stays the owner."""
    task = moving.locked(task_id, member, version=None)
    moving.move(task, Move.COPY, member=member, reason=f"copy to {to.name}", actor=actor, now=now)
    TaskCopy.objects.get_or_create(
        task=task, member=to, defaults={"at": now, "by_name": actor.name}
    )
    return moving.save(task)


@transaction.atomic
def complete(
    *, task_id: UUID, member: Membership, outcome: str = Outcome.DONE, told: str = "",
    told_at: datetime | None = None, version: int | None = None, actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Close it with what was done. Friction grows with severity.

    Raises:
        PermissionRefused: the member's role may not close this.
        OutcomeNeeded: an abnormal result needs an outcome, a critical one also who was told, when;
            a partial one waits for the final one.
        LostRace: somebody else holds or has closed it.
    """
    task = moving.locked(task_id, member, version=version)
    if not task.is_open:
        raise moving.lost(task)
    authority.require_closing(member, task, now=now)
    moving.refuse_if_leased(task, member, now)
    if is_partial(task):
        raise OutcomeNeeded(PARTIAL)
    check_outcome(task, outcome, told, told_at, now=now)
    task.owner = task.owner or member
    moving.move(task, Move.COMPLETE, member=member, reason=outcome, actor=actor, now=now)
    task.outcome, task.told, task.told_at = outcome, told[:120], told_at
    task.ended_at, task.ended_by = now, member
    task.claimed_by = task.claimed_until = None
    informing.told_by_outcome(task, outcome, at=told_at or now, member=member, actor=actor, now=now)
    return moving.save(task, "owner", *_END, *_LEASE)


@transaction.atomic
def cancel(
    *, task_id: UUID, member: Membership, reason: str, version: int | None = None,
    actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """End a task that should not be done at all; says why.

    Raises:
        OutcomeNeeded: no reason.
    """
    if not reason.strip():
        raise OutcomeNeeded(_("Say why the task is not to be done."))
    task = moving.locked(task_id, member, version=version)
    authority.require_closing(member, task, now=now)
    moving.refuse_if_leased(task, member, now)
    moving.move(task, Move.CANCEL, member=member, reason=reason, actor=actor, now=now)
    task.status_reason, task.ended_at, task.ended_by = reason[:120], now, member
    task.claimed_by = task.claimed_until = None
    return moving.save(task, "status_reason", *_END, *_LEASE)


def is_partial(task: Task) -> bool:
    """Whether more of the result is still to come."""
    held = task.item is not None and task.item.status == ItemStatus.PRELIMINARY
    return held and task.category == Category.RESULT_REVIEW


def check_outcome(
    task: Task, outcome: str, told: str, told_at: datetime | None, *, now: datetime
) -> None:
    """Refuse a Done that says too little for the severity.

    Raises:
        OutcomeNeeded: the sentence says what is missing.
    """
    if outcome not in Outcome.values or outcome in NOT_CHOSEN:
        raise OutcomeNeeded(_("Choose one of the outcomes."))
    if told_at is not None and told_at > now:
        raise OutcomeNeeded(_("Say when they were told; that moment is still to come."))
    if task.severity not in (Severity.ABNORMAL, Severity.CRITICAL):
        return
    if outcome in (Outcome.DONE, Outcome.NORMAL_TOLD, Outcome.NORMAL_QUIET):
        raise OutcomeNeeded(
            _("A result that is {severity} is closed with what was done about it.").format(
                severity=spoken(task.severity)
            )
        )
    if task.severity == Severity.CRITICAL and not (told.strip() and told_at):
        raise OutcomeNeeded(_("A critical result is closed with who was told, and when."))


def _today(task: Task, now: datetime) -> date:
    """The date where the work is done: in the evening of New York, UTC has tomorrow's."""
    place = task.location or task.practice
    return now.astimezone(ZoneInfo(place.time_zone)).date()
