"""When what was asked for should have come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import PracticeModel


class Wait(models.TextChoices):
    """What has a date by which it should have come; the days of each are the practice's."""

    LABORATORY = "laboratory", _("Result of a laboratory order")
    IMAGING = "imaging", _("Result of an imaging order")
    URGENT_ORDER = "urgent-order", _("Result of an urgent order")
    NOTE = "note", _("Signed note of a visit")
    REFERRAL = "referral", _("Report on a referral")
    URGENT_REFERRAL = "urgent-referral", _("Report on an urgent referral")


class WaitLength(PracticeModel):
    """After how many days the practice asks where something is, in place of the default."""

    wait = models.CharField(max_length=20, choices=Wait)
    days = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "wait"], name="wait_length_once"),
            models.CheckConstraint(condition=models.Q(wait__in=Wait.values), name="wait_known"),
            models.CheckConstraint(condition=models.Q(days__gte=1), name="wait_at_least_a_day"),
        ]
