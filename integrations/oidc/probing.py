"""The test button: what a practice's sign-in says of itself, and whether it takes us, in words."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from integrations.ehr.probing import Finding
from integrations.oidc import client as oidc
from integrations.oidc.client import Client
from integrations.oidc.discovery import BASIC, METHODS, POST, Document, address_of
from integrations.oidc.refusals import SignOnRefused, Why
from integrations.oidc.tokens import ALGORITHMS, usable
from outbox.wire.faults import Fault

CLAIMS = ("email", "email_verified")
SHORT = 120


def probe(client: Client, *, back: str) -> tuple[Finding, ...]:
    """Ask for its document and its keys, and offer a code that nobody was given. Never raises."""
    found: list[Finding] = []
    try:
        said = oidc.published(client.issuer)
        found.append(Finding(_("It answers and publishes how one signs in."), is_good=True))
        found.extend(_told(said, client.issuer))
        document = Document.read(said, issuer=client.issuer)
        found.extend(_keys(document))
        found.append(_acceptance(client, document, back))
    except Fault as fault:
        found.append(Finding(str(fault.phrase), is_good=False))
    except SignOnRefused as refused:
        if refused.why in WORDS:
            found.append(Finding(WORDS[refused.why](client), is_good=False))
    return tuple(found)


WORDS: dict[Why, Callable[[Client], str]] = {
    Why.AWAY: lambda _client: _("It answers that it is in trouble itself. Try again later."),
    Why.UNREADABLE: lambda client: _(
        "There is no OpenID Connect document at %(address)s, or it lacks an address."
    ) % {"address": address_of(client.issuer)},
}  # fmt: skip
"""What ends the test; another issuer has been said by then."""


def _told(said: Mapping[str, Any], issuer: str) -> Iterator[Finding]:
    if said.get("issuer") != issuer:
        other = str(said.get("issuer"))[:SHORT]
        yield Finding(
            _("It calls itself %(other)s. Enter exactly that as its address.") % {"other": other},
            is_good=False,
        )
    for name, needed, words in LISTED:
        listed = said.get(name)
        if isinstance(listed, list) and not needed & set(map(str, listed)):
            yield Finding(words(), is_good=False)
    claims = said.get("claims_supported")
    if isinstance(claims, list) and not set(CLAIMS) <= set(map(str, claims)):
        yield Finding(
            _("It does not say that it sends the claims email and email_verified: nobody comes in "
              "without both."),
            is_good=False,
        )  # fmt: skip


LISTED: tuple[tuple[str, frozenset[str], Callable[[], str]], ...] = (
    ("response_types_supported", frozenset({"code"}),
     lambda: _("It does not offer the authorization code flow.")),
    ("code_challenge_methods_supported", frozenset({"S256"}),
     lambda: _("It does not take PKCE with S256.")),
    ("id_token_signing_alg_values_supported", ALGORITHMS,
     lambda: _("It signs with no key pair: RS256 or another such way is needed.")),
    (METHODS, frozenset({BASIC, POST}),
     lambda: _("It does not take a client id with a secret.")),
)  # fmt: skip
"""What it may list, what of that we need, and the words where it is missing."""


def _keys(document: Document) -> Iterator[Finding]:
    if usable(oidc.keys_of(document)):
        yield Finding(_("Its keys can be read."), is_good=True)
    else:
        yield Finding(_("It publishes no key that could sign a sign-in."), is_good=False)


def _acceptance(client: Client, document: Document, back: str) -> Finding:
    """A code that nobody was given is refused with one word, an unknown client with another."""
    answer = oidc.refusal_of(client, document, back=back)
    if answer == "invalid_grant":
        return Finding(_("It accepts the client id and the secret."), is_good=True)
    if answer in ("invalid_client", "unauthorized_client"):
        return Finding(_("It does not accept the client id or the secret."), is_good=False)
    return Finding(
        _("It did not say whether it accepts the client id and the secret. Sign in once to see."),
        is_good=False,
    )
