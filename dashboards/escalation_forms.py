"""What a person must say with an action on a late task: input checked, nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from dashboards.forms import AssignForm
from escalation.models import Call, Clock

WHY = {"required": gettext_lazy("Say why.")}


class ReassignForm(AssignForm):
    """A person or a queue, and always why."""

    reason = forms.CharField(max_length=120, error_messages=WHY)


class CallForm(forms.Form):
    """Who was called, and how it ended."""

    called = forms.CharField(required=False)
    whom = forms.CharField(max_length=120, required=False)
    outcome = forms.ChoiceField(
        choices=Call.Outcome.choices,
        error_messages={
            "required": gettext_lazy("Say how the call ended."),
            "invalid_choice": gettext_lazy("Say how the call ended."),
        },
    )
    note = forms.CharField(max_length=500, required=False)
    takes_it = forms.BooleanField(required=False)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}

    def clean_called(self) -> str:
        """A colleague, or nobody of ours."""
        called = str(self.cleaned_data.get("called") or "")
        if called and called not in self.members:
            raise forms.ValidationError(_("Choose a colleague, or write who it was."))
        return called

    def clean(self) -> dict[str, Any]:
        """Somebody was called."""
        said: dict[str, Any] = super().clean() or {}
        whom = str(said.get("whom") or "").strip()
        if "called" not in self.errors and not said.get("called") and not whom:
            self.add_error("whom", _("Choose a colleague, or write who was called."))
        return said

    @property
    def member(self) -> Membership | None:
        return self.members.get(self.cleaned_data["called"])


class ExtendForm(forms.Form):
    """Until when, and why."""

    clock = forms.CharField(
        error_messages={"required": gettext_lazy("Choose which clock gets more time.")}
    )
    until = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={
            "required": gettext_lazy("Say until when."),
            "invalid": gettext_lazy("Give the day and the hour until when."),
        },
    )
    reason = forms.CharField(max_length=120, error_messages=WHY)

    def __init__(
        self, *args: Any, clocks: Sequence[Clock], zone: ZoneInfo, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clocks = {str(clock.pk): clock for clock in clocks}
        self.zone, self.now = zone, now

    def clean_clock(self) -> str:
        """One that runs and may be put off."""
        clock: str = self.cleaned_data["clock"]
        if clock not in self.clocks:
            raise forms.ValidationError(_("Choose which clock gets more time."))
        return clock

    def clean_until(self) -> datetime:
        """An hour on the clock of the place, still to come."""
        until: datetime = self.cleaned_data["until"].replace(tzinfo=self.zone)
        if until <= self.now:
            raise forms.ValidationError(_("Choose an hour that is still to come."))
        return until

    def clean(self) -> dict[str, Any]:
        """More time is more than there is."""
        said: dict[str, Any] = super().clean() or {}
        chosen = self.clocks.get(said.get("clock", ""))
        if chosen is not None and "until" in said and said["until"] <= chosen.due_at:
            self.add_error("until", _("That is no later than it is due now."))
        return said


class OverrideForm(forms.Form):
    """Why it is closed although it was not done in the usual way."""

    reason = forms.CharField(
        max_length=250,
        error_messages={"required": gettext_lazy("Say why the task is closed by override.")},
    )
