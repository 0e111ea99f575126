"""Practices, their locations, and the doors that lead into them."""

import zoneinfo
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from tenants import scope
from tenants.ids import uuid7
from tenants.querysets import PracticeManager


def validate_time_zone(name: str) -> None:
    """Accept names of the IANA time zone database only."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Not a time zone of the IANA database, such as America/New_York."))


class Practice(models.Model):
    """A customer (FHIR Organization). The one table of ours that is read before a scope exists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(
        max_length=60, default="America/New_York", validators=[validate_time_zone]
    )
    is_active = models.BooleanField(default=True)
    access = models.JSONField(default=dict, editable=False)
    """What it asks of those who sign in (accounts.policy): read with each of their requests."""

    class Meta:
        ordering = ("name",)


class PracticeForeignKey(models.ForeignKey[Any, Any]):
    """A reference inside one practice.

    The database holds it as (practice_id, id): `Fence` adds the composite constraint, so a row can
    never point at another practice's. Its indexes are led by the practice, named in `Meta.indexes`.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)


class PracticeModel(models.Model):
    """A row that belongs to a practice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, default=scope.current, editable=False,
        db_index=False, db_constraint=False, related_name="+",
    )  # fmt: skip
    """Held by `Fence`: through the parent row where there is one, else by its own foreign key."""

    objects: ClassVar[PracticeManager[Self]] = PracticeManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class Location(PracticeModel):
    """A site of a practice (FHIR Location), with its own time zone."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    codes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    """What feeds call this site (PV1-3, ORC-13, Location references)."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="location_name_once"),
        ]


class DoorKind(models.TextChoices):
    MEMBER = "member"
    FEED = "feed"
    API_KEY = "api-key"
    MLLP_PORT = "mllp-port"
    CLIENT_CERTIFICATE = "client-certificate"
    PHONE = "phone"
    """A digest of a number that a member proved to be theirs; they may have two practices."""
    DUTY_FEED = "duty-feed"
    """A digest of the secret in the address of somebody's duty as a calendar."""
    MAIL_DOMAIN = "mail-domain"
    """A digest of what follows the @ where a practice signs on; two may share one."""
    INVITATION = "invitation"
    """A digest of the link, or of the code, by which a specialist answers."""


class Door(models.Model):
    """What leads into a practice before a scope is open: an opaque key, the practice behind it.

    It holds ids and digests only. The row behind the door is read inside the scope, and decides.
    """

    kind = models.CharField(max_length=20, choices=DoorKind)
    key = models.CharField(max_length=80)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "practice"], name="door_once"),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=~models.Q(
                    kind__in=[DoorKind.MEMBER, DoorKind.PHONE, DoorKind.MAIL_DOMAIN]
                ),
                name="machine_door_leads_to_one_practice",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=DoorKind.values), name="door_kind_known"
            ),
        ]


class Topic(models.TextChoices):
    TASK = "task", "A task changed: its clocks may have to"
    CLOCK = "clock", "A step of a ladder is due"
    PAGE = "page", "Somebody must be paged"
    INTENT = "intent", "Something must be said to a person"
    UNHEARD = "unheard", "A page is out: it may have to go another way"
    UNREACHED = "unreached", "A person cannot be reached: somebody else must be found"
    STAFF = "staff", "A member goes, is away or comes back: their work may have to move"
    DAY = "day", "A moment of a location's day has come: its numbers are frozen"
    REFERRAL = "referral", "A referral, its report or its patient changed: its facts may have to"
    CADENCE = "cadence", "Something of a referral lacks by now: somebody must be asked"
    CARRY = "carry", "A packet must go out, or what became of it is not known"
    ANSWERED = "answered", "A patient answered: what it is about may have to change"


class Wake(models.Model):
    """That something of a practice is to be looked at from an instant on: ids and times, no word.

    Sweeps find what is due in all practices by one probe of one index, and read the row itself
    inside its practice. A wake too many costs a look; a wake is written in the transaction of its
    cause, so none is ever missing.
    """

    topic = models.CharField(max_length=10, choices=Topic)
    at = models.DateTimeField()
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    about = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(topic__in=Topic.values), name="wake_topic_known"
            )
        ]
        indexes = [
            models.Index(fields=["topic", "at"], name="wakes_due"),
            models.Index(fields=["practice", "topic", "at"], name="wakes_of_practice"),
        ]
