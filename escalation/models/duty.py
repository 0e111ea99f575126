"""Who is on call, and who stands in for whom."""

from django.db import models

from accounts.models import Membership
from tenants.models import Location, PracticeForeignKey, PracticeModel, validate_time_zone


class Rotation(PracticeModel):
    """A rota: members take turns of a fixed length (on-call schedule)."""

    name = models.CharField(max_length=80)
    location = PracticeForeignKey(Location, null=True, related_name="+")
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    begins_on = models.DateField()
    handover_minute = models.PositiveSmallIntegerField(default=8 * 60)
    """Of the local day at which turns change."""
    turn_days = models.PositiveSmallIntegerField(default=7)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="rotation_name_once"),
            models.CheckConstraint(
                condition=models.Q(turn_days__gt=0, handover_minute__lt=1440),
                name="rotation_turns",
            ),
        ]


class Shift(PracticeModel):
    """A member's place in a rotation."""

    rotation = PracticeForeignKey(Rotation, related_name="shifts")
    position = models.PositiveSmallIntegerField()
    member = PracticeForeignKey(Membership, related_name="+")

    class Meta(PracticeModel.Meta):
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "rotation", "position"], name="one_shift_a_position"
            )
        ]


class Override(PracticeModel):
    """For a while somebody else is on call: a swap, or a stand-in."""

    rotation = PracticeForeignKey(Rotation, related_name="overrides")
    member = PracticeForeignKey(Membership, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="override_has_length"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "rotation", "ends_at"], name="overrides_running")
        ]


class Absence(PracticeModel):
    """A member is away; somebody covers what they have and what comes."""

    member = PracticeForeignKey(Membership, related_name="+")
    cover = PracticeForeignKey(Membership, null=True, related_name="+")
    """Who takes new work; None: it stays with the queue."""
    moves_open_work = models.BooleanField(default=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    """None: they left for good."""
    reason = models.CharField(max_length=120, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("begins_at")),
                name="absence_has_length",
            ),
            models.CheckConstraint(
                condition=~models.Q(cover=models.F("member")), name="absence_covered_by_another"
            ),
        ]
        indexes = [models.Index(fields=["practice", "member", "ends_at"], name="absences_running")]
