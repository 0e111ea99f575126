"""Sinch: HTTP Basic in the callback's address (fax), or an HMAC over body, nonce and time where
the account signs its webhooks."""

import base64
import hashlib
import hmac
from datetime import datetime

from integrations.signing import TOLERANCE_SECONDS, SignatureRefused
from integrations.webhooks import basic

SIGNATURE_HEADER = "x-sinch-webhook-signature"
NONCE_HEADER = "x-sinch-webhook-signature-nonce"
TIMESTAMP_HEADER = "x-sinch-webhook-signature-timestamp"

verify_basic = basic.verify


def sign(body: bytes, *, nonce: str, timestamp: str, secret: str) -> str:
    """The signature of a body: its bytes, the nonce and the time, joined by points."""
    signed = body + f".{nonce}.{timestamp}".encode()
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def verify(
    body: bytes, signature: str, *, nonce: str, timestamp: str, secret: str, now: datetime
) -> None:
    """Accept a body.

    Raises:
        SignatureRefused: absent, stale, from the future, or over another body.
    """
    if not (signature and nonce and timestamp and secret):
        raise SignatureRefused(f"{SIGNATURE_HEADER}, its nonce and its timestamp are needed.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused(f"The header {TIMESTAMP_HEADER} is not a number of seconds.")
    if abs(int(now.timestamp()) - int(timestamp)) > TOLERANCE_SECONDS:
        raise SignatureRefused("The signature's time is more than five minutes off.")
    expected = sign(body, nonce=nonce, timestamp=timestamp, secret=secret)
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise SignatureRefused("The signature does not fit the body.")
