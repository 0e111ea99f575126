"""What must be done before the chart of a visit is closed, and how far that is for each visit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import CHOICES as ROLES
from charts.models import ChartItem, Encounter
from charts.values import VisitType
from tenants.models import PracticeForeignKey, PracticeModel


class ChartAnswer(models.TextChoices):
    """What the chart knows by itself, so that nobody ticks it."""

    NOTE_SIGNED = "note-signed", _("The note is signed")
    ORDERS_SIGNED = "orders-signed", _("No order waits for a signature")
    RESULTS_REVIEWED = "results-reviewed", _("Every result came and is closed")
    REFERRALS_SENT = "referrals-sent", _("No referral waits to be arranged")


class Reopening(models.TextChoices):
    """Why a closed chart is open again."""

    CAME = "came", _("something new came")
    CHANGED = "changed", _("something in it changed")
    TASK = "task", _("a task of it was opened again")
    LINE = "line", _("a line of its checklist was opened again")
    PERSON = "person", _("somebody opened it again")


class Checklist(PracticeModel):
    """One version of a practice's checklist for one type of visit; never changed."""

    visit_type = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    published_by = PracticeForeignKey(Membership, null=True, related_name="+")
    """None: it came with the product."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit_type", "version"], name="checklist_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(visit_type__in=[one.value for one in VisitType]),
                name="checklist_visit_type_known",
            ),
        ]


class ChecklistLine(PracticeModel):
    """One thing to be done: the chart answers it, or a person of a role does."""

    checklist = PracticeForeignKey(Checklist, related_name="lines")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    answered_by = models.CharField(max_length=20, choices=ChartAnswer, blank=True)
    """Empty: a person ticks it."""
    role = models.CharField(max_length=20, choices=ROLES)
    """Whose work it is, where nobody has done it."""
    hours = models.PositiveSmallIntegerField(default=0)
    """How long after the visit it becomes a task."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "checklist", "position"], name="checklist_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by__in=["", *ChartAnswer.values]),
                name="checklist_line_answer_known",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role for role, _ in ROLES]),
                name="checklist_line_role_known",
            ),
        ]


class VisitChart(PracticeModel):
    """The chart of one visit: by which checklist it is closed, and whether it is."""

    encounter = PracticeForeignKey(Encounter, related_name="charts")
    checklist = PracticeForeignKey(Checklist, related_name="+")
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = PracticeForeignKey(Membership, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    """When it was last opened again."""
    reopened_because = models.CharField(max_length=10, choices=Reopening, blank=True)
    reopened_item = PracticeForeignKey(ChartItem, null=True, related_name="+")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "encounter"], name="one_chart_a_visit"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="visit_chart_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(reopened_because__in=["", *Reopening.values]),
                name="visit_chart_reopening_known",
            ),
        ]

    @property
    def is_closed(self) -> bool:
        """Closed, and not opened again since."""
        return self.closed_at is not None


class VisitLine(PracticeModel):
    """One line of the checklist at one visit, where a person does it (`Task.about_id`)."""

    chart = PracticeForeignKey(VisitChart, related_name="lines")
    line = PracticeForeignKey(ChecklistLine, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = PracticeForeignKey(Membership, null=True, related_name="+")
    waived = models.CharField(max_length=120, blank=True)
    """Why it was not to be done at this visit."""
    ask_at = models.DateTimeField(null=True)
    """When it becomes a task; None: it has, or it is done."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "chart", "line"], name="visit_line_once"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "ask_at"],
                name="visit_lines_to_ask",
                condition=models.Q(ask_at__isnull=False),
            ),
        ]
