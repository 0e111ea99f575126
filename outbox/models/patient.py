"""Writing to patients: under which name, with whose consent, and what was said."""

from enum import StrEnum

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Membership
from charts.models import Patient
from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.models.contact import Contact
from outbox.models.intent import Intent
from outbox.patient_replies import Meaning
from tenants.columns import choices, known
from tenants.models import PracticeForeignKey, PracticeModel


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


def every_way() -> list[str]:
    """In the order in which they are tried where a practice chose no other."""
    return [one.value for one in PatientWay]


class Letterhead(PracticeModel):
    """How the practice presents itself to its patients."""

    name = models.CharField(max_length=60)
    """Begins each text: it must tell nobody's condition."""
    phone = models.CharField(max_length=16)
    """Stands in everything that is written."""
    address = models.CharField(max_length=250, blank=True)
    """On letters, line by line."""
    portal_address = models.CharField(max_length=400, blank=True)
    """Of the EHR's portal, which takes messages by signed webhook."""
    order = ArrayField(models.CharField(max_length=8, choices=choices(PatientWay)),
                       default=every_way)  # fmt: skip
    """In which ways are tried."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="one_letterhead"),
        ]


class Consent(PracticeModel):
    """What a patient said of being written to; never changed: the last one holds."""

    patient = PracticeForeignKey(Patient, related_name="+")
    way = models.CharField(max_length=8, choices=choices(PatientWay))
    basis = models.CharField(max_length=10, choices=choices(Basis))
    given = models.BooleanField()
    """False: withdrawn, or refused."""
    source = models.CharField(max_length=10, choices=choices(ConsentSource))
    language = models.CharField(max_length=20, blank=True)
    """In which it was asked for."""
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    """When they said it."""
    told_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            known("way", PatientWay, name="consent_way_known"),
            known("basis", Basis, name="consent_basis_known"),
            known("source", ConsentSource, name="consent_source_known"),
        ]
        indexes = [models.Index(fields=["practice", "patient", "-told_at"], name="consents_newest")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class PatientMessage(PracticeModel):
    """One message of the thread with a patient. Never deleted."""

    key = models.CharField(max_length=200)
    """Names the occasion: the same one is never written twice, and none is heard twice."""
    patient = PracticeForeignKey(Patient, null=True, related_name="+")
    """None: nobody knows whose phone it came from, or which of those who share it wrote."""
    contact = PracticeForeignKey(Contact, null=True, related_name="+")
    intent = PracticeForeignKey(Intent, null=True, related_name="+")
    """By which it goes out; None of what came in, and of what a person carries."""
    direction = models.CharField(max_length=3, choices=choices(Direction))
    way = models.CharField(max_length=8, choices=choices(PatientWay))
    template = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    about_id = models.UUIDField(null=True)
    """What it is about: of an app above this one, such as a referral."""
    meaning = models.CharField(max_length=12, choices=choices(Meaning), blank=True)
    """Of what came in: what it was taken for."""
    number = models.CharField(max_length=40, blank=True)
    """Of what came in: the phone it came from."""
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="patient_message_once"),
            models.UniqueConstraint(
                fields=["practice", "intent"], name="one_message_an_intent",
                condition=models.Q(intent__isnull=False),
            ),
            known("direction", Direction, name="patient_message_direction_known"),
            known("way", PatientWay, name="patient_message_way_known"),
            known("meaning", Meaning, name="patient_message_meaning_known", blank=True),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["practice", "patient", "-at"], name="messages_of_patient"),
            models.Index(
                fields=["practice", "about_id"], name="messages_about",
                condition=models.Q(about_id__isnull=False),
            ),
            models.Index(fields=["practice", "contact", "-at"], name="messages_of_contact"),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
