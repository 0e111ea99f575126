"""Cadences as practices publish them, and what they did for each referral."""

from enum import StrEnum

import pgtrigger
from django.db import models

from accounts.models import Membership
from charts.values import Priority
from referrals.cadence import Branch
from referrals.models.referral import Referral
from referrals.specialties import Specialty
from tenants.columns import choices, known
from tenants.models import PracticeForeignKey, PracticeModel

NEVER_CHANGED = pgtrigger.Protect(
    name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
)  # fmt: skip


class Cadence(PracticeModel):
    """One published version; the highest for a specialty and urgency holds. Never changed."""

    specialty = models.CharField(max_length=20, choices=choices(Specialty), blank=True)
    """Empty: of every specialty that has none of its own."""
    urgency = models.CharField(max_length=10, choices=choices(Priority), blank=True)
    """Empty: of every urgency that has none of its own."""
    version = models.PositiveIntegerField()
    rows = models.JSONField()
    """As `referrals.cadences.read` takes them; none: these referrals are not chased."""
    pauses_booking = models.BooleanField(default=False)
    """Whether nobody need book while the payer has not said yes."""
    published_at = models.DateTimeField()
    published_by = PracticeForeignKey(Membership, null=True, related_name="+")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "specialty", "urgency", "version"], name="cadence_version_once"
            ),
            known("specialty", Specialty, name="cadence_specialty_known", blank=True),
            known("urgency", Priority, name="cadence_urgency_known", blank=True),
        ]
        triggers = [NEVER_CHANGED]


class CameTo(StrEnum):
    """What a row of a cadence came to."""

    WRITTEN = "written"
    """The patient was written to."""
    ASKED = "asked"
    """A person was asked."""
    OPEN = "open"
    """The same work was open already."""
    PASSED = "passed"
    """A later row of its branch was due as well."""


class CadenceStep(PracticeModel):
    """A row of a cadence whose time came for a referral: once on each occasion."""

    referral = PracticeForeignKey(Referral, related_name="steps")
    key = models.CharField(max_length=120)
    row = models.CharField(max_length=40)
    branch = models.CharField(max_length=11, choices=choices(Branch))
    cadence = PracticeForeignKey(Cadence, null=True, related_name="+")
    """None: the one that the product brings."""
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    came_to = models.CharField(max_length=7, choices=choices(CameTo))
    detail = models.CharField(max_length=20, blank=True)
    """The work, or the way that the patient was written to."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "referral", "key"], name="step_once"),
            known("branch", Branch, name="step_branch_known"),
            known("came_to", CameTo, name="step_came_to_known"),
        ]
        triggers = [NEVER_CHANGED]
