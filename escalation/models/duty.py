"""Who is on call, and who stands in for whom."""

from datetime import datetime

from django.db import models

from accounts.models import Membership
from routing.models import Task
from tenants.models import Location, PracticeForeignKey, PracticeModel, validate_time_zone
from tenants.querysets import PracticeManager, PracticeQuerySet


class Rotation(PracticeModel):
    """A rota: members take turns of a fixed length (on-call schedule)."""

    name = models.CharField(max_length=80)
    location = PracticeForeignKey(Location, null=True, related_name="+")
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    begins_on = models.DateField()
    handover_minute = models.PositiveSmallIntegerField(default=8 * 60)
    """Of the local day at which turns change."""
    turn_days = models.PositiveSmallIntegerField(default=7)
    retired_at = models.DateTimeField(null=True)
    """From then on it says nothing."""

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


class Swap(PracticeModel):
    """A member offers a turn of theirs for a turn of a colleague's, who agrees or does not."""

    class State(models.TextChoices):
        ASKED = "asked"
        AGREED = "agreed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    rotation = PracticeForeignKey(Rotation, related_name="swaps")
    asker = PracticeForeignKey(Membership, related_name="+")
    colleague = PracticeForeignKey(Membership, related_name="+")
    offered_from = models.DateTimeField()
    offered_until = models.DateTimeField()
    wanted_from = models.DateTimeField()
    wanted_until = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "agreed", "declined", "withdrawn"]),
                name="swap_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(asker=models.F("colleague")), name="swap_with_another"
            ),
            models.UniqueConstraint(
                fields=["practice", "rotation", "asker", "offered_from"],
                condition=models.Q(state="asked"),
                name="a_turn_is_offered_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "colleague"], name="swaps_asked",
                condition=models.Q(state="asked"),
            )
        ]  # fmt: skip


class Override(PracticeModel):
    """For a while somebody else is on call: a swap, or a stand-in."""

    rotation = PracticeForeignKey(Rotation, related_name="overrides")
    member = PracticeForeignKey(Membership, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    swap = PracticeForeignKey(Swap, null=True, related_name="overrides")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="override_has_length"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "rotation", "ends_at"], name="overrides_running")
        ]


class AbsenceQuerySet(PracticeQuerySet["Absence"]):
    def running(self, at: datetime) -> "AbsenceQuerySet":
        """Of those who are away at an instant."""
        return self.filter(begins_at__lte=at).exclude(ends_at__lte=at)

    def overlapping(self, begins_at: datetime, ends_at: datetime | None) -> "AbsenceQuerySet":
        """Of those who are away at any instant between; without an end, ever after."""
        found = self.exclude(ends_at__lte=begins_at)
        return found.filter(begins_at__lt=ends_at) if ends_at else found


AbsenceManager = PracticeManager.from_queryset(AbsenceQuerySet)


class Absence(PracticeModel):
    """A member is away; somebody covers what they have and what comes."""

    member = PracticeForeignKey(Membership, related_name="+")
    cover = PracticeForeignKey(Membership, null=True, related_name="+")
    """Who takes new work; None: it stays with the queue."""
    moves_open_work = models.BooleanField(default=True)
    goes_back = models.BooleanField(default=True)
    """Whether what the cover has not begun goes back to them when they return."""
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    """None: they left for good."""
    reason = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)
    """When, after its end, their work was given back or left where it was."""

    objects = AbsenceManager()  # type: ignore[misc]

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


class CoveredTask(PracticeModel):
    """A task that moved because its owner was away, so that it can find its way back."""

    absence = PracticeForeignKey(Absence, related_name="covered")
    task = PracticeForeignKey(Task, related_name="+")
    to = PracticeForeignKey(Membership, null=True, related_name="+")
    """None: its queue."""
    at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        indexes = [
            models.Index(fields=["practice", "absence"], name="tasks_covered"),
            models.Index(fields=["practice", "task", "-at"], name="covers_of_task"),
        ]


class DutyFeed(PracticeModel):
    """A secret address under which a member's calendar reads their duty; the digest, not the
    secret."""

    member = PracticeForeignKey(Membership, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "member"],
                condition=models.Q(revoked_at__isnull=True),
                name="one_duty_feed_a_member",
            ),
            models.UniqueConstraint(fields=["practice", "digest"], name="duty_feed_once"),
        ]
