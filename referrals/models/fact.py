"""One thing that was told of a referral; never changed."""

import pgtrigger
from django.db import models

from accounts.models import Membership
from charts.models import ChartItem
from referrals.models.referral import Referral
from referrals.states import Axis, Source
from tenants.columns import choices, known
from tenants.models import PracticeForeignKey, PracticeModel


class Fact(PracticeModel):
    """What was told on one axis: what, when it happened, when and by whom it was told.

    What stands is folded from these (`referrals.standing`). A wrong one is not changed: another
    one undoes it.
    """

    referral = PracticeForeignKey(Referral, related_name="facts")
    key = models.CharField(max_length=120)
    """Names its occasion: told twice, it is one fact."""
    axis = models.CharField(max_length=15, choices=choices(Axis))
    value = models.CharField(max_length=12)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=choices(Source))
    actor_name = models.CharField(max_length=120)
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    item = PracticeForeignKey(ChartItem, null=True, related_name="+")
    """The report, or the order that told it."""
    appointment_at = models.DateTimeField(null=True)
    detail = models.JSONField(default=dict)
    """Ids and codes; no word of anybody."""
    held = models.CharField(max_length=12, blank=True)
    """What stood when it came and would not let it follow; what comes later may make room."""
    undoes = PracticeForeignKey("self", null=True, related_name="undone_by")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "referral", "key"], name="fact_once"),
            known("axis", Axis, name="fact_axis_known"),
            known("source", Source, name="fact_source_known"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "item"],
                name="facts_of_item",
                condition=models.Q(item__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
