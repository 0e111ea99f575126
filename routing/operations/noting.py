"""Notes about a task: a comment for everybody, and what the next owner should know."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from routing.models import LONGEST, NoteRead, Task, TaskNote
from routing.operations import moving
from routing.operations.moving import OutcomeNeeded


@transaction.atomic
def comment(
    *, task_id: UUID, member: Membership, text: str, actor: Actor, now: datetime
) -> TaskNote:
    """Write an internal note; also on a task that has ended.

    Raises:
        PermissionRefused: the member works no tasks.
        TaskNotFound: the practice has none of that id.
        OutcomeNeeded: it says nothing, or more than a note holds.
    """
    task = moving.locked(task_id, member, version=None)
    if not text.strip():
        raise OutcomeNeeded(_("Write the note first."))
    return write(task, TaskNote.Kind.COMMENT, text, author=member, actor=actor, now=now)


@transaction.atomic
def read_notes(*, task_id: UUID, member: Membership, actor: Actor, now: datetime) -> Task:
    """ "I have read what was handed over": it stands above the task no more.

    Raises:
        PermissionRefused: the member works no tasks.
        TaskNotFound: the practice has none of that id.
    """
    task = moving.locked(task_id, member, version=None)
    mark_read(task, member, actor=actor, now=now)
    return task


def write(
    task: Task, kind: TaskNote.Kind, text: str, *, author: Membership,
    to: Membership | None = None, actor: Actor, now: datetime,
) -> TaskNote:  # fmt: skip
    """Keep a note, in the transaction of the caller.

    Raises:
        OutcomeNeeded: it is longer than a note holds.
    """
    if len(text.strip()) > LONGEST:
        raise OutcomeNeeded(
            _("A note holds {many:,} letters. Put the rest into the chart.").format(many=LONGEST)
        )
    note = TaskNote.objects.create(
        task=task, kind=kind, text=text.strip(), author=author, by_name=actor.name, to=to, at=now
    )
    log.record("task.noted", entity=task, patient_id=task.patient_id,
               detail={"note": str(note.pk), "kind": kind.value}, actor=actor, now=now)  # fmt: skip
    return note


def mark_read(task: Task, member: Membership, *, actor: Actor, now: datetime) -> None:
    """Of what was handed over and nobody has read: the member has."""
    for note in TaskNote.objects.unread().filter(task=task).exclude(author=member):
        NoteRead.objects.create(note=note, member=member, at=now)
        log.record("task.note-read", entity=task, patient_id=task.patient_id,
                   detail={"note": str(note.pk)}, actor=actor, now=now)  # fmt: skip
