"""Feeds: the interfaces by which EHRs and laboratories send."""

from django.db import models

from tenants.models import PracticeForeignKey, PracticeModel, validate_time_zone


class Feed(PracticeModel):
    """One inbound interface of a practice (MSH-3 to MSH-6, a FHIR endpoint)."""

    class Environment(models.TextChoices):
        PRODUCTION = "production"
        TEST = "test"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)
    """In the address of its HTTP doors; unique over all practices by its Door."""
    vendor = models.CharField(max_length=40, blank=True)
    environment = models.CharField(
        max_length=12, choices=Environment, default=Environment.PRODUCTION
    )
    """A production feed raises no live task from traffic marked test or debug (MSH-11)."""
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    """Of its times that carry no offset."""
    mllp_port = models.PositiveIntegerField(null=True, blank=True)
    client_certificate = models.CharField(max_length=64, blank=True)
    """SHA-256 of the certificate that must be shown on TLS connections; empty: none asked."""
    is_active = models.BooleanField(default=True)
    quirks = models.JSONField(default=dict, blank=True)
    """Its own departures from the vendor's profile (integrations.vendors.quirks)."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "slug"], name="feed_slug_once"),
            models.CheckConstraint(
                condition=models.Q(environment__in=["production", "test"]),
                name="feed_environment_known",
            ),
        ]


class FeedKey(PracticeModel):
    """A key with which a feed signs. Its secret is derived (integrations.signing), so no table
    holds it."""

    feed = PracticeForeignKey(Feed, related_name="keys")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        indexes = [models.Index(fields=["practice", "feed"], name="keys_of_feed")]
