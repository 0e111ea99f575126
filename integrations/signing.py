"""How a feed proves itself over HTTP: an HMAC over the time and the raw body, under one of two
active keys.

Header `ClearChart-Signature: t=<Unix seconds>,k=<key id>,v1=<hex>`, where the hex is HMAC-SHA256 of
`<t>.<raw body>`. Secrets are derived from the key's id, so nothing in the database gives one away.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

TOLERANCE_SECONDS = 300

HEADER = "ClearChart-Signature"


class SignatureRefused(Exception):
    """The request is not proven to be the feed's; the text says which part is wrong."""


@dataclass(frozen=True, slots=True)
class Signature:
    at: int
    key_id: UUID
    mac: str


def secret_of(key_id: UUID, *, master: str) -> str:
    """The secret of a key, as shown once to whoever made it."""
    digest = hmac.new(master.encode(), f"feed-key:{key_id}".encode(), hashlib.sha256).hexdigest()
    return f"ccf_{digest}"


def sign(body: bytes, *, key_id: UUID, secret: str, at: datetime) -> str:
    """The header's value for a body, as a sender makes it."""
    moment = int(at.timestamp())
    return f"t={moment},k={key_id},v1={_mac(body, secret, moment)}"


def read(header: str) -> Signature:
    """The parts of the header.

    Raises:
        SignatureRefused: it is absent or cannot be read.
    """
    if not header:
        raise SignatureRefused(f"The header {HEADER} is missing.")
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    try:
        return Signature(int(parts["t"].strip()), UUID(parts["k"].strip()), parts["v1"].strip())
    except (KeyError, ValueError):
        raise SignatureRefused(f"{HEADER} must read t=<seconds>,k=<key id>,v1=<hex>.") from None


def verify(body: bytes, signature: Signature, *, secret: str, now: datetime) -> None:
    """Accept the body.

    Raises:
        SignatureRefused: the time is more than five minutes off, or the MAC is another.
    """
    off = int(now.timestamp()) - signature.at
    if abs(off) > TOLERANCE_SECONDS:
        raise SignatureRefused(
            "The signature's time is more than five minutes off; check the sender's clock."
        )
    if not hmac.compare_digest(_mac(body, secret, signature.at), signature.mac.lower()):
        raise SignatureRefused("The signature does not fit the body: sign the raw bytes as sent.")


def _mac(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
