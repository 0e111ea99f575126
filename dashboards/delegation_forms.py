"""What a person says of who may close a kind of work; the rules are the operation's."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.permissions import CLOSERS
from accounts.roles import Role
from dashboards.rows import Choice

FAR = 9000
"""A year that the calendar of a computer can still follow."""


class DelegationForm(forms.Form):
    """Who may close it, from which day until which, by whose word, under which protocol."""

    roles = forms.MultipleChoiceField(
        choices=[(role.value, role.label) for role in Role if role in CLOSERS],
        error_messages={"required": _("Choose at least one role.")},
    )
    begins_on = forms.DateField(error_messages={"required": _("Choose the first day."),
                                                "invalid": _("Choose the first day.")})  # fmt: skip
    until = forms.DateField(required=False, error_messages={"invalid": _("Choose the last day.")})
    delegated_by = forms.ChoiceField(
        error_messages={
            "required": _("Choose the physician who delegates it."),
            "invalid_choice": _("Choose the physician who delegates it."),
        }
    )
    protocol = forms.CharField(max_length=200, required=False)

    def __init__(
        self, *args: Any, physicians: Sequence[Choice], zone: ZoneInfo, now: datetime, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.zone, self.now = zone, now
        field = self.fields["delegated_by"]
        field.choices = [(one.value, one.label) for one in physicians]  # type: ignore[attr-defined]

    def clean_begins_on(self) -> date:
        """Today or a day ahead."""
        day: date = self.cleaned_data["begins_on"]
        if day < self.now.astimezone(self.zone).date() or day.year > FAR:
            raise forms.ValidationError(_("Choose today or a later day."))
        return day

    def clean_until(self) -> date | None:
        """A day that can be reckoned with, or none."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day.year > FAR:
            raise forms.ValidationError(_("Choose the last day."))
        return day

    def said(self) -> dict[str, Any]:
        """As the operation takes it: days are those of the practice's clock, the last included."""
        given = self.cleaned_data
        return {
            "roles": [Role(value) for value in given["roles"]],
            "valid_from": max(self._midnight(given["begins_on"]), self.now),
            "valid_until": self._midnight(given["until"] + timedelta(days=1))
            if given["until"]
            else None,
            "delegated_by": UUID(given["delegated_by"]),
            "protocol": given["protocol"],
        }

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)
