"""What a person must say with an act of a referral: input checked, nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charts.values import Priority
from dashboards import referral_words as said
from referrals.specialties import Specialty
from referrals.states import BY_ITSELF, Answered, Closure

MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
LONGEST_AGO = timedelta(days=730)
FURTHEST_AHEAD = timedelta(days=730)
REST_OF_MINUTE = timedelta(seconds=59)
"""What a field that knows no seconds leaves out."""
JUST_NOW = timedelta(minutes=30)
ANSWERS = {
    Answered.YES: _("Yes"), Answered.PARTLY: _("Partly"), Answered.NO: _("No, ask again"),
}  # fmt: skip


def _choice(words: Mapping[Any, Any], error: Any, *, required: bool = True) -> forms.ChoiceField:
    choices = [(str(value), label) for value, label in words.items()]
    return forms.ChoiceField(
        choices=choices if required else [("", _("Not said")), *choices], required=required,
        error_messages={"required": error, "invalid_choice": error},
    )  # fmt: skip


def _moment(error: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        input_formats=MOMENT, error_messages={"required": error, "invalid": error}
    )


def _words(longest: int) -> forms.CharField:
    return forms.CharField(
        max_length=longest, required=False, error_messages={"max_length": _("That is too long.")}
    )


FIELDS: Mapping[str, Callable[[], forms.Field]] = {
    "at": lambda: _moment(_("Give the day and the hour at which it happened.")),
    "appointment_at": lambda: _moment(_("Give the day and the hour of the appointment.")),
    "heard": lambda: _choice(said.HEARD, _("Choose how you know."), required=False),
    "why": lambda: _choice(said.DECLINING, _("Choose why they declined.")),
    "answered": lambda: _choice(ANSWERS, _("Choose yes, partly or no.")),
    "because": lambda: _choice(
        {one: said.CLOSURES[one] for one in Closure if one not in BY_ITSELF},
        _("Choose why it is closed."),
    ),
    "mistake": lambda: _choice(said.MISTAKES, _("Choose why it is taken back.")),
    "report": lambda: _choice({}, _("Choose a report.")),
    "missing": lambda: _words(250),
    "payer": lambda: _words(120),
    "rest": lambda: _words(120),
}  # fmt: skip


class ActForm(forms.Form):
    """The fields that one act asks for, in their order."""

    def __init__(
        self, *args: Any, asks: Sequence[str], zone: ZoneInfo, now: datetime,
        reports: Sequence[tuple[str, str]] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now
        for name in asks:
            self.fields[name] = FIELDS[name]()
        if "report" in self.fields:
            self.fields["report"].choices = list(reports)  # type: ignore[attr-defined]

    def clean_at(self) -> datetime:
        """On the clock of the place; it has happened, and not before anybody's memory."""
        at: datetime = self.cleaned_data["at"].replace(tzinfo=self.zone)
        if at > self.now.replace(second=59):
            raise forms.ValidationError(gettext("It cannot lie ahead."))
        if self.now - at > LONGEST_AGO:
            raise forms.ValidationError(gettext("That is more than two years ago."))
        # A minute is over when it is said to be: what was told earlier in it does not hold.
        return min(at + REST_OF_MINUTE if self.now - at < JUST_NOW else at, self.now)

    def clean_appointment_at(self) -> datetime:
        """On the clock of the place, within two years."""
        at: datetime = self.cleaned_data["appointment_at"].replace(tzinfo=self.zone)
        if not -LONGEST_AGO <= at - self.now <= FURTHEST_AHEAD:
            raise forms.ValidationError(gettext("Give a day within two years."))
        return at

    def clean(self) -> dict[str, Any]:
        """A member number is of somebody who pays."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("rest") and not data.get("payer"):
            self.add_error("payer", gettext("Name the insurance company, or who else pays."))
        return data


class OpenForm(forms.Form):
    """A referral that no feed told of."""

    number = forms.CharField(
        max_length=80, error_messages={"required": _("Give the number of its order.")}
    )
    ordered = forms.DateField(
        error_messages={"required": _("Give the day on which it was ordered."),
                        "invalid": _("Give the day on which it was ordered.")}
    )  # fmt: skip
    specialty = forms.ChoiceField(error_messages={"required": _("Choose the specialty.")})
    specialist = forms.CharField(max_length=200, required=False)
    reason = forms.CharField(max_length=250, error_messages={"required": _("Say what it is for.")})
    question = forms.CharField(max_length=2000, required=False)
    urgency = forms.ChoiceField(
        choices=[(one.value, said.URGENCIES[one]) for one in Priority], initial=Priority.ROUTINE
    )
    expected = forms.DateField(
        required=False, error_messages={"invalid": _("Give a day, or leave it empty.")}
    )
    referrer = forms.ChoiceField(required=False)
    location = forms.ChoiceField(required=False)

    def __init__(
        self, *args: Any, today: date, members: Sequence[tuple[str, str]],
        places: Sequence[tuple[str, str]], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.today = today
        named = sorted(((one.value, str(said.SPECIALTIES[one])) for one in Specialty),
                       key=lambda one: one[1])  # fmt: skip
        self.choose("specialty", [("", gettext("Choose")), *named])
        self.choose("referrer", [("", gettext("Not said")), *members])
        self.choose("location", [("", gettext("Not said")), *places])

    def choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """What a drop-down offers."""
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_ordered(self) -> date:
        """Not ahead, and not before anybody's memory."""
        day: date = self.cleaned_data["ordered"]
        if day > self.today or self.today - day > LONGEST_AGO:
            raise forms.ValidationError(gettext("Give a day of the last two years."))
        return day
