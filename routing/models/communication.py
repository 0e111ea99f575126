"""That a patient was told of a result, or could not be reached: a fact apart from Done."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from charts.models import Patient
from routing.models.task import Outcome, Task
from tenants.models import PracticeForeignKey, PracticeModel
from tenants.querysets import PracticeManager, PracticeQuerySet


class Channel(models.TextChoices):
    """How the patient was told (FHIR Communication.medium)."""

    PORTAL = "portal", _("Portal")
    PHONE = "phone", _("Phone")
    LETTER = "letter", _("Letter")
    IN_PERSON = "in-person", _("In person")
    TEXT = "text", _("Text message")
    SPOKEN = "spoken", _("By phone or in person")


OFFERED_CHANNELS = tuple(channel for channel in Channel if channel != Channel.SPOKEN)
"""What a person may choose; an outcome alone does not say which of the two it was."""

TELLS = {Outcome.NORMAL_TOLD: Channel.PORTAL, Outcome.DISCUSSED: Channel.SPOKEN}
"""Outcomes that say by themselves that the patient was told, and how."""


class CommunicationQuerySet(PracticeQuerySet["Communication"]):
    def standing(self) -> "CommunicationQuerySet":
        """Not taken back."""
        return self.filter(withdrawn_at__isnull=True)


CommunicationManager = PracticeManager.from_queryset(CommunicationQuerySet)


class Communication(PracticeModel):
    """One time that the patient was told, or that it was tried (FHIR Communication)."""

    task = PracticeForeignKey(Task, related_name="communications")
    patient = PracticeForeignKey(Patient, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    reached = models.BooleanField()
    at = models.DateTimeField()
    """When they were told, or when it was tried."""
    recorded_at = models.DateTimeField()
    member = PracticeForeignKey(Membership, related_name="+")
    by_name = models.CharField(max_length=120)
    by_outcome = models.BooleanField(default=False)
    """Whether the outcome of Done said it: who takes that Done back, takes this back."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)

    objects = CommunicationManager()  # type: ignore[misc]

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="communication_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("recorded_at")), name="communication_not_ahead"
            ),
        ]
        indexes = [models.Index(fields=["practice", "task", "at"], name="communications_of_task")]
