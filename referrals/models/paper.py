"""Documents that came and name no patient by themselves."""

import pgtrigger
from django.db import models

from charts.models import ChartItem
from referrals.models.specialist import Carrier
from tenants.models import PracticeForeignKey, PracticeModel


class Paper(PracticeModel):
    """A fax, or a file of a Direct message, until a person says whose it is."""

    carrier = PracticeForeignKey(Carrier, related_name="+")
    key = models.CharField(max_length=250)
    """By which whoever brought it names it: brought twice, it is one paper."""
    sender = models.CharField(max_length=200, blank=True)
    """The number or Direct address that it came from, as told."""
    content_type = models.CharField(max_length=80, default="application/pdf")
    pages = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of its body; empty: it is not here yet."""
    url = models.CharField(max_length=1000, blank=True)
    """Where the service keeps its pages for a short while."""
    came_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    """When its pages are asked for next; None: they are here, or were given up."""
    attempts = models.PositiveSmallIntegerField(default=0)
    item = PracticeForeignKey(ChartItem, null=True, related_name="+")
    """The document that it became, once a person said whose it is."""
    set_aside_at = models.DateTimeField(null=True)
    """When a person said that it belongs in no chart."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "carrier", "key"], name="paper_once"),
        ]
        indexes = [
            models.Index(
                fields=["practice", "-came_at"], name="papers_to_file",
                condition=models.Q(item__isnull=True, set_aside_at__isnull=True),
            ),
            models.Index(
                fields=["practice", "next_at"], name="papers_to_fetch",
                condition=models.Q(next_at__isnull=False),
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    @property
    def is_here(self) -> bool:
        """Whether its pages were fetched."""
        return bool(self.digest)
