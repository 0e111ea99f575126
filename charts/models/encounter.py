"""A visit."""

from django.db import models

from charts.models.patient import Patient
from charts.values import VisitType
from tenants.models import Location, PracticeForeignKey, PracticeModel


class Encounter(PracticeModel):
    """A visit (PV1, FHIR Encounter)."""

    patient = PracticeForeignKey(Patient, related_name="encounters")
    source = models.CharField(max_length=80)
    number = models.CharField(max_length=120)
    status = models.CharField(max_length=20)
    visit_type = models.CharField(max_length=12, default=VisitType.OTHER.value)
    is_type_settled = models.BooleanField(default=False)
    """A person said of which type it is; messages change it no more."""
    location = PracticeForeignKey(Location, null=True, related_name="+")
    location_code = models.CharField(max_length=80, blank=True)
    attending = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note_awaited_since = models.DateTimeField(null=True)
    """When a finished visit began to wait for its signed note; None: nobody waits."""

    closing_since = models.DateTimeField(null=True)
    """When a finished visit began to wait for its checklist; None: it has it, or needs none."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "source", "number"], name="encounter_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["planned", "in-progress", "finished", "cancelled"]),
                name="encounter_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(visit_type__in=[one.value for one in VisitType]),
                name="encounter_visit_type_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "patient", "-started_at"], name="encounters_of_patient"
            ),
            models.Index(
                fields=["practice", "note_awaited_since"],
                name="encounters_to_look_at",
                condition=models.Q(note_awaited_since__isnull=False),
            ),
            models.Index(
                fields=["practice", "closing_since"],
                name="encounters_to_close",
                condition=models.Q(closing_since__isnull=False),
            ),
        ]
