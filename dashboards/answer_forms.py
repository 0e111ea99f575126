"""What a specialist's front desk says on our page, and what of ours copies it from their fax."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from referrals import codes
from referrals.replies import MOST_WORDS, Reply
from referrals.saying import Declining

YES, NO, OPEN = "yes", "no", ""
TIME_FORMS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p")
SPAN = (timedelta(days=365), timedelta(days=730))
"""How long before and after today an appointment may be."""

DECLINES = {
    Declining.NO_CAPACITY: _("No appointment soon enough"),
    Declining.WRONG_SPECIALTY: _("Not what we do: another specialty or clinic"),
    Declining.INSURANCE: _("We do not take the patient's insurance"),
    Declining.MORE_NEEDED: _("Something is missing from the referral"),
    Declining.TOO_FAR: _("Too far for the patient"),
    Declining.OTHER: _("Another reason"),
}


def _yes_or_no() -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(YES, YES), (NO, NO), (OPEN, OPEN)], required=False)


class CodeField(forms.CharField):
    """A code as it is printed, however it is typed."""

    def __init__(self) -> None:
        wrong = _("This is not a whole code. It has 12 letters and digits: K7QP-2MXD-9FTW.")
        super().__init__(
            max_length=40, error_messages={"required": _("Type the code from the sheet."),
                                           "max_length": wrong, "whole": wrong},
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        """As it was made.

        Raises:
            ValidationError: it cannot be one.
        """
        typed = codes.as_typed(super().clean(value))
        if not typed:
            raise forms.ValidationError(self.error_messages["whole"])
        return typed


class CodeForm(forms.Form):
    """The code alone."""

    code = CodeField()


class ReplyForm(forms.Form):
    """Every part may be left out; at least one is said."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    takes = _yes_or_no()
    because = forms.ChoiceField(choices=[("", ""), *DECLINES.items()], required=False)
    day = forms.DateField(
        required=False,
        error_messages={"invalid": _("Give the day of the appointment as 12/01/2026.")},
    )
    at = forms.TimeField(
        required=False, input_formats=TIME_FORMS,
        error_messages={"invalid": _("Give the time of the appointment as 9:30 AM.")},
    )  # fmt: skip
    came = _yes_or_no()
    question = forms.CharField(
        required=False, max_length=MOST_WORDS,
        error_messages={"max_length": _("Keep the question under 1,000 letters, or call us.")},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, zone: ZoneInfo, today: date) -> None:
        super().__init__(data, initial={"sending": uuid4()})
        self.zone, self.today = zone, today

    def clean(self) -> dict[str, Any]:
        """Whether the parts fit each other."""
        said = super().clean() or self.cleaned_data
        if said.get("takes") == NO and not said.get("because"):
            self.add_error("because", gettext("Say why the patient cannot be seen."))
        if said.get("takes") == NO and said.get("day"):
            self.add_error("takes", gettext("It says no, and there is an appointment. Choose one."))
        if not self.errors and self.reply().is_empty:
            self.add_error("takes", gettext("Choose at least one answer."))
        return said

    def clean_day(self) -> date | None:
        """Within a year back and two years on: else the year is mistyped."""
        day: date | None = self.cleaned_data["day"]
        if day and not self.today - SPAN[0] <= day <= self.today + SPAN[1]:
            raise forms.ValidationError(gettext("Check the year of the appointment."))
        return day

    def clean_at(self) -> time | None:
        """With a day only, and every day has one."""
        at: time | None = self.cleaned_data["at"]
        day = self.cleaned_data.get("day")
        if bool(day) != (at is not None) and "day" not in self.errors:
            raise forms.ValidationError(gettext("Give both the day and the time."))
        return at

    def reply(self) -> Reply:
        """What was said, as the operations take it."""
        said = self.cleaned_data
        no = said["takes"] == NO
        return Reply(
            takes={YES: True, NO: False}.get(said["takes"]),
            because=Declining(said["because"]) if no and said.get("because") else None,
            appointment_at=self._appointment(said["day"], said["at"]),
            came={YES: True, NO: False}.get(said["came"]),
            question=said["question"].strip(),
        )

    @property
    def sent(self) -> UUID:
        """Which form this is: the one that was handed out."""
        found: UUID = self.cleaned_data["sending"]
        return found

    def _appointment(self, day: date | None, at: time | None) -> datetime | None:
        return datetime.combine(day, at, tzinfo=self.zone) if day and at else None


class FaxedForm(ReplyForm):
    """The sheet that came back: its code, and what was ticked on it."""

    code = CodeField()
