"""What notifications told: which events came, and what the EHR itself has finished."""

from django.db import models

from integrations.models.feed import Feed
from tenants.models import PracticeForeignKey, PracticeModel


class NotifiedEvent(PracticeModel):
    """An event that a subscription told of, once however often it is sent."""

    feed = PracticeForeignKey(Feed, related_name="+")
    subscription = models.CharField(max_length=120, blank=True)
    """Its id at the EHR; empty where events have ids of their own (athenahealth)."""
    event = models.CharField(max_length=200)
    """Its number in the subscription, or its id."""
    number = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    """When it came."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "subscription", "event"], name="event_notified_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["practice", "feed", "subscription", "number"],
                name="events_by_number",
                condition=models.Q(number__isnull=False),
            ),
            models.Index(fields=["practice", "at"], name="events_by_time"),
        ]


class SourceClosing(PracticeModel):
    """Whether the EHR says that work on something is finished there, by its newest event."""

    feed = PracticeForeignKey(Feed, related_name="+")
    kind = models.CharField(max_length=10)
    """Of the chart items it is about: result, document."""
    name = models.CharField(max_length=200)
    """By which the items are known: `DiagnosticReport/12`, `Encounter/7`, a document's number."""
    is_closed = models.BooleanField()
    at = models.DateTimeField()
    """When it happened, by the EHR's clock: the newest decides, in whatever order they come."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "kind", "name"], name="source_closing_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["result", "document"]), name="source_closing_kind"
            ),
        ]
