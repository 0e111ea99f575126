"""An entry of the directory of specialists: input read, checked by the directory itself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboards import referral_words, sending_words
from referrals.directory import Entry
from referrals.models import Specialist
from referrals.specialties import Specialty
from referrals.ways import Way

ORDERS: tuple[tuple[Way, ...], ...] = (
    (Way.DIRECT, Way.FAX, Way.PHONE), (Way.FAX, Way.DIRECT, Way.PHONE),
    (Way.DIRECT, Way.PHONE), (Way.FAX, Way.PHONE), (Way.PHONE,),
)  # fmt: skip
"""In which order they like to be reached; a way that is not in it is not used."""


def _text(longest: int = 200) -> forms.CharField:
    return forms.CharField(
        required=False, max_length=longest, error_messages={"max_length": _("That is too long.")}
    )


class SpecialistForm(forms.Form):
    """One entry."""

    organization = _text(120)
    person = _text(120)
    npi = _text(20)
    specialty = forms.ChoiceField(
        required=False,
        choices=[("", _("Not said")), *((str(one), name) for one, name in
                                        referral_words.SPECIALTIES.items())],
        error_messages={"invalid_choice": _("Choose a specialty.")},
    )  # fmt: skip
    direct_address = _text()
    fax = _text(40)
    phone = _text(40)
    ways = forms.ChoiceField(
        error_messages={"required": _("Choose an order."), "invalid_choice": _("Choose an order.")}
    )
    takes_360x = forms.BooleanField(required=False)
    agreement_on = forms.DateField(required=False, error_messages={"invalid": _("Write a day.")})

    def __init__(self, posted: Any = None, *, row: Specialist | None = None) -> None:
        kept = _initial(row) if row else {"ways": _key(ORDERS[0])}
        super().__init__(posted, initial=kept)
        theirs = (tuple(Way(one) for one in row.ways),) if row else ()
        orders = dict.fromkeys((*ORDERS, *theirs))
        self.fields["ways"].choices = [  # type: ignore[attr-defined]
            (_key(one), sending_words.ways(one)) for one in orders
        ]

    def entry(self) -> Entry:
        """As the directory takes it."""
        given = dict(self.cleaned_data)
        given["specialty"] = Specialty(given["specialty"]) if given["specialty"] else None
        given["ways"] = tuple(Way(one) for one in given["ways"].split("-"))
        return Entry(**given)


def _initial(row: Specialist) -> dict[str, Any]:
    names = [name for name in SpecialistForm.base_fields if name != "ways"]
    day = row.agreement_on.isoformat() if row.agreement_on else ""
    return {name: getattr(row, name) for name in names} | {
        "ways": _key(row.ways), "agreement_on": day,
    }  # fmt: skip


def _key(ways: Sequence[str]) -> str:
    return "-".join(str(one) for one in ways)
