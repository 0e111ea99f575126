"""A webhook of the person's own: signed, with an id under which a repeat can be told.

    webhook-id         the intent's id, the same whenever it is sent
    webhook-timestamp  seconds since 1970
    webhook-signature  v1,<base64 of HMAC-SHA256 over `id.timestamp.body`>

The receiver cannot be asked what it took, so after a failure it may come twice under one id.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from outbox.channels import posting
from outbox.channels.outcomes import Outcome, Parcel

PREFIX = "whsec_"


def send(parcel: Parcel) -> Outcome:
    """Post it; never raises."""
    return post(parcel, {
        "type": "page" if parcel.is_page else "notice", "reference": parcel.reference,
        "text": parcel.body, "url": settings.PUBLIC_URL,
    })  # fmt: skip


def post(parcel: Parcel, said: Mapping[str, Any]) -> Outcome:
    """Post what is said in a parcel, signed; never raises."""
    assert parcel.contact_id is not None
    body = posting.encoded(said)
    moment = int(parcel.at.timestamp())
    signature = sign(
        body, id=str(parcel.intent_id), moment=moment, secret=secret_of(parcel.contact_id)
    )
    headers = {
        "webhook-id": str(parcel.intent_id), "webhook-timestamp": str(moment),
        "webhook-signature": signature, "Idempotency-Key": str(parcel.intent_id),
    }  # fmt: skip
    return posting.post(parcel.address, body, headers, until=parcel.until)


def secret_of(contact_id: UUID) -> str:
    """What a receiver verifies with; derived, so nothing in the database gives it away."""
    master = settings.FEED_KEY_SECRET.encode()
    digest = hmac.new(master, f"webhook:{contact_id}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(digest).decode()


def sign(body: bytes, *, id: str, moment: int, secret: str) -> str:  # noqa: A002 - its name there
    """The signature of a body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
