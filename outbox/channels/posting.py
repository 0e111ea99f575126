"""JSON posted to an address that a person typed: public, over TLS, and never redirected."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from outbox.channels import pace
from outbox.channels.outcomes import Accepted, Busy, Outcome, Refused, Unknown
from outbox.failures import Broken
from outbox.wire import addresses, transport
from outbox.wire.faults import AddressRefused, Fault, NotConnected

LARGEST = 65536

GONE = frozenset({404, 410})
LATER = frozenset({401, 403, 429})
TIMED_OUT = 408


def encoded(value: Mapping[str, Any]) -> bytes:
    """The bytes that are sent, and signed."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def post(url: str, body: bytes, headers: Mapping[str, str], *, until: float | None) -> Outcome:
    """Post it; never raises."""
    try:
        target = addresses.resolve(url, allow_loopback=settings.EHR_LOOPBACK)
        answer = transport.send(
            "POST", target, body=body, headers={"Content-Type": "application/json", **headers},
            largest=LARGEST, patience=pace.patience(until), ca_file=settings.EHR_CA_FILE,
        )  # fmt: skip
    except AddressRefused as fault:
        return Refused(fault.phrase, broken=Broken.NO_NUMBER)
    except NotConnected as fault:
        return Busy(fault.phrase)
    except Fault as fault:
        return Unknown(fault.phrase)
    return of_status(answer.status)


def of_status(status: int) -> Outcome:
    """What an answer says: taken, not taken, or nobody knows."""
    if 200 <= status < 300:
        return Accepted(is_delivered=True)
    if status in GONE:
        return Refused(f"refused with status {status}", broken=Broken.NO_NUMBER)
    if status in LATER:
        return Busy(f"refused with status {status}")
    if status >= 500 or status == TIMED_OUT:
        return Unknown(f"status {status}")
    return Refused(f"refused with status {status}")
