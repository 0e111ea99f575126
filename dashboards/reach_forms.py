"""How a member wants to be reached: input checked, nothing else."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outbox.models import MORNING, Channel, Preference

OUTSIDE = [(one.value, one.label) for one in Channel if one not in (Channel.IN_APP, Channel.PORTAL)]


class AddForm(forms.Form):
    """A further way."""

    channel = forms.ChoiceField(
        choices=[
            ("sms", _("Text message")), ("voice", _("Phone call")), ("email", "E-mail"),
            ("chat", _("Slack or Teams")), ("webhook", _("Signed webhook")),
        ],
        error_messages={"required": _("Choose how."), "invalid_choice": _("Choose one of these.")},
    )  # fmt: skip
    address = forms.CharField(
        max_length=400,
        error_messages={
            "required": _("Write the number or the address."),
            "max_length": _("That is longer than any address."),
        },
    )


class CodeForm(forms.Form):
    """What they read on that phone."""

    code = forms.CharField(max_length=40, error_messages={"required": _("Write the code.")})


class PinForm(forms.Form):
    """What a call asks for before it takes a task."""

    pin = forms.CharField(max_length=40, error_messages={"required": _("Write four digits.")})


class WishForm(forms.Form):
    """When what is not critical may come, and over what."""

    quiet = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(
        required=False, error_messages={"invalid": _("Write a time such as 20:00.")}
    )
    quiet_until = forms.TimeField(
        required=False, error_messages={"invalid": _("Write a time such as 07:00.")}
    )
    notices = forms.MultipleChoiceField(choices=OUTSIDE, required=False)
    bundle_minutes = forms.IntegerField(
        min_value=0, max_value=60,
        error_messages={
            "required": _("Write a number of minutes; 0 for at once."),
            "invalid": _("Write a number of minutes; 0 for at once."),
            "min_value": _("Write a number of minutes from 0 to 60."),
            "max_value": _("Notices wait for 60 minutes at most."),
        },
    )  # fmt: skip
    digest = forms.BooleanField(required=False)
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        error_messages={
            "required": _("Choose an hour of the day."),
            "invalid_choice": _("Choose an hour of the day."),
        },
    )

    def clean(self) -> dict[str, Any]:
        """Both ends, where there are quiet hours."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("quiet"):
            for name in ("quiet_from", "quiet_until"):
                if name not in self.errors and data.get(name) is None:
                    self.add_error(name, gettext("Write when quiet hours begin and when they end."))
        return data

    @property
    def hours(self) -> tuple[int, int] | None:
        """The quiet hours as minutes of the day."""
        data = self.cleaned_data
        if not data["quiet"]:
            return None
        return _minute(data["quiet_from"]), _minute(data["quiet_until"])


def initial(wish: Preference | None) -> dict[str, Any]:
    """What the form shows before anything was chosen."""
    if wish is None:
        return {"quiet": False, "quiet_from": "20:00", "quiet_until": "07:00",
                "notices": [Channel.EMAIL.value], "bundle_minutes": 0, "digest": True,
                "digest_hour": MORNING}  # fmt: skip
    quiet = wish.quiet_from is not None and wish.quiet_until is not None
    return {
        "quiet": quiet, "quiet_from": _clock(wish.quiet_from, "20:00"),
        "quiet_until": _clock(wish.quiet_until, "07:00"), "notices": wish.notices,
        "bundle_minutes": wish.bundle_minutes, "digest": wish.digest,
        "digest_hour": wish.digest_hour,
    }  # fmt: skip


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minute: int | None, otherwise: str) -> str:
    return otherwise if minute is None else f"{minute // 60:02}:{minute % 60:02}"
