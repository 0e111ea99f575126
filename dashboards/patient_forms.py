"""Writing to a patient, and what they said of it: input checked, nothing else."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outbox.consent import Basis, ConsentSource, PatientWay
from outbox.patient_words import TEMPLATES, Template

CHOOSE = {"required": _("Choose one of these."), "invalid_choice": _("Choose one of these.")}
LONGEST_WORDS = 600


class WriteForm(forms.Form):
    """One message."""

    way = forms.ChoiceField(choices=[(one.value, one.value) for one in PatientWay],
                            error_messages=CHOOSE)  # fmt: skip
    template = forms.ChoiceField(
        choices=[(one.value, one.value) for one in (*TEMPLATES, Template.FREE)],
        error_messages=CHOOSE,
    )
    words = forms.CharField(
        required=False, max_length=LONGEST_WORDS,
        error_messages={"max_length": _("That is too long: 600 letters at most.")},
    )  # fmt: skip
    key = forms.UUIDField()
    about = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        """Own words, where they were chosen."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("template") == Template.FREE and not data.get("words", "").strip():
            self.add_error("words", gettext("Write what to say."))
        return data


class ConsentForm(forms.Form):
    """What the patient said of one way."""

    way = forms.ChoiceField(
        choices=[(one.value, one.value)
                 for one in (PatientWay.SMS, PatientWay.EMAIL, PatientWay.PORTAL)],
        error_messages=CHOOSE,
    )  # fmt: skip
    given = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], error_messages=CHOOSE)
    source = forms.ChoiceField(
        choices=[(one.value, one.value) for one in (ConsentSource.STAFF, ConsentSource.FORM)],
        error_messages=CHOOSE,
    )
    treatment = forms.BooleanField(required=False)
    tcpa = forms.BooleanField(required=False)
    on = forms.DateField(
        error_messages={"required": _("Say on which day."), "invalid": _("Write a day.")}
    )
    language = forms.CharField(required=False, max_length=20)

    def clean(self) -> dict[str, Any]:
        """For texts at least one of the two."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("way") == PatientWay.SMS and not self.bases:
            self.add_error("treatment", gettext("Tick what they said it of."))
        return data

    @property
    def bases(self) -> Sequence[Basis]:
        """On which bases; mail and portal know one."""
        data = self.cleaned_data
        if data.get("way") != PatientWay.SMS:
            return [Basis.TREATMENT]
        return [basis for basis in Basis if data.get(basis.value)]


class AddressForm(forms.Form):
    """Where they ask to be written to."""

    way = forms.ChoiceField(
        choices=[(one.value, one.value) for one in (PatientWay.SMS, PatientWay.EMAIL)],
        error_messages=CHOOSE,
    )
    address = forms.CharField(
        max_length=400, error_messages={"required": _("Write the number or the address.")}
    )


class LetterheadForm(forms.Form):
    """Under which name the practice writes."""

    name = forms.CharField(max_length=60, error_messages={"required": _("Write a name.")})
    phone = forms.CharField(max_length=40, error_messages={"required": _("Write a number.")})
    address = forms.CharField(required=False, max_length=250)
    portal_address = forms.CharField(required=False, max_length=400)
    order = forms.MultipleChoiceField(
        required=False, choices=[(one.value, one.value) for one in PatientWay]
    )
