"""A chart opened in an emergency, by somebody to whom it is shut."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from charts.models.patient import Patient
from tenants.models import PracticeForeignKey, PracticeModel


class EmergencyAccess(PracticeModel):
    """One person's look at one patient's chart, for a stated reason and a short time; somebody
    else judges afterwards whether it was right."""

    class Finding(models.TextChoices):
        JUSTIFIED = "justified", _("It was right")
        NOT_JUSTIFIED = "not-justified", _("It was not right")

    patient = PracticeForeignKey(Patient, related_name="+")
    member = PracticeForeignKey(Membership, related_name="+")
    reason = models.CharField(max_length=250)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When they ended it by hand; None: it ends by itself, or did."""
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = PracticeForeignKey(Membership, null=True, related_name="+")
    finding = models.CharField(max_length=15, choices=Finding, blank=True)
    note = models.CharField(max_length=250, blank=True)

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(
                fields=["practice", "begun_at"],
                name="emergencies_to_review",
                condition=models.Q(reviewed_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="emergency_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("begun_at")), name="emergency_has_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(finding__in=["", "justified", "not-justified"]),
                name="emergency_finding_known",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True)
                | ~models.Q(reviewed_by=models.F("member")),
                name="emergency_reviewed_by_another",
            ),
        ]
