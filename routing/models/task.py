"""Tasks and their history."""

from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models.functions import Cast, Right
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from charts.models import ChartItem, Patient
from charts.values import Priority, Severity
from routing.categories import CHOICES as CATEGORIES
from routing.categories import Category
from routing.cells import note
from routing.models.queue import Queue
from routing.states import ENDED, Move, TaskStatus
from tenants.models import Location, PracticeForeignKey, PracticeModel
from tenants.querysets import PracticeManager, PracticeQuerySet


class Outcome(models.TextChoices):
    """What the closing person did. Practices may rename, not reorder."""

    NORMAL_TOLD = "normal-told", _("Normal, patient told by portal")
    NORMAL_QUIET = "normal-quiet", _("Normal, no message needed")
    DISCUSSED = "discussed", _("Discussed with patient")
    FOLLOW_UP = "follow-up", _("Follow-up ordered")
    REFERRED = "referred", _("Referred")
    REPEAT = "repeat", _("Repeat test")
    DONE = "done", _("Done")
    SOURCE_CLOSED = "source-closed", _("Closed in the EHR")
    OVERRIDE = "override", _("Closed by a physician's override")


NOT_CHOSEN = frozenset({Outcome.SOURCE_CLOSED, Outcome.OVERRIDE})
"""Outcomes that come of other moves than Done."""


