"""Obligations that were found not to hold."""

from django.db import models

from tenants.models import Practice


class Breach(models.Model):
    """One obligation that does not hold, in one practice or for all; opened and closed once."""

    obligation = models.CharField(max_length=40)
    practice = models.ForeignKey(
        Practice, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    """None: of the whole installation."""
    about = models.UUIDField(null=True)
    """The row that has waited longest: an id, for whoever looks into it."""
    rows = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(null=True)
    """From when on it should have been otherwise."""
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    """How often the second route was told."""
    next_page_at = models.DateTimeField(null=True)
    end_told_at = models.DateTimeField(null=True)
    """When the second route was told that it is over."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "practice"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_breach",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["-opened_at"], name="breaches_newest"),
            models.Index(
                fields=["closed_at"],
                name="breaches_to_end",
                condition=models.Q(closed_at__isnull=False, pages__gt=0, end_told_at__isnull=True),
            ),
        ]
