"""What a person says of hours and holidays, read as they write it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import hours_text
from dashboards.hours_text import Unreadable
from escalation.calendar import clock
from escalation.ladder import ANCHOR_DEFAULTS, Anchor
from escalation.models import Calendar
from escalation.operations.hours import SETTABLE, WEEKDAYS, Opening

FIELD: dict[str, str] = {one.value: one.value.replace("-", "_") for one in SETTABLE} | {
    "week": WEEKDAYS[0]
}
"""Where an operation's fault belongs, when the field has another name."""


class DayField(forms.CharField):
    """The hours of one day."""

    def clean(self, value: Any) -> Any:
        """Its intervals, in minutes."""
        try:
            return hours_text.parse(str(value or "")[:200])
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None


class TimeOfDay(forms.CharField):
    """A time of the day."""

    def clean(self, value: Any) -> Any:
        """In minutes."""
        try:
            return hours_text.parse_time(str(value or "")[:20])
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None


class HoursForm(forms.Form):
    """The hours of one location."""

    time_zone = forms.CharField(
        max_length=60, error_messages={"required": gettext_lazy("Write a time zone.")}
    )
    monday = tuesday = wednesday = thursday = friday = saturday = sunday = DayField(required=False)
    end_of_day = TimeOfDay()
    zero_task_hour = TimeOfDay(label=gettext_lazy("Zero-task hour"))
    after_hours = TimeOfDay(label=gettext_lazy("After-hours"))
    country = forms.CharField(max_length=2, required=False)
    subdivision = forms.CharField(max_length=6, required=False)

    def opening(self) -> Opening:
        """As the operation takes it."""
        data = self.cleaned_data
        return Opening(
            time_zone=data["time_zone"].strip(),
            week=tuple(tuple(data[day]) for day in WEEKDAYS),
            anchors={one: data[FIELD[one.value]] for one in SETTABLE},
            country=data["country"].upper(), subdivision=data["subdivision"].strip().upper(),
        )  # fmt: skip

    def refuse(self, faults: Mapping[str, str]) -> None:
        """Put each fault at its field."""
        for name, sentence in faults.items():
            self.add_error(FIELD.get(name, name), sentence)


def initial(held: Calendar | None, zone: str) -> dict[str, object]:
    """As it is now; of a place without hours, closed all week."""
    week = held.week if held else [[]] * len(WEEKDAYS)
    anchors = held.anchors if held else {}
    days = {day: hours_text.written(spans) for day, spans in zip(WEEKDAYS, week, strict=True)}
    moments = {
        FIELD[one.value]: clock(anchors.get(one.value, ANCHOR_DEFAULTS[Anchor(one)]))
        for one in SETTABLE
    }
    place = {"country": held.country, "subdivision": held.subdivision} if held else {}
    return {"time_zone": zone, **days, **moments, **place}


class HolidayForm(forms.Form):
    """One day, and what holds on it."""

    calendar = forms.UUIDField()
    day = forms.DateField(
        error_messages={
            "required": gettext_lazy("Choose the day."),
            "invalid": gettext_lazy("Choose the day."),
        }
    )
    name = forms.CharField(
        max_length=120, error_messages={"required": gettext_lazy("Say what the day is called.")}
    )
    hours = DayField(required=False)
    do = forms.ChoiceField(choices=[("close", ""), ("hours", ""), ("open", "")])

    def clean(self) -> dict[str, Any]:
        """Other hours are named; closed needs none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("do") == "hours" and "hours" in data and not data["hours"]:
            self.add_error("hours", _("Write the hours of that day, like 8:00-12:00."))
        return data
