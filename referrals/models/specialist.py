"""The practice's own directory of whom it refers to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from referrals.specialties import Specialty
from referrals.ways import Way
from tenants.columns import choices, known
from tenants.models import PracticeModel


def preferred() -> list[str]:
    """The ways of somebody of whom nobody said which they like best."""
    return [way.value for way in Way]


class Specialist(PracticeModel):
    """Whom a referral goes to: an organization, or one person there (FHIR PractitionerRole)."""

    organization = models.CharField(max_length=120)
    person = models.CharField(max_length=120, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    specialty = models.CharField(max_length=20, choices=choices(Specialty), blank=True)
    direct_address = models.CharField(max_length=200, blank=True)
    fax = models.CharField(max_length=16, blank=True)
    """As +12025550123. Nothing goes to it before somebody made sure whose it is."""
    fax_verified_at = models.DateTimeField(null=True)
    phone = models.CharField(max_length=16, blank=True)
    ways = ArrayField(models.CharField(max_length=6, choices=choices(Way)), default=preferred)
    """The one they like best first; the others are what it falls back to, in their order."""
    takes_360x = models.BooleanField(default=False)
    """Their system reads 360X: packets go as XDM, with the order as a message."""
    agreement_on = models.DateField(null=True)
    """Since when there is an agreement on how referrals are handled."""
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                "practice", Lower("organization"), Lower("person"),
                condition=models.Q(is_active=True), name="specialist_once",
            ),
            models.CheckConstraint(
                condition=models.Q(fax_verified_at__isnull=True) | ~models.Q(fax=""),
                name="specialist_verified_is_a_number",
            ),
            known("specialty", Specialty, name="specialist_specialty_known", blank=True),
        ]  # fmt: skip

    @property
    def name(self) -> str:
        """As one reads it in a list."""
        return f"{self.person}, {self.organization}" if self.person else self.organization

    def address(self, way: Way) -> str:
        """Where a packet goes by this way; empty: it cannot."""
        fax = self.fax if self.fax_verified_at else ""
        return {Way.DIRECT: self.direct_address, Way.FAX: fax}.get(way, "")


class Carrier(PracticeModel):
    """The practice's account with whoever carries its packets: a HISP, or a fax service.

    The row is of `Kind`; what it signs in with is sealed (tenants.sealing).
    """

    class Kind(models.TextChoices):
        HISP = "hisp"
        DOCUMO = "documo"
        TELNYX = "telnyx"

    kind = models.CharField(max_length=6, choices=Kind)
    feed_slug = models.CharField(max_length=60)
    """The feed as which comes what it brings; in the address of its call-backs."""
    address = models.CharField(max_length=200)
    """Ours: the Direct address, or the fax number as +12025550123."""
    url = models.CharField(max_length=200, blank=True)
    """`smtps://…` of a HISP; of another fax server than the service's own, for tests and demos."""
    mail_url = models.CharField(max_length=200, blank=True)
    """`imaps://…` of a HISP."""
    user = models.CharField(max_length=120, blank=True)
    """Who signs in at the HISP; whom call-backs of Documo name."""
    secret = models.TextField()
    """Sealed: the password, or the key to the service."""
    connection = models.CharField(max_length=120, blank=True)
    """Which application of the account sends (Telnyx)."""
    callback_secret = models.TextField(blank=True)
    """Sealed: the password of call-backs (Documo), or the public key that proves them (Telnyx)."""
    baa_on = models.DateField(null=True)
    """Since when a business associate agreement is on file; without one nothing goes by it."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    mail_validity = models.BigIntegerField(default=0)
    mail_seen = models.BigIntegerField(default=0)
    """The last message of the mailbox that was taken, of that validity."""
    mail_trouble = models.CharField(max_length=20, blank=True)
    """Why the mailbox could not be read when it was last tried; empty: it was."""
    mail_read_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind"], condition=models.Q(closed_at__isnull=True),
                name="one_open_carrier_a_kind",
            ),
            models.UniqueConstraint(
                fields=["practice", "feed_slug"], condition=models.Q(closed_at__isnull=True),
                name="one_open_carrier_a_feed",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["hisp", "documo", "telnyx"]),
                name="carrier_kind_known",
            ),
        ]  # fmt: skip

    @property
    def way(self) -> Way:
        """The way that it carries."""
        return Way.DIRECT if self.kind == self.Kind.HISP else Way.FAX

    @property
    def is_usable(self) -> bool:
        """Whether anything may go by it."""
        return self.closed_at is None and self.baa_on is not None
