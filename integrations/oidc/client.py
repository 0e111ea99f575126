"""Asking an identity provider: its document, its keys, and what a code stands for.

Every address is checked before it is asked (outbox.wire), and none is asked inside a transaction.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from accounts.models import IdentityProvider
from integrations.oidc.discovery import Document, address_of
from integrations.oidc.refusals import SignOnRefused, Why
from outbox.wire import addresses, transport
from outbox.wire.transport import Answer, Patience
from tenants import sealing
from tenants.sealing import SealBroken

PATIENCE = Patience(connect_s=3.0, read_s=5.0, whole_s=8.0)
"""A person waits."""
LARGEST = 512 * 1024
TROUBLE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who we are at a practice's identity provider."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    acr: str

    @classmethod
    def of(cls, row: IdentityProvider) -> "Client":
        """With the secret opened.

        Raises:
            SignOnRefused: it cannot be opened any more.
        """
        try:
            secret = sealing.unseal(row.secret)
        except SealBroken:
            raise SignOnRefused(Why.SECRET_LOST) from None
        return cls(issuer=row.issuer, client_id=row.client_id, secret=secret, acr=row.acr)


def document_of(issuer: str) -> Document:
    """What the provider publishes of itself.

    Raises:
        Fault: it could not be asked.
        SignOnRefused: it answered something else.
    """
    return Document.read(published(issuer), issuer=issuer)


def published(issuer: str) -> dict[str, Any]:
    """The same as it stands there."""
    return _object(_send("GET", address_of(issuer)))


def keys_of(document: Document) -> list[dict[str, Any]]:
    """The keys that it signs with."""
    keys = _object(_send("GET", document.jwks_uri)).get("keys")
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def redeem(
    client: Client, document: Document, *, code: str, verifier: str, back: str
) -> tuple[str, str]:
    """What a code stands for: the ID token and the access token.

    Raises:
        Fault: it could not be asked.
        SignOnRefused: it refuses the code or us, or its answer holds no ID token.
    """
    answer = _offer(client, document, code=code, verifier=verifier, back=back)
    if 400 <= answer.status < TROUBLE:
        raise SignOnRefused(Why.CLIENT_REFUSED)
    said = _object(answer)
    token, access = said.get("id_token"), said.get("access_token", "")
    if not isinstance(token, str) or not isinstance(access, str):
        raise SignOnRefused(Why.UNREADABLE)
    return token, access


def refusal_of(client: Client, document: Document, *, back: str) -> str:
    """The word by which it refuses a code that it never gave: it tells whether it takes us."""
    answer = _offer(client, document, code=token_urlsafe(), verifier=token_urlsafe(48), back=back)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _offer(client: Client, document: Document, *, code: str, verifier: str, back: str) -> Answer:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": verifier, "client_id": client.client_id}  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if document.by_basic:
        headers["Authorization"] = f"Basic {_basic(client)}"
    else:
        form["client_secret"] = client.secret
    return _send("POST", document.token_endpoint, headers=headers, body=urlencode(form).encode())


def completed(claims: Mapping[str, Any], document: Document, access: str) -> Mapping[str, Any]:
    """The claims, with what the provider says of the person elsewhere where they name no address.

    Raises:
        Fault: it could not be asked.
        SignOnRefused: it speaks of somebody else there.
    """
    if "email" in claims or not document.userinfo_endpoint or not access.isascii():
        return claims
    headers = {"Authorization": f"Bearer {access}"}
    said = _object(_send("GET", document.userinfo_endpoint, headers=headers))
    if said.get("sub") != claims.get("sub"):
        raise SignOnRefused(Why.WRONG_SUBJECT)
    return said | dict(claims)


def _send(method: str, url: str, *, headers: Mapping[str, str] | None = None,
          body: bytes | None = None) -> Answer:  # fmt: skip
    target = addresses.resolve(url, allow_loopback=settings.EHR_LOOPBACK)
    answer = transport.send(
        method, target, headers={"Accept": "application/json", **(headers or {})}, body=body,
        largest=LARGEST, patience=PATIENCE, ca_file=settings.EHR_CA_FILE,
    )  # fmt: skip
    if answer.status >= TROUBLE:
        raise SignOnRefused(Why.AWAY)
    return answer


def _object(answer: Answer) -> dict[str, Any]:
    if not answer.is_ok:
        raise SignOnRefused(Why.UNREADABLE)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise SignOnRefused(Why.UNREADABLE) from None
    if not isinstance(said, dict):
        raise SignOnRefused(Why.UNREADABLE)
    return said


def _basic(client: Client) -> str:
    """RFC 6749 section 2.3.1: each part form-encoded, then both in base 64."""
    pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
    return base64.b64encode(pair.encode()).decode()
