"""That the patient was told: a fact of its own, whatever becomes of the task."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from routing.models import TELLS, Channel, Communication, Task
from routing.operations import moving
from routing.operations.moving import OutcomeNeeded


@transaction.atomic
def inform(
    *, task_id: UUID, member: Membership, channel: str, reached: bool = True, at: datetime,
    actor: Actor, now: datetime,
) -> Communication:  # fmt: skip
    """Write down that the patient was told, or that they were not reached.

    Raises:
        PermissionRefused: the member works no tasks.
        TaskNotFound: the practice has none of that id.
        OutcomeNeeded: no known way, a moment still to come, or a task that is about nobody.
    """
    task = moving.locked(task_id, member, version=None)
    if task.patient_id is None:
        raise OutcomeNeeded(_("This task is about no patient."))
    if channel not in Channel.values:
        raise OutcomeNeeded(_("Choose how the patient was told."))
    if at > now:
        raise OutcomeNeeded(_("Say when they were told; that moment is still to come."))
    return _write_down(
        task, Channel(channel), reached=reached, at=at, member=member, actor=actor, now=now
    )


@transaction.atomic
def withdraw_communication(
    *, task_id: UUID, communication_id: UUID, member: Membership, actor: Actor, now: datetime
) -> Task:
    """It was written down by mistake: it stays in the history, and counts no more.

    Raises:
        PermissionRefused: the member works no tasks.
        TaskNotFound: the practice has none of that id, or it was taken back before.
    """
    task = moving.locked(task_id, member, version=None)
    held = Communication.objects.standing().filter(pk=communication_id, task=task).first()
    if held is None:
        raise moving.TaskNotFound(_("No such entry."))
    _withdraw(held, actor=actor, now=now)
    return task


def told_by_outcome(
    task: Task, outcome: str, *, at: datetime, member: Membership, actor: Actor, now: datetime
) -> None:
    """What the outcome of a Done says by itself, in its transaction."""
    channel = {str(code): way for code, way in TELLS.items()}.get(outcome)
    if channel is not None and task.patient_id is not None:
        _write_down(
            task, channel, reached=True, at=at, by_outcome=True, member=member, actor=actor, now=now
        )


def untell(task: Task, *, actor: Actor, now: datetime) -> None:
    """The Done was a slip, and so was what its outcome said."""
    for held in Communication.objects.standing().filter(task=task, by_outcome=True):
        _withdraw(held, actor=actor, now=now)


def _write_down(
    task: Task, channel: Channel, *, reached: bool, at: datetime, by_outcome: bool = False,
    member: Membership, actor: Actor, now: datetime,
) -> Communication:  # fmt: skip
    told = Communication.objects.create(
        task=task, patient=task.patient, channel=channel, reached=reached, at=at,
        recorded_at=now, member=member, by_name=actor.name, by_outcome=by_outcome,
    )  # fmt: skip
    action = "patient.informed" if reached else "patient.not-reached"
    _record_informed(action, told, actor, now)
    return told


def _withdraw(held: Communication, *, actor: Actor, now: datetime) -> None:
    held.withdrawn_at, held.withdrawn_by_name = now, actor.name
    held.save(update_fields=["withdrawn_at", "withdrawn_by_name"])
    _record_informed("patient.informed-withdrawn", held, actor, now)


def _record_informed(action: str, one: Communication, actor: Actor, now: datetime) -> None:
    detail = {"communication": str(one.pk), "channel": str(one.channel)}
    log.record(
        action, entity=one.task, patient_id=one.patient_id, detail=detail, actor=actor, now=now
    )
