"""Signing in to an EHR's server: SMART backend services, or a client id with its secret.

Tokens live in this process's memory, by connection, until shortly before they expire: no shared
cache and no table holds one.
"""

import base64
import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import jwt

from integrations.ehr import transport
from integrations.ehr.access import Access, SigningKey
from integrations.ehr.faults import Busy, Malformed, SignInRefused
from integrations.models import Connection

ASSERTION_LIVES = timedelta(minutes=4)
"""The standard allows five: one is left for a clock that is ahead of ours."""
MARGIN = timedelta(seconds=30)
SHORTEST = timedelta(seconds=5)
USUAL_LIFE_S = 300
LONGEST_LIFE_S = 24 * 3600
SMALL = 1024 * 1024
TROUBLE = 500
TOO_MANY = 429

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Token:
    text: str = field(repr=False)
    good_until: datetime
    settings: int
    """Of which settings it was got; others need another."""


_tokens: dict[UUID, Token] = {}
_lock = threading.Lock()


def authorization(access: Access, *, now: datetime) -> dict[str, str]:
    """The header that proves us, from a token kept or a new one; empty where none is asked for.

    Raises:
        SignInRefused: the server does not accept us.
        EhrFault: its sign-in could not be reached or read.
    """
    if access.method == Connection.Method.NONE:
        return {}
    with _lock:
        held = _tokens.get(access.connection_id)
    if held is None or held.good_until <= now or held.settings != _settings(access):
        held = _new_token(access, now=now)
        with _lock:
            _tokens[access.connection_id] = held
    return {"Authorization": f"Bearer {held.text}"}


def forget(connection_id: UUID) -> None:
    """The server refused the token, or the settings changed."""
    with _lock:
        _tokens.pop(connection_id, None)


def configuration(access: Access) -> dict[str, Any]:
    """What the server publishes at `.well-known/smart-configuration`.

    Raises:
        EhrFault: it publishes none that can be read.
    """
    url = f"{access.base}/.well-known/smart-configuration"
    answer = transport.send("GET", url, headers={"Accept": "application/json"}, largest=SMALL)
    if answer.status == TOO_MANY or answer.status >= TROUBLE:
        raise Busy
    if not answer.is_ok:
        raise Malformed("The server publishes no smart-configuration. Enter its token address.")
    return _object(answer.body, "The server's smart-configuration cannot be read.")


def _settings(access: Access) -> int:
    kids = tuple(key.kid for key in access.keys)
    return hash((access.base, access.method, access.client_id, access.secret, access.token_url,
                 access.scopes, kids))  # fmt: skip


def _new_token(access: Access, *, now: datetime) -> Token:
    form = {"grant_type": "client_credentials", "scope": access.scopes}
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    url, algorithms = _token_endpoint(access)
    if access.method == Connection.Method.SECRET:
        headers["Authorization"] = f"Basic {_basic(access)}"
    else:
        form["client_assertion_type"] = ASSERTION_TYPE
        form["client_assertion"] = assertion(access, url, _chosen(access, algorithms), now=now)
    answer = transport.send(
        "POST", url, headers=headers, body=urlencode(form).encode(), largest=SMALL
    )
    if answer.status == TOO_MANY or answer.status >= TROUBLE:
        raise Busy("The server's sign-in is busy.")
    if not answer.is_ok:
        raise SignInRefused
    return _token(access, _object(answer.body, "The token cannot be read."), now=now)


def _token_endpoint(access: Access) -> tuple[str, list[str]]:
    """Where tokens are given, and the algorithms named there; none named: any."""
    if access.token_url:
        return access.token_url, []
    said = configuration(access)
    url = said.get("token_endpoint")
    named = said.get("token_endpoint_auth_signing_alg_values_supported")
    if not isinstance(url, str) or not url:
        raise Malformed("The server's smart-configuration names no token address.")
    return url, [one for one in named if isinstance(one, str)] if isinstance(named, list) else []


def _chosen(access: Access, algorithms: list[str]) -> SigningKey:
    """The newest key of an algorithm that the server knows."""
    if not access.keys:
        raise SignInRefused("The practice has no key yet. Make one, and give the EHR its address.")
    fits = [key for key in access.keys if not algorithms or key.algorithm in algorithms]
    if not fits:
        raise SignInRefused("The server takes none of our keys' algorithms. Make a further key.")
    return fits[0]


def assertion(access: Access, audience: str, key: SigningKey, *, now: datetime) -> str:
    """The signed statement that stands for a password; good once, for minutes."""
    claims = {
        "iss": access.client_id,
        "sub": access.client_id,
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIVES).timestamp()),
        "jti": str(uuid4()),
    }
    return jwt.encode(claims, key.pem, algorithm=key.algorithm, headers={"kid": key.kid})


def _basic(access: Access) -> str:
    """RFC 6749 section 2.3.1: each part form-encoded, then both in base 64."""
    pair = f"{quote(access.client_id, safe='')}:{quote(access.secret, safe='')}"
    return base64.b64encode(pair.encode()).decode()


def _token(access: Access, said: dict[str, Any], *, now: datetime) -> Token:
    text, life = said.get("access_token"), said.get("expires_in", USUAL_LIFE_S)
    if not isinstance(text, str) or not text.isascii() or not text.isprintable() or not text:
        raise Malformed("The token cannot be read.")
    try:
        lives = timedelta(seconds=min(max(int(life), 0), LONGEST_LIFE_S))
    except (TypeError, ValueError, OverflowError):
        lives = timedelta(seconds=USUAL_LIFE_S)
    return Token(text, now + max(lives - MARGIN, SHORTEST), _settings(access))


def _object(body: bytes, otherwise: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed(otherwise) from None
    if not isinstance(said, dict):
        raise Malformed(otherwise)
    return said
