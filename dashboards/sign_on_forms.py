"""What a practice says of its own sign-in; its address is checked before it is kept."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import IdentityProvider, Membership
from accounts.policy import AccessPolicy
from accounts.sign_on import Wish
from dashboards.connection_forms import checked
from integrations.oidc.discovery import WELL_KNOWN

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
ANYBODYS = frozenset({
    "aol.com", "gmail.com", "hotmail.com", "icloud.com", "live.com", "msn.com", "outlook.com",
    "proton.me", "protonmail.com", "yahoo.com",
})  # fmt: skip
"""Mail services for everybody: an address there says nothing about a practice."""


class SignOnForm(forms.Form):
    """The identity provider, and what its word is worth."""

    issuer = forms.CharField(
        max_length=400, error_messages={"required": _("Enter the address of your sign-in.")}
    )
    client_id = forms.RegexField(
        r"^[ -~]+$", max_length=200,
        error_messages={"required": _("Enter the client id that your sign-in gave ClearChart."),
                        "invalid": _("A client id holds plain characters only.")},
    )  # fmt: skip
    secret = forms.CharField(max_length=400, required=False)
    domains = forms.CharField(max_length=2000, required=False)
    acr = forms.RegexField(
        r"^[!-~]*$", max_length=200, required=False,
        error_messages={"invalid": _("This value holds plain characters only.")},
    )  # fmt: skip
    trusts_second_step = forms.BooleanField(required=False)

    def __init__(self, *args: Any, held: IdentityProvider | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held

    def clean_issuer(self) -> str:
        """To the letter, but for what leads to its document."""
        address = str(self.cleaned_data["issuer"]).strip().removesuffix(WELL_KNOWN)
        if "?" in address:
            raise forms.ValidationError(_("Enter it without what follows a question mark."))
        return checked(address)

    def clean_domains(self) -> list[str]:
        """In lower case, without the @, each once."""
        typed = re.split(r"[\s,;]+", str(self.cleaned_data["domains"]).lower())
        domains = list(dict.fromkeys(one.lstrip("@") for one in typed if one.lstrip("@")))
        for one in domains:
            if not DOMAIN.fullmatch(one):
                raise forms.ValidationError(_("%(one)s is no domain."), params={"one": one[:60]})
            if one in ANYBODYS:
                raise forms.ValidationError(
                    _("%(one)s is open to everybody, so it names no practice."), params={"one": one}
                )
        return domains

    def clean(self) -> dict[str, Any]:
        """Another sign-in has another secret: the kept one is never sent to it."""
        data: dict[str, Any] = super().clean() or {}
        kept = self.held is not None and self.held.issuer == data.get("issuer")
        if "issuer" in data and not data.get("secret") and not kept:
            self.add_error("secret", _("Enter the secret that belongs to the client id."))
        return data

    def wish(self) -> Wish:
        """As the operation takes it."""
        return Wish(**self.cleaned_data)


def initial(held: IdentityProvider | None, policy: AccessPolicy) -> dict[str, Any]:
    """As it is now; never the secret."""
    if held is None:
        return {}
    return {
        "issuer": held.issuer, "client_id": held.client_id, "domains": ", ".join(held.domains),
        "acr": held.acr, "trusts_second_step": policy.trusts_second_step,
    }  # fmt: skip


class KeeperForm(forms.Form):
    """Who still comes in by password."""

    keeper = forms.ChoiceField(
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose who may still sign in by password.")
        )
    )

    def __init__(self, *args: Any, managers: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["keeper"]
        field.choices = [(str(one.pk), one.name) for one in managers]