class TaskQuerySet(PracticeQuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        """Not completed and not cancelled."""
        return self.filter(ended_at__isnull=True)

    def owned_by(self, member: Membership) -> "TaskQuerySet":
        """Theirs to close."""
        return self.filter(owner=member)

    def unowned(self) -> "TaskQuerySet":
        """Nobody's yet: the pool's."""
        return self.filter(owner__isnull=True)

    def in_queue(self, queue: Queue) -> "TaskQuerySet":
        """Of one queue."""
        return self.filter(queue=queue)

    def most_dangerous_first(self) -> "TaskQuerySet":
        """The order of every queue; the indexes of `Task` follow it."""
        return self.order_by("danger", "authored_at", "pk")


TaskManager = PracticeManager.from_queryset(TaskQuerySet)


def _counted(operation: Any, **rows: tuple[str, int]) -> pgtrigger.Trigger:
    """Note what a statement changes in the numbers of the backlog."""
    tables = {side: table for side, (table, _n) in rows.items()}
    return pgtrigger.Trigger(
        name=f"counted_on_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),  # type: ignore[no-untyped-call]
        func=note(*rows.values()),
    )


class Task(PracticeModel):
    """Work that one person or pool must do to close one chart item (FHIR Task)."""

    item = PracticeForeignKey(ChartItem, null=True, related_name="tasks")
    """None: the task is about a message that could not become an item."""
    message_id = models.UUIDField(null=True)
    """The message that caused it, or that it is about."""
    about_id = models.UUIDField(null=True)
    """The order, referral, visit or feed of which something did not come; such a task has no
    item."""
    patient = PracticeForeignKey(Patient, null=True, related_name="tasks")
    category = models.CharField(max_length=30, choices=CATEGORIES)
    title = models.CharField(max_length=250)
    status = models.CharField(max_length=15, choices=TaskStatus, default=TaskStatus.READY)
    status_reason = models.CharField(max_length=120, blank=True)
    priority = models.CharField(max_length=10)
    severity = models.CharField(max_length=10, blank=True)
    danger = models.PositiveSmallIntegerField()
    queue = PracticeForeignKey(Queue, related_name="tasks")
    owner = PracticeForeignKey(Membership, null=True, related_name="tasks")
    location = PracticeForeignKey(Location, null=True, related_name="+")
    authored_at = models.DateTimeField()
    """When the task came to be."""
    issued_at = models.DateTimeField()
    """When the result was issued, the order or visit happened: where clocks start."""
    acknowledged_at = models.DateTimeField(null=True)
    claimed_by = PracticeForeignKey(Membership, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    recheck_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = PracticeForeignKey(Membership, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    told = models.CharField(max_length=120, blank=True)
    """Who was told of a critical result."""
    told_at = models.DateTimeField(null=True)
    closed_with = PracticeForeignKey("self", null=True, related_name="closed_along")
    """The task whose Done closed this one too; None: it was closed for itself, or is open."""
    is_late = models.BooleanField(default=False, db_default=False)
    """Past its close-by time; kept when it ends. Clocks say so (escalation/lateness.py)."""
    is_escalated = models.BooleanField(default=False, db_default=False)
    """Its ladder has told somebody more than a reminder, and still runs."""
    version = models.PositiveIntegerField(default=1)
    number = models.GeneratedField(
        expression=Right(Cast("id", models.CharField()), 8),
        output_field=models.CharField(max_length=8, db_collation="C"),
        db_persist=True,
    )
    """What people read out: the last eight characters of its id."""

    objects = TaskManager()  # type: ignore[misc]

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "item"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_task_an_item",
            ),
            models.UniqueConstraint(
                fields=["practice", "message_id"],
                condition=models.Q(category=Category.QUARANTINED_MESSAGE, ended_at__isnull=True),
                name="one_open_task_a_quarantined_message",
            ),
            models.UniqueConstraint(
                fields=["practice", "category", "about_id"],
                condition=models.Q(about_id__isnull=False, ended_at__isnull=True),
                name="one_open_task_an_absence",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=TaskStatus.values), name="task_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=[c.value for c in Category]),
                name="task_category_known",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=[p.value for p in Priority]),
                name="task_priority_known",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["", *(s.value for s in Severity)]),
                name="task_severity_known",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=False, status__in=sorted(ENDED))
                | models.Q(ended_at__isnull=True) & ~models.Q(status__in=sorted(ENDED)),
                name="task_ended_with_its_status",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *Outcome.values]), name="task_outcome_known"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | models.Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="task_lease_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "owner", "danger", "authored_at", "id"],
                name="tasks_of_owner",
                condition=models.Q(ended_at__isnull=True),
                include=["status"],
            ),
            models.Index(
                fields=["practice", "queue", "danger", "authored_at", "id"],
                name="tasks_of_queue",
                condition=models.Q(ended_at__isnull=True, owner__isnull=True),
                include=["claimed_until", "claimed_by"],
            ),
            models.Index(
                fields=["practice", "authored_at"],
                name="tasks_critical",
                condition=models.Q(ended_at__isnull=True, danger=0),
            ),
            models.Index(fields=["practice", "item"], name="tasks_of_item"),
            models.Index(fields=["practice", "number"], name="tasks_by_number"),
            models.Index(
                fields=["practice", "about_id"],
                name="tasks_about",
                condition=models.Q(about_id__isnull=False),
            ),
            models.Index(fields=["practice", "patient", "-authored_at"], name="tasks_of_patient"),
            models.Index(
                fields=["practice", "owner", "-ended_at"],
                name="tasks_done_by_owner",
                condition=models.Q(ended_at__isnull=False),
            ),
            models.Index(
                fields=["practice", "claimed_until"],
                name="tasks_claimed",
                condition=models.Q(ended_at__isnull=True, claimed_until__isnull=False),
            ),
            models.Index(
                fields=["practice", "closed_with"],
                name="tasks_closed_along",
                condition=models.Q(closed_with__isnull=False),
            ),
        ]
        triggers = [
            _counted(pgtrigger.Insert, new=("came", 1)),
            _counted(pgtrigger.Update, old=("went", -1), new=("came", 1)),
            _counted(pgtrigger.Delete, old=("went", -1)),
        ]

    @property
    def is_open(self) -> bool:
        """Not completed and not cancelled."""
        return self.ended_at is None

    @property
    def people(self) -> dict[str, Any] | None:
        """Whom its item names, by part: who ordered it, who is to read it."""
        return self.item.people if self.item else None

    def claimed_at(self, now: datetime) -> bool:
        """Whether a lease on it runs at this instant."""
        return self.claimed_until is not None and now < self.claimed_until


class TaskTransition(PracticeModel):
    """One move of a task; never changed."""

    task = PracticeForeignKey(Task, related_name="transitions")
    version = models.PositiveIntegerField()
    move = models.CharField(max_length=15, choices=Move)
    before = models.CharField(max_length=15, blank=True)
    after = models.CharField(max_length=15)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=120)
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    queue = PracticeForeignKey(Queue, related_name="+")
    owner = PracticeForeignKey(Membership, null=True, related_name="+")
    reason = models.CharField(max_length=250, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "task", "version"], name="one_move_a_version"
            ),
            models.CheckConstraint(condition=models.Q(move__in=Move.values), name="move_known"),
        ]
        indexes = [models.Index(fields=["practice", "at"], name="moves_by_time")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class TaskCopy(PracticeModel):
    """A read-only copy for a colleague: says so, and moves no ownership."""

    task = PracticeForeignKey(Task, related_name="copies")
    member = PracticeForeignKey(Membership, related_name="copies")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "task", "member"], name="one_copy_a_member")
        ]
        indexes = [models.Index(fields=["practice", "member", "-at"], name="copies_of_member")]
