"""What a person says of an EHR's server; addresses are checked before they are kept."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.ehr.faults import EhrFault
from integrations.ehr.operations import Settings, Wish
from integrations.ehr.polling import TYPES
from integrations.models import Connection
from outbox.wire import addresses

MINUTES = {
    "1": gettext_lazy("Every minute"),
    "5": gettext_lazy("Every 5 minutes"),
    "15": gettext_lazy("Every 15 minutes"),
    "60": gettext_lazy("Every hour"),
}
PAYLOADS = {
    "id-only": gettext_lazy("Ids only, and we read the rest"),
    "full-resource": gettext_lazy("The whole resource"),
    "empty": gettext_lazy("Only that something happened"),
}


def checked(address: str) -> str:
    """An address that we may send to.

    Raises:
        ValidationError: we may not, or its name is unknown.
    """
    try:
        addresses.resolve(address, allow_loopback=settings.EHR_LOOPBACK)
    except EhrFault as fault:
        raise forms.ValidationError(fault.phrase) from None
    return address


class ConnectionForm(forms.Form):
    """How the server is reached."""

    base_url = forms.CharField(
        max_length=400,
        error_messages={"required": gettext_lazy("Enter the address of the FHIR server.")},
    )
    method = forms.ChoiceField(
        choices=Connection.Method.choices,
        error_messages={"required": gettext_lazy("Choose how we sign in.")},
    )
    client_id = forms.CharField(max_length=200, required=False)
    secret = forms.CharField(max_length=400, required=False)
    token_url = forms.CharField(max_length=400, required=False)
    scopes = forms.CharField(
        max_length=400, error_messages={"required": gettext_lazy("Enter the scopes to ask for.")}
    )

    def __init__(self, *args: Any, has_secret: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_secret = has_secret

    def clean_base_url(self) -> str:
        """Without a query, and without a slash at the end."""
        address = str(self.cleaned_data["base_url"]).strip().rstrip("/")
        if "?" in address:
            raise forms.ValidationError(
                _("Enter the address without what follows a question mark.")
            )
        return checked(address)

    def clean_token_url(self) -> str:
        """Empty where the server itself says it."""
        address = str(self.cleaned_data.get("token_url") or "").strip()
        return checked(address) if address else ""

    def clean(self) -> dict[str, Any]:
        """What each way of signing in needs."""
        data: dict[str, Any] = super().clean() or {}
        method = data.get("method")
        if method in ("smart", "secret") and not data.get("client_id"):
            self.add_error("client_id", _("Enter the client id that the EHR gave us."))
        if method == "secret" and "token_url" in data and not data["token_url"]:
            self.add_error("token_url", _("Enter the address at which tokens are given."))
        if method == "secret" and not data.get("secret") and not self.has_secret:
            self.add_error("secret", _("Enter the secret that belongs to the client id."))
        return data

    def settings(self) -> Settings:
        """As the operation takes them."""
        return Settings(**self.cleaned_data)


class PollingForm(forms.Form):
    """What is asked for, and how often."""

    types = forms.MultipleChoiceField(choices=[(one, one) for one in TYPES], required=False)
    minutes = forms.ChoiceField(
        choices=list(MINUTES.items()),
        error_messages={"required": gettext_lazy("Choose how often.")},
    )


class SubscriptionForm(forms.Form):
    """A topic that the EHR offers."""

    topic = forms.RegexField(
        r"^(https?://|urn:)[!-~]+$", max_length=400,
        error_messages={
            "required": gettext_lazy("Enter the topic's address."),
            "invalid": gettext_lazy("A topic is an address: it begins with https:// or urn:."),
        },
    )  # fmt: skip
    criteria = forms.RegexField(
        r"^[ -~]*$", max_length=400, required=False,
        error_messages={"invalid": gettext_lazy("Filters hold plain characters only.")},
    )  # fmt: skip
    payload = forms.ChoiceField(choices=list(PAYLOADS.items()), required=False)

    def wish(self, *, endpoint: str, by_athena: bool) -> Wish:
        """As the operation takes it."""
        data = self.cleaned_data
        return Wish(
            data["topic"], endpoint, criteria=data["criteria"].strip(),
            payload=data["payload"] or "id-only", by_athena=by_athena,
        )  # fmt: skip
