"""How a feed proves itself over HTTP: an HMAC over the time and the raw body, under one of two
active keys.

Header `ClearChart-Signature: t=<Unix seconds>,k=<key id>,v1=<hex>`, where the hex is HMAC-SHA256 of
`<t>.<raw body>`. Secrets are derived from the key's id, so nothing in the database gives one away.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

TOLERANCE_SECONDS = 300

HEADER = "ClearChart-Signature"

HUB_HEADER = "X-Hub-Signature"
HUB_METHODS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""athenahealth may come to sign otherwise and says how; SHA-1 will never be among these."""

CHANNEL_PREFIX = "ccs_"
UNKNOWN_CHANNEL = "The secret belongs to no subscription of this feed."


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
    if not _same(_mac(body, secret, signature.at), signature.mac):
        raise SignatureRefused("The signature does not fit the body: sign the raw bytes as sent.")


def verify_hub(body: bytes, header: str, *, secrets: Iterable[str]) -> str:
    """Accept a body signed as WebSub has it, `<method>=<hex HMAC of the raw body>`, and say with
    which of the secrets.

    There is no time in it: a repeat is told by what it says. White space at the end counts.

    Raises:
        SignatureRefused: unreadable, by a method that we do not take, or over another body.
    """
    method, mark, said = header.strip().partition("=")
    digest = HUB_METHODS.get(method.lower())
    if not mark or digest is None:
        listed = ", ".join(HUB_METHODS)
        raise SignatureRefused(f"{HUB_HEADER} must read <method>=<hex>; methods: {listed}.")
    for secret in filter(None, secrets):
        if _same(hmac.new(secret.encode(), body, digest).hexdigest(), said.strip()):
            return secret
    raise SignatureRefused("The signature does not fit the body: sign the raw bytes as sent.")


def channel_secret_of(subscription_id: UUID, *, master: str) -> str:
    """The bearer secret that an EHR sends with the notifications of one subscription
    (Subscription.channel.header)."""
    digest = hmac.new(master.encode(), f"channel:{subscription_id}".encode(), hashlib.sha256)
    return f"{CHANNEL_PREFIX}{subscription_id.hex}_{digest.hexdigest()}"


def channel_of(secret: str, *, master: str) -> UUID:
    """The subscription that a channel secret belongs to.

    Raises:
        SignatureRefused: it is none that we gave out.
    """
    try:
        named = UUID(hex=secret.removeprefix(CHANNEL_PREFIX).partition("_")[0])
    except ValueError:
        raise SignatureRefused(UNKNOWN_CHANNEL) from None
    if not _same(channel_secret_of(named, master=master), secret):
        raise SignatureRefused(UNKNOWN_CHANNEL)
    return named


def _same(expected: str, said: str) -> bool:
    """In constant time. On bytes, for a header may hold any character."""
    return hmac.compare_digest(expected.encode(), said.lower().encode("utf-8", "replace"))


def _mac(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
