"""The open work in numbers: counted with each change of a task, by triggers of `Task`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import PracticeModel


class CellKind(models.TextChoices):
    WHAT = "what"
    WHEN = "when"
    CAME = "came"
    CLOSED = "closed"


class Stage(models.TextChoices):
    """Where an open task is stuck (routing/cells.py decides it)."""

    UNCLAIMED = "unclaimed", _("Unclaimed")
    OWNED = "owned", _("With a person")
    WAITING = "waiting", _("Waiting, on hold")
    ESCALATED = "escalated", _("Escalated")


class BacklogChange(PracticeModel):
    """What one statement changed, until a sweep adds it to `BacklogCount`.

    Rows that every statement would change are hot: two workers would wait for each other's commit.
    """

    cells = models.JSONField()
    """Objects: the columns of `BacklogCount`, and by how much."""


class BacklogCount(PracticeModel):
    """How many tasks a cell holds. Ids and codes only, and no reference is enforced: a sweep
    compares all cells with the tasks and mends them (routing/backlog.py)."""

    kind = models.CharField(max_length=6, choices=CellKind)
    location_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    queue_id = models.UUIDField(null=True)
    category = models.CharField(max_length=30, blank=True)
    severity = models.CharField(max_length=10, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    is_late = models.BooleanField()
    day = models.DateField(null=True)
    n = models.IntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "location_id", "owner_id", "queue_id", "category",
                        "severity", "stage", "is_late", "day"],
                name="backlog_cell_once", nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=CellKind.values), name="backlog_cell_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=["", *Stage.values]), name="backlog_stage_known"
            ),
        ]  # fmt: skip
