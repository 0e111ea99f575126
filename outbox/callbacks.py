"""Where a provider reports to us: addresses that name the practice by a key nobody can guess."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

DIGITS = 24


def key_of(practice_id: UUID) -> str:
    """The practice's key in the addresses of call-backs."""
    return f"{practice_id.hex}{_mac(practice_id)}"


def practice_of(key: str) -> UUID | None:
    """The practice behind a key; None where it is none that we gave out."""
    try:
        practice_id = UUID(hex=key[:32])
    except ValueError:
        return None
    return practice_id if hmac.compare_digest(key_of(practice_id), key) else None


def status_url(practice_id: UUID, intent_id: UUID) -> str:
    """Where it is reported what becomes of a message or a call."""
    return f"{settings.PUBLIC_URL}/twilio/status/{key_of(practice_id)}/?intent={intent_id}"


def reply_url(practice_id: UUID, intent_id: UUID | None = None) -> str:
    """Where replies are posted; with the intent, where keys pressed in its call are."""
    query = f"?intent={intent_id}" if intent_id else ""
    return f"{settings.PUBLIC_URL}/twilio/reply/{key_of(practice_id)}/{query}"


def _mac(practice_id: UUID) -> str:
    secret = settings.FEED_KEY_SECRET.encode()
    return hmac.new(secret, f"callbacks:{practice_id}".encode(), hashlib.sha256).hexdigest()[
        :DIGITS
    ]
