"""Work that a referral asked of a person."""

import pgtrigger
from django.db import models

from referrals.models.referral import Referral
from referrals.works import Work
from tenants.columns import choices, known
from tenants.models import PracticeForeignKey, PracticeModel


class FollowUp(PracticeModel):
    """One piece of work, asked once. Its task is about this row (`Task.about_id`) and says how it
    went."""

    referral = PracticeForeignKey(Referral, related_name="follow_ups")
    work = models.CharField(max_length=20, choices=choices(Work))
    key = models.CharField(max_length=120)
    """Names its occasion: asked twice, it is one piece of work."""
    asked_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "referral", "key"], name="asked_once"),
            known("work", Work, name="follow_up_work_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
