"""What is to be said, once by its key, and each attempt to say it."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from outbox.models.contact import Channel, Contact
from outbox.states import IntentState
from routing.models import Task
from tenants.models import PracticeForeignKey, PracticeModel


class Urgency(models.TextChoices):
    PAGE = "page", _("Page")
    NOTICE = "notice", _("Notice")
    DIGEST = "digest", _("Digest")


SAID = models.Q(state=IntentState.DELIVERED) | models.Q(
    state=IntentState.SENT, unheard_at__isnull=True
)
"""That it reached its person, as far as anybody knows."""


class Intent(PracticeModel):
    """Something to say to one person over one channel. Holds no words about any patient."""

    class Until(models.TextChoices):
        ACKNOWLEDGED = "acknowledged"
        ENDED = "ended"

    key = models.CharField(max_length=200)
    """Names the occasion: the same one is never said twice."""
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    task = PracticeForeignKey(Task, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    contact = PracticeForeignKey(Contact, null=True, related_name="+")
    """None: shown in the product alone."""
    urgency = models.CharField(max_length=6, choices=Urgency)
    until = models.CharField(max_length=12, choices=Until, blank=True)
    """Not worth saying once the task is; empty: always."""
    template = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    reference = models.CharField(max_length=8, blank=True)
    """Short, for a reply: `ok 4K7`."""
    origin = PracticeForeignKey("self", null=True, related_name="others")
    """The intent in whose place or beside which this one goes another way to the same person."""
    carrier = PracticeForeignKey("self", null=True, related_name="carried")
    """The intent in whose message this one went with others."""
    rank = models.SmallIntegerField(default=0)
    """Of what is due, the lower goes out first."""
    state = models.CharField(max_length=9, choices=IntentState, default=IntentState.PENDING)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=80, blank=True)
    failure = models.CharField(max_length=120, blank=True)
    moot_at = models.DateTimeField(null=True)
    """Since when nobody asks for it any more, though it may be on its way."""
    unheard_at = models.DateTimeField(null=True)
    """Since when it goes another way as well, for the provider took it and said nothing more."""
    unreached_at = models.DateTimeField(null=True)
    """Of an origin: since when no way to this person is left to try."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="said_once"),
            models.UniqueConstraint(
                fields=["practice", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="one_intent_a_message",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=IntentState.values), name="intent_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="intent_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="intent_urgency_known"
            ),
            models.CheckConstraint(
                condition=models.Q(until__in=["", "acknowledged", "ended"]),
                name="intent_until_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "next_at"], name="intents_due",
                condition=models.Q(state__in=["pending", "sending"]),
            ),
            models.Index(
                fields=["practice", "rank", "next_at", "id"], name="intents_in_turn",
                condition=models.Q(state__in=["pending", "sending"], carrier__isnull=True),
            ),
            models.Index(fields=["practice", "task"], name="intents_of_task"),
            models.Index(
                fields=["practice", "member", "-created_at"], name="intents_of_member"
            ),
            models.Index(
                fields=["practice", "reference"], name="intents_by_reference",
                condition=~models.Q(reference=""),
            ),
            models.Index(
                fields=["practice", "member"], name="notices_not_seen",
                condition=models.Q(channel="in-app", seen_at__isnull=True),
            ),
            models.Index(
                fields=["practice", "origin"], name="intents_of_origin",
                condition=models.Q(origin__isnull=False),
            ),
            models.Index(
                fields=["practice", "contact", "sent_at"], name="intents_sent_to",
                condition=models.Q(contact__isnull=False, sent_at__isnull=False),
            ),
            models.Index(
                fields=["practice", "carrier"], name="intents_carried",
                condition=models.Q(carrier__isnull=False),
            ),
        ]  # fmt: skip

    @property
    def is_said(self) -> bool:
        """What `SAID` asks of a row."""
        is_out = self.state == IntentState.SENT and self.unheard_at is None
        return self.state == IntentState.DELIVERED or is_out


class Attempt(PracticeModel):
    """One try; its end is written once."""

    intent = PracticeForeignKey(Intent, related_name="tries")
    fence = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, blank=True)
    detail = models.CharField(max_length=120, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "intent", "fence"], name="one_attempt_a_fence"
            ),
            models.CheckConstraint(
                condition=models.Q(result__in=["", "accepted", "refused", "unknown", "found",
                                               "moot"]),
                name="attempt_result_known",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["practice", "-began_at"], name="attempts_newest")]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
