"""What an identity provider states of a person, believed only when every check holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any

import jwt

from integrations.oidc.refusals import SignOnRefused, Why

ALGORITHMS = frozenset(
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in ("256", "384", "512")
)
"""Signatures by a key that only the provider has: no `none`, nothing made with our secret."""

SKEW = timedelta(minutes=2)
"""Two clocks may be so far apart."""

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the statement has to be about."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A person as the provider knows them."""

    email: str
    proved_at: datetime | None
    """When they last proved there who they are; None: it does not say."""
    has_second_step: bool


def verified(token: str, keys: Sequence[Mapping[str, Any]], *, expected: Expected) -> Claims:
    """The claims of an ID token.

    Raises:
        SignOnRefused: a check does not hold; the first that does not says why.
    """
    claims = _signed(token, keys)
    for why, holds in CHECKS:
        if not holds(claims, expected):
            raise SignOnRefused(why)
    return claims


def vouched(claims: Claims, *, acr: str) -> Vouched:
    """The person, by an address that the provider has verified.

    Raises:
        SignOnRefused: it names none, or has not verified it.
    """
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email or not email.isascii():
        raise SignOnRefused(Why.NO_EMAIL)
    if claims.get("email_verified") not in (True, "true"):
        raise SignOnRefused(Why.EMAIL_UNVERIFIED)
    return Vouched(
        email=email.strip(), proved_at=_instant(claims, "auth_time"),
        has_second_step=_has_second_step(claims, acr),
    )  # fmt: skip


def usable(keys: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The keys that can sign a statement which we believe."""
    return [
        key for key in keys
        if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
    ]  # fmt: skip


def _signed(token: str, keys: Sequence[Mapping[str, Any]]) -> Claims:
    try:
        header = jwt.get_unverified_header(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise SignOnRefused(Why.BAD_SIGNATURE)
        fitting = [key for key in usable(keys) if kid is None or key.get("kid") == kid]
        if len(fitting) != 1 or fitting[0].get("alg", algorithm) != algorithm:
            raise SignOnRefused(Why.BAD_SIGNATURE)
        key = jwt.PyJWK(dict(fitting[0]), algorithm=algorithm)
        claims: Claims = jwt.decode(token, key, algorithms=[algorithm], options=UNCHECKED)
    except (jwt.InvalidSignatureError, jwt.PyJWKError, jwt.InvalidKeyError):
        raise SignOnRefused(Why.BAD_SIGNATURE) from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise SignOnRefused(Why.UNREADABLE) from None
    return claims


UNCHECKED: Any = {
    f"verify_{name}": False for name in ("aud", "exp", "iat", "iss", "nbf", "sub", "jti")
}
"""The library looks at the signature; what is stated is checked below, by the time of the house."""


def _is_for_us(claims: Claims, expected: Expected) -> bool:
    audience, party = claims.get("aud"), claims.get("azp")
    if isinstance(audience, list) and len(audience) > 1:
        return expected.client_id in audience and party == expected.client_id
    ours = audience in (expected.client_id, [expected.client_id])
    return ours and party in (None, expected.client_id)


def _is_not_ahead(claims: Claims, expected: Expected) -> bool:
    issued, begins = _instant(claims, "iat"), _instant(claims, "nbf")
    latest = expected.now + SKEW
    return issued is not None and issued <= latest and (begins is None or begins <= latest)


def _lasts(claims: Claims, expected: Expected) -> bool:
    ends = _instant(claims, "exp")
    return ends is not None and ends > expected.now - SKEW


def _has_nonce(claims: Claims, expected: Expected) -> bool:
    nonce = claims.get("nonce")
    return isinstance(nonce, str) and compare_digest(nonce.encode(), expected.nonce.encode())


CHECKS: tuple[tuple[Why, Callable[[Claims, Expected], bool]], ...] = (
    (Why.WRONG_ISSUER, lambda claims, expected: claims.get("iss") == expected.issuer),
    (Why.WRONG_AUDIENCE, _is_for_us),
    (Why.CLOCK_SKEW, _is_not_ahead),
    (Why.EXPIRED, _lasts),
    (Why.WRONG_NONCE, _has_nonce),
)


def _has_second_step(claims: Claims, acr: str) -> bool:
    """It says so in the words of RFC 8176, or in those that the practice named."""
    if acr:
        return bool(claims.get("acr") == acr)
    methods = claims.get("amr")
    return isinstance(methods, list) and "mfa" in methods


def _instant(claims: Claims, name: str) -> datetime | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None
