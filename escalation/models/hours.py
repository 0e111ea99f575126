"""The opening hours of a location."""

from django.db import models

from accounts.models import Membership
from escalation.calendar import Hours
from escalation.ladder import Anchor, Place
from tenants.models import Location, PracticeForeignKey, PracticeModel


class Calendar(PracticeModel):
    """When a location is open, and the moments of its day that have a name."""

    location = PracticeForeignKey(Location, null=True, related_name="+")
    """None: good for tasks of no location."""
    week = models.JSONField()
    """Seven lists of [from, until], minutes of the local day, Monday first."""
    anchors = models.JSONField(default=dict, blank=True)
    """Anchor to minute of the local day, where it is not the default."""
    country = models.CharField(max_length=2, blank=True)
    """Whose holidays are proposed, with `subdivision`."""
    subdivision = models.CharField(max_length=6, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "location"], name="calendar_of_location_once",
                nulls_distinct=False,
            )
        ]  # fmt: skip

    def place(self, holidays: "list[Holiday]") -> Place:
        """Hours and anchors, with those of its holidays that a person approved."""
        approved = [one for one in holidays if one.approved_by_id is not None]
        zone = self.location.time_zone if self.location else self.practice.time_zone
        hours = Hours(
            zone,
            tuple(tuple((begin, end) for begin, end in day) for day in self.week),
            frozenset(one.day for one in approved if not one.hours),
            {one.day: tuple((b, e) for b, e in one.hours) for one in approved if one.hours},
        )
        return Place(hours, {Anchor(name): minute for name, minute in self.anchors.items()})


class Holiday(PracticeModel):
    """A day with other hours than its weekday: proposed by a list, true once a person says so."""

    calendar = PracticeForeignKey(Calendar, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=120)
    hours = models.JSONField(default=list, blank=True)
    """Open intervals; empty: closed all day."""
    approved_by = PracticeForeignKey(Membership, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    """A person said that it is a day like any other."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | models.Q(declined_at__isnull=True),
                name="holiday_decided_one_way",
            ),
            models.UniqueConstraint(
                fields=["practice", "calendar", "day"], name="one_holiday_a_day"
            ),
        ]
