"""How a member can be reached, and when they want to be."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from charts.models import Patient
from outbox.failures import Broken
from tenants.models import PracticeForeignKey, PracticeModel

MORNING = 7
"""The hour of summaries of whoever chose none."""


class Channel(models.TextChoices):
    IN_APP = "in-app", _("In ClearChart")
    EMAIL = "email", "E-mail"
    SMS = "sms", _("Text message")
    VOICE = "voice", _("Phone call")
    WEBHOOK = "webhook", _("Signed webhook")
    CHAT = "chat", _("Slack or Teams")
    PORTAL = "portal", _("Patient portal")
    """Of patients alone."""


class Contact(PracticeModel):
    """One address of a member or of a patient.

    Nothing is sent to a member's before they proved that it is theirs, and nothing to a patient's
    without their consent.
    """

    member = PracticeForeignKey(Membership, null=True, related_name="contacts")
    patient = PracticeForeignKey(Patient, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=400)
    position = models.PositiveSmallIntegerField(default=0)
    """Of a page: the lower is tried first."""
    code_digest = models.CharField(max_length=64, blank=True)
    """Of the code that was sent to verify it."""
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    """The provider says that nobody can be reached there, or they opted out."""
    broken_reason = models.CharField(max_length=10, blank=True)
    """One of `outbox.failures.Broken`."""
    removed_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "member", "channel", "address"],
                condition=models.Q(removed_at__isnull=True),
                name="contact_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "patient", "channel", "address"],
                condition=models.Q(removed_at__isnull=True),
                name="patient_contact_once",
            ),
            models.CheckConstraint(
                condition=models.Q(member__isnull=True) ^ models.Q(patient__isnull=True),
                name="contact_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="contact_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(broken_reason__in=["", *(one.value for one in Broken)]),
                name="contact_broken_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "address"], name="contacts_by_address",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]  # fmt: skip


class Preference(PracticeModel):
    """When a member wants to hear what is not critical."""

    member = PracticeForeignKey(Membership, related_name="+")
    quiet_from = models.PositiveSmallIntegerField(null=True)
    """Minute of the local day; None: no quiet hours."""
    quiet_until = models.PositiveSmallIntegerField(null=True)
    notices = ArrayField(models.CharField(max_length=8, choices=Channel), default=list)
    """Channels of notices that are no pages."""
    bundle_minutes = models.PositiveSmallIntegerField(default=0)
    """Notices wait this long for others to go with them; pages never."""
    digest = models.BooleanField(default=True)
    digest_hour = models.PositiveSmallIntegerField(default=MORNING)
    """Of the practice's day, in which the summary is written."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "member"], name="preference_once"),
            models.CheckConstraint(
                condition=models.Q(digest_hour__lt=24), name="digest_hour_of_a_day"
            ),
        ]
