"""What a person says of absences, rotations and overrides; the rules are the operations'."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Membership
from escalation.operations import Rota
from tenants.models import Location

QUEUE = "queue"
"""Instead of a person: the work waits in its queue."""

LOCAL = "%Y-%m-%dT%H:%M"


class CoverField(forms.CharField):
    """A colleague, or the queue."""

    def clean(self, value: Any) -> UUID | None:
        """Their id; None for the queue."""
        text = super().clean(value)
        if text == QUEUE:
            return None
        try:
            return UUID(text)
        except ValueError:
            raise forms.ValidationError(gettext("Choose who covers.")) from None


class AbsenceForm(forms.Form):
    """From when until when, who covers, and what becomes of the work."""

    begins_on = forms.DateField(
        error_messages={
            "required": gettext_lazy("Choose the first day."),
            "invalid": gettext_lazy("Choose the first day."),
        }
    )
    begins_time = forms.TimeField(
        required=False,
        error_messages={"invalid": gettext_lazy("Give the time as 13:00, or leave it empty.")},
    )
    ends_on = forms.DateField(
        error_messages={
            "required": gettext_lazy("Choose the last day."),
            "invalid": gettext_lazy("Choose the last day."),
        }
    )
    ends_time = forms.TimeField(
        required=False,
        error_messages={"invalid": gettext_lazy("Give the time as 13:00, or leave it empty.")},
    )
    cover = CoverField(error_messages={"required": gettext_lazy("Choose who covers.")})
    moves = forms.ChoiceField(choices=[("all", ""), ("new", "")], initial="all")
    back = forms.ChoiceField(choices=[("back", ""), ("stay", "")], initial="back")
    reason = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def begins_at(self) -> datetime:
        """The given minute, or the first of the day; of today, from now on."""
        said = self.cleaned_data
        at = datetime.combine(said["begins_on"], said["begins_time"] or time.min, self.zone)
        is_today = said["begins_on"] == self.now.astimezone(self.zone).date()
        return max(at, self.now) if is_today else at

    def ends_at(self) -> datetime:
        """The given minute, or the end of the day."""
        said = self.cleaned_data
        if said["ends_time"]:
            return datetime.combine(said["ends_on"], said["ends_time"], self.zone)
        return datetime.combine(said["ends_on"] + timedelta(days=1), time.min, self.zone)

    def clean_ends_on(self) -> date:
        """A day that the calendar of a computer can follow."""
        day: date = self.cleaned_data["ends_on"]
        if day.year > 9000:
            raise forms.ValidationError(gettext("Choose the last day."))
        return day


class RotationForm(forms.Form):
    """Who takes turns, how long, and when they change; a person's place in the round is a
    number."""

    name = forms.CharField(
        max_length=80, error_messages={"required": gettext_lazy("Give the rotation a name.")}
    )
    location = forms.CharField(required=False)
    time_zone = forms.CharField(max_length=60)
    begins_on = forms.DateField(
        required=False,
        error_messages={"invalid": gettext_lazy("Choose the day of the first turn.")},
    )
    handover = forms.TimeField(
        error_messages={
            "required": gettext_lazy("Say when turns change."),
            "invalid": gettext_lazy("Such as 08:00."),
        }
    )
    turn_days = forms.IntegerField(
        error_messages={
            "required": gettext_lazy("Say how many days a turn has."),
            "invalid": gettext_lazy("Such as 7."),
        }
    )

    def __init__(
        self, *args: Any, members: Sequence[Membership], locations: Sequence[Location],
        is_new: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.members, self.is_new = members, is_new
        self.locations = {str(one.pk): one for one in locations}
        for member in members:
            self.fields[place_of(member)] = forms.IntegerField(
                required=False,
                min_value=1,
                max_value=99,
                error_messages={
                    "invalid": gettext("The place of %(member)s is a number, or empty.")
                    % {"member": member.name}
                },
            )

    def clean_begins_on(self) -> date | None:
        """A new one begins some day."""
        day: date | None = self.cleaned_data["begins_on"]
        if self.is_new and (day is None or day.year > 9000):
            raise forms.ValidationError(gettext("Choose the day of the first turn."))
        return day

    def clean_location(self) -> Location | None:
        """One of ours, or all."""
        chosen = str(self.cleaned_data["location"])
        if chosen and chosen not in self.locations:
            raise forms.ValidationError(gettext("Choose a location, or all of them."))
        return self.locations.get(chosen)

    def rota(self) -> Rota:
        """As the operation takes it; those of one place go by name."""
        said = self.cleaned_data
        seated = [(said.get(place_of(one)), one) for one in self.members]
        placed = sorted((place, one.name, one.pk) for place, one in seated if place)
        handover: time = said["handover"]
        return Rota(
            name=said["name"], members=[pk for _, _, pk in placed], time_zone=said["time_zone"],
            location=said["location"], handover_minute=handover.hour * 60 + handover.minute,
            turn_days=said["turn_days"],
        )  # fmt: skip


def place_of(member: Membership) -> str:
    """The name of the field that holds somebody's place in the round."""
    return f"place_{member.pk}"


class OverrideForm(forms.Form):
    """Who stands in, from when until when, on the clock of the rotation."""

    member = forms.UUIDField(
        error_messages={
            "required": gettext_lazy("Choose who stands in."),
            "invalid": gettext_lazy("Choose who stands in."),
        }
    )
    begins_at = forms.DateTimeField(
        input_formats=[LOCAL],
        error_messages={
            "required": gettext_lazy("Say from when."),
            "invalid": gettext_lazy("Say from when."),
        },
    )
    ends_at = forms.DateTimeField(
        input_formats=[LOCAL],
        error_messages={
            "required": gettext_lazy("Say until when."),
            "invalid": gettext_lazy("Say until when."),
        },
    )
    reason = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def clean_begins_at(self) -> datetime:
        """On the clock of the rotation; the minute that runs counts as now."""
        at: datetime = self.cleaned_data["begins_at"].replace(tzinfo=self.zone)
        return max(at, self.now) if self.now - at < timedelta(minutes=1) else at

    def clean_ends_at(self) -> datetime:
        """On the clock of the rotation."""
        at: datetime = self.cleaned_data["ends_at"]
        return at.replace(tzinfo=self.zone)
