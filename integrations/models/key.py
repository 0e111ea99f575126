"""API keys of a practice, and the requests they made once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.models import PracticeForeignKey, PracticeModel


class Scope(models.TextChoices):
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    EVENTS_WRITE = "events:write"
    REFERRALS_READ = "referrals:read"
    REFERRALS_WRITE = "referrals:write"


class ApiKey(PracticeModel):
    """A key to the REST API: shown once, kept as a digest; prefix and last use stay visible."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    """Begins the key; leads to the practice by its Door."""
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "prefix"], name="api_key_prefix_once")
        ]


class IdempotentRequest(PracticeModel):
    """What a POST with this Idempotency-Key answered, so that a repeat gets the same."""

    api_key = PracticeForeignKey(ApiKey, related_name="+")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    """SHA-256 of method, path and body: another request under the same key is refused."""
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "api_key", "key"], name="idempotency_key_once"
            )
        ]
