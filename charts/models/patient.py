"""Somebody whom the practice cares for, and what is known of them."""

from django.db import models

from tenants.models import PracticeForeignKey, PracticeModel


class Patient(PracticeModel):
    """Somebody the practice cares for (PID, FHIR Patient)."""

    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=250, blank=True)
    """Where letters go, line by line."""
    state = models.CharField(max_length=20, blank=True)
    """Of the address: by it their time zone is known."""
    language = models.CharField(max_length=20, blank=True)
    is_deceased = models.BooleanField(default=False)
    is_unidentified = models.BooleanField(default=False)
    """Came without an identifier: one message's patient, to be matched by a person."""
    is_restricted = models.BooleanField(default=False)
    """Open to their care team alone (FHIR meta.security R or V)."""
    merged_into = PracticeForeignKey("self", null=True, related_name="+")
    updated_at = models.DateTimeField()

    is_news = False
    """On the instance that registered them: nobody here knew them before. No column."""

    risk_is_new = False
    """In memory only: what was just learned may make a normal result more than routine."""

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(
                fields=["practice", "merged_into"],
                name="patient_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]


class PatientIdentifier(PracticeModel):
    """An id of a patient and who gave it. Matched on both, never on the bare number."""

    patient = PracticeForeignKey(Patient, related_name="identifiers")
    assigner = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=120)
    type = models.CharField(max_length=10, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "value", "assigner"], name="patient_id_once"
            ),
        ]
        indexes = [models.Index(fields=["practice", "patient"], name="patient_ids")]


class PatientCode(PracticeModel):
    """A problem on the patient's list, or a medication they take."""

    class List(models.TextChoices):
        PROBLEM = "problem"
        MEDICATION = "medication"

    patient = PracticeForeignKey(Patient, related_name="codes")
    list = models.CharField(max_length=12, choices=List)
    system = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    display = models.CharField(max_length=200, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "patient", "list", "system", "code"], name="patient_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(list__in=["problem", "medication"]),
                name="patient_code_list_known",
            ),
        ]
