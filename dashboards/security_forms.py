"""What a practice asks of those who sign in, and why somebody is signed out."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.policy import IDLE_ALLOWED, LASTS_ALLOWED, AccessPolicy, Loss
from accounts.roles import CHOICES, Role

LOSSES = {
    Loss.PHONE_LOST: _("Their phone is lost or stolen"),
    Loss.PHONE_REPLACED: _("They have another phone"),
    Loss.KEY_BROKEN: _("Their passkey does not work any more"),
    Loss.DEVICE_LOST: _("A computer or tablet they were signed in on is lost"),
    Loss.SOMEBODY_ELSE: _("Somebody else may be signed in as them"),
}
"""What a manager chooses from: words of their own could name a patient."""


def _whole(allowed: range, sentence: Any) -> forms.IntegerField:
    """A whole number of those allowed, and one sentence for everything else."""
    names = ("required", "invalid", "min_value", "max_value")
    return forms.IntegerField(
        min_value=allowed[0], max_value=allowed[-1], error_messages=dict.fromkeys(names, sentence)
    )


class PolicyForm(forms.Form):
    """The access policy, field by field."""

    second_step = forms.MultipleChoiceField(choices=CHOICES, required=False)
    idle_minutes = _whole(IDLE_ALLOWED, _("Give the minutes until the screen locks: 1 to 60."))
    lasts_hours = _whole(LASTS_ALLOWED, _("Give the hours a sign-in lasts: 1 to 24."))

    def said(self, before: AccessPolicy) -> AccessPolicy:
        """The policy that it comes to; what it does not ask stays as it is."""
        given = self.cleaned_data
        return replace(
            before, second_step=frozenset(map(Role, given["second_step"])),
            idle_minutes=given["idle_minutes"], lasts_hours=given["lasts_hours"],
        )  # fmt: skip


class LossForm(forms.Form):
    """What happened, and what to do."""

    reason = forms.ChoiceField(
        choices=[("", ""), *LOSSES.items()],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what happened.")),
    )

    do = forms.ChoiceField(
        choices=[("reset", ""), ("sign-out", "")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what to do.")),
    )

    def said(self) -> Loss:
        """Why."""
        return Loss(self.cleaned_data["reason"])
