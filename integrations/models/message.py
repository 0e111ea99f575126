"""Messages as they came: stored whole before they are answered, processed after."""

from typing import Any

import pgtrigger
from django.db import models

from integrations.models.feed import Feed
from tenants.models import PracticeForeignKey, PracticeModel
from tenants.querysets import PracticeManager, PracticeQuerySet


class MessageState(models.TextChoices):
    RECEIVED = "received"
    PROCESSED = "processed"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    DISCARDED = "discarded"


WAITING = [MessageState.RECEIVED, MessageState.QUARANTINED]


class MessageQuerySet(PracticeQuerySet["InboundMessage"]):
    def newest_first(self) -> "MessageQuerySet":
        """By arrival, in the words that let the index of each feed be used."""
        return self.filter(arrived__gt=0).order_by("-arrived")


MessageManager = PracticeManager.from_queryset(MessageQuerySet)


class InboundMessage(PracticeModel):
    """One message, raw. Stored once by (feed, sender, control id, digest of the body)."""

    class Standard(models.TextChoices):
        HL7 = "hl7v2"
        FHIR = "fhir"
        CCDA = "ccda"
        FAX = "fax"
        """What a fax service posts: that a fax came, or what became of one."""

    feed = PracticeForeignKey(Feed, related_name="messages")
    standard = models.CharField(max_length=6, choices=Standard)
    arrived = models.BigIntegerField()
    """Nanoseconds since 1970, strictly rising in each receiving process: the order of arrival."""
    received_at = models.DateTimeField()
    sender = models.CharField(max_length=200, blank=True)
    control_id = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    type = models.CharField(max_length=40, blank=True)
    """MSH-9 (`ORU^R01`) or the resource type."""
    order_key = models.CharField(max_length=250, blank=True)
    """Messages of one key are processed in the order they came; empty: bound to none."""
    is_test = models.BooleanField(default=False)
    reused_control_id = models.BooleanField(default=False)
    """Another body came under the same control id before: stored all the same, and shown."""
    raw = models.BinaryField()
    state = models.CharField(max_length=12, choices=MessageState, default=MessageState.RECEIVED)
    klass = models.CharField(max_length=20, blank=True)
    """What it is, once read: result, order, document, …"""
    cause = models.CharField(max_length=80, blank=True)
    """Why it was quarantined or rejected, as a short constant phrase that groups."""
    faults = models.JSONField(default=list)
    ack = models.CharField(max_length=10, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    objects = MessageManager()  # type: ignore[misc]

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "feed", "control_id", "sender", "digest"],
                name="message_stored_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(standard__in=["hl7v2", "fhir", "ccda", "fax"]),
                name="message_standard_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "arrived"],
                name="messages_to_process",
                condition=models.Q(state=MessageState.RECEIVED),
            ),
            models.Index(
                fields=["practice", "order_key", "arrived"],
                name="messages_of_key_waiting",
                condition=models.Q(state__in=WAITING) & ~models.Q(order_key=""),
            ),
            models.Index(
                fields=["practice", "feed", "-arrived"],
                name="messages_of_feed",
                # Always true. Only a question that says so may use it: with old statistics the
                # planner would take it for a look-up by control id, and walk the whole feed.
                condition=models.Q(arrived__gt=0),
            ),
            models.Index(
                fields=["practice", "-arrived"],
                name="messages_in_quarantine",
                condition=models.Q(state=MessageState.QUARANTINED),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="body_unchanged", fields=["raw", "digest", "arrived", "received_at"]
            ),
        ]

    @property
    def body(self) -> bytes:
        """The raw bytes, as `bytes` whatever the driver gave."""
        raw: Any = self.raw
        return bytes(raw)
