"""What people answered from their phones."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from outbox.models.contact import Channel, Contact
from outbox.models.intent import Intent
from tenants.models import PracticeForeignKey, PracticeModel


class Reply(PracticeModel):
    """One answer, kept as it came and worked once: the provider may bring it again."""

    class Meaning(models.TextChoices):
        TAKE = "take", _("Takes the task")
        DECLINE = "decline", _("Passes it on")
        STOP = "stop", _("Wants no more text messages")
        START = "start", _("Wants text messages again")
        HELP = "help", _("Asks what may be answered")
        UNCLEAR = "unclear", _("Not understood")

    provider_id = models.CharField(max_length=80)
    channel = models.CharField(max_length=8, choices=Channel)
    member = PracticeForeignKey(Membership, null=True, related_name="+")
    """Whose phone it came from; None: nobody's here."""
    contact = PracticeForeignKey(Contact, null=True, related_name="+")
    intent = PracticeForeignKey(Intent, null=True, related_name="+")
    """The page that it answers."""
    body = models.TextField(blank=True)
    """Whatever they typed: it may name a patient, so it is shown inside the product alone."""
    meaning = models.CharField(max_length=7, choices=Meaning)
    answer = models.CharField(max_length=320, blank=True)
    """What was said back."""
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "provider_id"], name="a_reply_is_worked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    meaning__in=["take", "decline", "stop", "start", "help", "unclear"]
                ),
                name="reply_meaning_known",
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="reply_channel_known"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "-at"], name="replies_unclear",
                         condition=models.Q(meaning="unclear")),
        ]  # fmt: skip
