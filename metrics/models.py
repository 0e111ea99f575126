"""The day of a location in numbers, as it stood at a moment."""

import pgtrigger
from django.db import models

from metrics.moments import Moment
from tenants.models import Location, PracticeForeignKey, PracticeModel


class DayFact(PracticeModel):
    """A row written once: what was open at a moment, and what the day had brought by then."""

    location = PracticeForeignKey(Location, null=True, related_name="+")
    """None: of work that is at no location."""
    day = models.DateField()
    """By the clock of the location."""
    moment = models.CharField(max_length=15, choices=[(one.value, one.value) for one in Moment])
    at = models.DateTimeField()
    frozen_at = models.DateTimeField()
    open = models.PositiveIntegerField()
    open_by = models.JSONField(default=list)
    """Lists of category, severity, role of the queue, whether a person had it, and how many."""
    came = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    quarters = models.JSONField(default=dict)
    """Quarter of the local day to how many came and how many were closed in it."""
    actions = models.JSONField(default=dict)
    """Member to how many moves they made after closing."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "location", "day", "moment"], name="day_frozen_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(moment__in=[one.value for one in Moment]),
                name="day_moment_known",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["practice", "day"], name="facts_by_day")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class LoadedValueSet(PracticeModel):
    """The codes of one value set, as the practice loaded them; many are licensed, none is ours."""

    url = models.CharField(max_length=250)
    codes = models.JSONField()
    """Lists of system and code."""
    usual = models.JSONField(default=list)
    """The one that our own resources bear; empty: nobody has chosen."""
    loaded_at = models.DateTimeField()
    loaded_by_name = models.CharField(max_length=120)

    class Meta(PracticeModel.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "url"], name="value_set_once")]


class ReferralTarget(PracticeModel):
    """How many of a hundred referrals the practice wants to come back with a report in time."""

    percent = models.PositiveSmallIntegerField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="one_referral_target"),
            models.CheckConstraint(
                condition=models.Q(percent__gte=1, percent__lte=100), name="target_is_a_percentage"
            ),
        ]
