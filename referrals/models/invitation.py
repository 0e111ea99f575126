"""What lets a specialist answer without an account, and what they ask back."""

from datetime import datetime

import pgtrigger
from django.db import models

from referrals.models.referral import Referral
from referrals.states import Source
from tenants.models import PracticeForeignKey, PracticeModel

MOST_TRIES = 5
"""Wrong codes on one link; then it is shut, and a person is told."""


class Invitation(PracticeModel):
    """A link and a code that are printed on a packet. Of both only digests are kept.

    The link opens nothing but the question for the code; with the code it is known who asks, and
    what was asked of them is shown.
    """

    referral = PracticeForeignKey(Referral, related_name="invitations")
    link_digest = models.CharField(max_length=64)
    code_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    """With its code, the first time."""
    last_opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    """The last time."""
    tries = models.PositiveSmallIntegerField(default=0)
    """Wrong codes since the last right one."""
    locked_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "link_digest"], name="invitation_link_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "code_digest"], name="invitation_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="invitation_lasts"
            ),
        ]
        indexes = [models.Index(fields=["practice", "referral"], name="invitations_of_referral")]

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything: in its time, neither shut nor revoked, and awaited still."""
        shut = self.locked_at is not None or self.revoked_at is not None
        return not shut and now < self.expires_at and self.referral.is_open


class Remark(PracticeModel):
    """What a specialist asks whoever referred, in their own words; never changed."""

    referral = PracticeForeignKey(Referral, related_name="remarks")
    invitation = PracticeForeignKey(Invitation, related_name="remarks")
    key = models.CharField(max_length=80)
    """Names the sending: sent twice, it is one."""
    text = models.TextField()
    at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Source])

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "invitation", "key"], name="remark_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=models.Q(source__in=[one.value for one in Source]),
                name="remark_source_known",
            ),
        ]
        indexes = [models.Index(fields=["practice", "referral"], name="remarks_of_referral")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
