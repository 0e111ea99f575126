"""What a key to the REST API is for, what it may, and until when."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.models.key import Scope

SCOPES = {
    Scope.TASKS_READ: _("Read tasks"),
    Scope.TASKS_WRITE: _("Claim, move and close tasks"),
    Scope.REFERRALS_READ: _("Read referrals"),
    Scope.REFERRALS_WRITE: _("Say what becomes of referrals"),
    Scope.EVENTS_WRITE: _("Send messages, in place of a signature"),
}
DAYS = {"90": _("90 days"), "365": _("A year"), "": _("No end")}


class ApiKeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        max_length=120,
        error_messages={
            "required": _("Say which program uses the key."),
            "max_length": _("Keep the name under 120 letters."),
        },
    )
    scopes = forms.MultipleChoiceField(
        choices=list(SCOPES.items()),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose what the key may do.")
        ),
    )
    days = forms.ChoiceField(
        choices=list(DAYS.items()), required=False, initial="90",
        error_messages={"invalid_choice": _("Choose how long the key is good.")},
    )  # fmt: skip

    def expires_at(self, *, now: datetime) -> datetime | None:
        """When it ends by itself; None: never."""
        days = self.cleaned_data["days"]
        return now + timedelta(days=int(days)) if days else None
