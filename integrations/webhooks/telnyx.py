"""Telnyx: Ed25519 over `<timestamp>|<raw body>`, with the account's public key."""

import base64
import binascii
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from integrations.signing import TOLERANCE_SECONDS, SignatureRefused

SIGNATURE_HEADER = "telnyx-signature-ed25519"
TIMESTAMP_HEADER = "telnyx-timestamp"


def verify(body: bytes, signature: str, timestamp: str, *, public_key: str, now: datetime) -> None:
    """Accept a body.

    Args:
        body: the raw bytes; JSON written anew is another body.
        signature: Base64, as the header carries it.
        timestamp: seconds since 1970, as the header carries it.
        public_key: Base64, from the account's portal.
        now: the present; the tolerance is five minutes either way.

    Raises:
        SignatureRefused: absent, unreadable, stale, from the future, or over another body.
    """
    if not (signature and timestamp):
        raise SignatureRefused(f"The headers {SIGNATURE_HEADER} and {TIMESTAMP_HEADER} are needed.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused(f"The header {TIMESTAMP_HEADER} is not a number of seconds.")
    if abs(int(now.timestamp()) - int(timestamp)) > TOLERANCE_SECONDS:
        raise SignatureRefused("The signature's time is more than five minutes off.")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        signed = base64.b64decode(signature, validate=True)
        key.verify(signed, timestamp.encode() + b"|" + body)
    except (InvalidSignature, binascii.Error, ValueError):
        raise SignatureRefused("The signature does not fit the body.") from None
    if base64.b64encode(signed).decode() != signature:  # spare bits: two texts mean the same bytes
        raise SignatureRefused("The signature is not written as Base64 is.")
