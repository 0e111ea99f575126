"""An account with a carrier as a person writes it down: servers are looked for before it is kept,
and no secret is ever shown again."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.carrier_words import ASKS, secrets_of
from outbox.wire.faults import Fault
from referrals.lines import servers
from referrals.models import Carrier
from referrals.operations import Account
from routing.said import spoken

LONGEST = {"address": 200, "url": 200, "mail_url": 200, "user": 120, "connection": 120}
"""As the columns hold; secrets are sealed text."""
PORTS = {"url": servers.SMTP_PORTS, "mail_url": servers.IMAP_PORTS}
LONGEST_SECRET = 400


def _field(name: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST.get(name, LONGEST_SECRET), required=required,
        error_messages={"required": gettext_lazy("Fill in every field of the account."),
                        "max_length": gettext_lazy("That is too long.")},
    )  # fmt: skip


class AgreementForm(forms.Form):
    """Since when a business associate agreement is on file."""

    baa_on = forms.DateField(
        error_messages={
            "required": gettext_lazy("Say since when the agreement is on file."),
            "invalid": gettext_lazy("Write a day."),
        }
    )

    def __init__(self, posted: Any = None, *, today: date, **more: Any) -> None:
        super().__init__(posted, **more)
        self.today = today

    def clean_baa_on(self) -> date:
        """One that is signed, not one that is to be."""
        given: date = self.cleaned_data["baa_on"]
        if given > self.today:
            raise forms.ValidationError(_("This day is yet to come."))
        return given


class CarrierForm(AgreementForm):
    """A new account of one kind."""

    def __init__(self, posted: Any = None, *, kind: str, today: date, **more: Any) -> None:
        super().__init__(posted, today=today, **more)
        self.kind = kind
        asked = {one.name: _field(one.name) for one in ASKS[kind]}
        self.fields = {**asked, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Servers are where they are said to be, and may be asked."""
        data: dict[str, Any] = super().clean() or {}
        for name in PORTS.keys() & data.keys():
            try:
                servers.server(data[name], PORTS[name])
            except Fault as fault:
                self.add_error(name, spoken(fault.phrase))
        return data

    def account(self, feed_slug: str) -> Account:
        """As the operation takes it."""
        return Account(kind=self.kind, feed_slug=feed_slug, **self.cleaned_data)


class SecretsForm(forms.Form):
    """Other secrets; one that is left empty stays."""

    def __init__(self, posted: Any = None, *, kind: str) -> None:
        super().__init__(posted)
        for one in secrets_of(kind):
            self.fields[one.name] = _field(one.name, required=False)


def initial(last: Carrier | None) -> dict[str, str]:
    """What an account of this kind was opened with before; never its secrets."""
    return {name: getattr(last, name) for name in LONGEST} if last else {}
