"""What people write about a task: a note, and that its patient was told. Input checked only."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from routing.models import LONGEST, OFFERED_CHANNELS

TOO_LONG = _("A note holds 2,000 letters. Put the rest into the chart.")
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
"""What `datetime-local` sends: the clock on the wall, without its zone."""


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": _("Write the note first."),
            "max_length": TOO_LONG,
        },
    )


class InformedForm(forms.Form):
    """How and when the patient was told, or was not reached."""

    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in OFFERED_CHANNELS],
        error_messages={
            "required": _("Choose how the patient was told."),
            "invalid_choice": _("Choose how the patient was told."),
        },
    )
    reached = forms.TypedChoiceField(
        choices=[("yes", _("Told")), ("no", _("Not reached"))],
        coerce=lambda said: said == "yes",
        error_messages={"required": _("Say whether they were told.")},
    )
    at = forms.DateTimeField(
        input_formats=LOCAL,
        error_messages={
            "required": _("Give the day and the hour."),
            "invalid": _("Give the day and the hour."),
        },
    )

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now

    def clean_at(self) -> datetime:
        """By the clock of the place, and not in the future."""
        at: datetime = self.cleaned_data["at"].replace(tzinfo=self.zone)
        if at > self.now.replace(second=59):
            raise forms.ValidationError(_("That moment is still to come."))
        return min(at, self.now)
