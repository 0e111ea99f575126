"""What colleagues write to each other about a task. It never leaves the product."""

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from routing.models.task import Task
from tenants.models import PracticeForeignKey, PracticeModel
from tenants.querysets import PracticeManager, PracticeQuerySet

LONGEST = 2000
"""Letters of a note: more belongs into the chart."""


class TaskNoteQuerySet(PracticeQuerySet["TaskNote"]):
    def unread(self) -> "TaskNoteQuerySet":
        """Hand-off notes that nobody but their author has read."""
        read = NoteRead.objects.filter(note=OuterRef("pk")).exclude(member=OuterRef("author"))
        return self.filter(~Exists(read), kind=TaskNote.Kind.HAND_OFF)


TaskNoteManager = PracticeManager.from_queryset(TaskNoteQuerySet)


class TaskNote(PracticeModel):
    """A comment, or what the next owner should know; never changed."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Note")
        HAND_OFF = "hand-off", _("Hand-off note")

    task = PracticeForeignKey(Task, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    author = PracticeForeignKey(Membership, related_name="+")
    by_name = models.CharField(max_length=120)
    to = PracticeForeignKey(Membership, null=True, related_name="+")
    """Whom the task was handed to; None: a queue, or a comment for everybody."""
    at = models.DateTimeField()

    objects = TaskNoteManager()  # type: ignore[misc]

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["comment", "hand-off"]), name="note_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something"),
        ]
        indexes = [models.Index(fields=["practice", "task", "at"], name="notes_of_task")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class NoteRead(PracticeModel):
    """That a member has read a note; never changed."""

    note = PracticeForeignKey(TaskNote, related_name="reads")
    member = PracticeForeignKey(Membership, related_name="+")
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "note", "member"], name="note_read_once")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
