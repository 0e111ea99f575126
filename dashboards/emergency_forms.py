"""Why a chart must be opened, and for how long; and how the look is judged."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charts.models import EmergencyAccess
from escalation.operations import MINUTES


def _lengths() -> list[tuple[int, str]]:
    return [(one, gettext("%(count)d minutes") % {"count": one}) for one in MINUTES]


class EmergencyForm(forms.Form):
    """The rules of what is enough are the operation's."""

    reason = forms.CharField(
        max_length=250, error_messages={"required": _("Say why you must open this chart.")}
    )
    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=_lengths,
        initial=MINUTES[-1],
        error_messages={"required": _("Choose how long you need it.")},
    )


class ReviewForm(forms.Form):
    """Whether it was right, and what follows from it."""

    finding = forms.ChoiceField(
        choices=EmergencyAccess.Finding.choices,
        error_messages={"required": _("Choose whether it was right.")},
    )
    note = forms.CharField(max_length=250, required=False)
