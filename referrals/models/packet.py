"""What was put together for a specialist; never changed."""

from enum import StrEnum

import pgtrigger
from django.db import models

from accounts.models import Membership
from charts.models import Attachment, ChartItem
from referrals.models.referral import Referral
from referrals.models.specialist import Specialist
from tenants.columns import choices, known
from tenants.models import PracticeForeignKey, PracticeModel


class Purpose(StrEnum):
    """Why it is disclosed (HL7 v3 PurposeOfUse)."""

    TREATMENT = "TREAT"


class Part(StrEnum):
    """What is in a packet, beside who sends it to whom."""

    DEMOGRAPHICS = "demographics"
    QUESTION = "question"
    INSURANCE = "insurance"
    PROBLEM = "problem"
    MEDICATION = "medication"
    RESULT = "result"
    NOTE = "note"
    DOCUMENT = "document"
    """One that came as a file, sent along as it is."""


class Packet(PracticeModel):
    """The pages for one specialist as they were made; another sending makes another one."""

    referral = PracticeForeignKey(Referral, related_name="packets")
    specialist = PracticeForeignKey(Specialist, related_name="+")
    purpose = models.CharField(max_length=5, choices=choices(Purpose), default=Purpose.TREATMENT)
    pdf = models.BinaryField()
    digest = models.CharField(max_length=64)
    """SHA-256 of its bytes."""
    pages = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    left_out = models.PositiveSmallIntegerField(default=0)
    """Older notes and results that did not fit; the packet says so itself."""
    made_at = models.DateTimeField()
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)

    class Meta(PracticeModel.Meta):
        constraints = [known("purpose", Purpose, name="packet_purpose_known")]
        indexes = [models.Index(fields=["practice", "referral"], name="packets_of_referral")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class PacketPart(PracticeModel):
    """One thing that a packet tells of the patient."""

    packet = PracticeForeignKey(Packet, related_name="parts")
    kind = models.CharField(max_length=12, choices=choices(Part))
    item = PracticeForeignKey(ChartItem, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)
    """Of the item, as it was then."""
    attachment = PracticeForeignKey(Attachment, null=True, related_name="+")
    count = models.PositiveSmallIntegerField(default=1)
    """How many of the kind, where they are no items: problems, medications."""

    class Meta(PracticeModel.Meta):
        constraints = [known("kind", Part, name="packet_part_known")]
        indexes = [models.Index(fields=["practice", "packet"], name="parts_of_packet")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
