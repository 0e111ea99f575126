"""Imports of what was already open in the EHR: the file, how it is read, and each row's fate."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from charts.models import ChartItem
from integrations.models.feed import Feed
from routing.categories import CHOICES as CATEGORIES
from routing.models import Queue
from tenants.models import PracticeForeignKey, PracticeModel


class BacklogMapping(PracticeModel):
    """Which columns say what, kept under a name for the next file of the same export."""

    name = models.CharField(max_length=80)
    mapping = models.JSONField(default=dict)
    """`integrations.backlog.mapping.Mapping`."""
    saved_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="backlog_mapping_once")
        ]


class BacklogImport(PracticeModel):
    """One file on its way in: mapped, checked, imported, perhaps undone."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("Columns to be named")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, not imported")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Set aside")

    state = models.CharField(max_length=9, choices=State, default=State.MAPPING)
    file_name = models.CharField(max_length=120, blank=True)
    """As the person named it: it may name a patient, and goes with the file."""
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1)
    headers = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    """Rows under the header."""
    mapping = models.JSONField(default=dict)
    feed = PracticeForeignKey(Feed, null=True, related_name="+")
    """Whose items they are; None: the import's own source."""
    reached = models.PositiveIntegerField(default=0)
    """Rows that the present pass is through with, in the transaction that filed them."""
    trouble = models.CharField(max_length=120, blank=True)
    """Why the pass stands still, as a short constant phrase."""
    started_by = PracticeForeignKey(Membership, null=True, related_name="+")
    started_by_name = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["mapping", "checking", "checked", "importing", "imported",
                               "undoing", "undone", "discarded"]
                ),
                name="backlog_state_known",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["practice", "uploaded_at"],
                name="backlogs_at_work",
                condition=models.Q(state__in=["checking", "importing", "undoing"]),
            ),
            models.Index(fields=["practice", "-uploaded_at"], name="backlogs_newest"),
        ]


class BacklogFile(PracticeModel):
    """The upload as it came; deleted when nobody needs it any more."""

    backlog = PracticeForeignKey(BacklogImport, related_name="files")
    raw = models.BinaryField()
    uploaded_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "backlog"], name="one_file_a_backlog")
        ]


class RowFate(models.TextChoices):
    CREATED = "created", _("a new task")
    KNOWN = "known", _("already known")
    REPEATED = "repeated", _("the same item as an earlier row")
    CLOSED = "closed", _("closed in the EHR")
    QUIET = "quiet", _("no task by your rules")
    ERROR = "error", _("to be corrected")
    UNDONE = "undone", _("taken back")
    KEPT = "kept", _("kept: worked on since")


_FATES = RowFate.values


class BacklogRow(PracticeModel):
    """What one row would come to, and what it came to. Holds no cell."""

    backlog = PracticeForeignKey(BacklogImport, related_name="rows")
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=40, blank=True)
    """A digest of kind and item number: the same item twice in one file is one item."""
    planned = models.CharField(max_length=8, choices=RowFate)
    """By the dry run."""
    fate = models.CharField(max_length=8, choices=RowFate, blank=True)
    """By the import; empty until it has reached the row."""
    category = models.CharField(max_length=30, choices=CATEGORIES, blank=True)
    queue = PracticeForeignKey(Queue, null=True, related_name="+")
    problems = models.JSONField(default=list)
    """Pairs of field and code (`integrations.backlog.problems`)."""
    remarks = models.JSONField(default=list)
    item = PracticeForeignKey(ChartItem, null=True, related_name="+")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "backlog", "number"], name="backlog_row_once"
            ),
            models.CheckConstraint(
                condition=models.Q(planned__in=_FATES), name="backlog_plan_known"
            ),
            models.CheckConstraint(
                condition=models.Q(fate__in=["", *_FATES]), name="backlog_fate_known"
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=["", *(word for word, _ in CATEGORIES)]),
                name="backlog_category_known",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "backlog", "key"], name="backlog_rows_by_key"),
            models.Index(
                fields=["practice", "item"],
                name="backlog_rows_of_item",
                condition=models.Q(item__isnull=False),
            ),
        ]
