"""Requests to EHRs: to public addresses alone, as the settings say."""

from collections.abc import Mapping

from django.conf import settings

from integrations.ehr.faults import Malformed
from outbox.wire import addresses, transport
from outbox.wire.faults import TooLarge
from outbox.wire.transport import Answer, Patience

__all__ = ["FHIR", "LARGEST", "Answer", "send"]

CONNECT_S, READ_S, WHOLE_S = 5.0, 15.0, 60.0
LARGEST = 16 * 1024 * 1024

FHIR = "application/fhir+json"


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    largest: int = LARGEST,
    whole_s: float = WHOLE_S,
) -> Answer:
    """Send one request and read its answer.

    Raises:
        AddressRefused: we may not send there; nothing was sent.
        Unreachable: no connection, no valid certificate, or no whole answer in time.
        Malformed: the answer is too large.
    """
    target = addresses.resolve(url, allow_loopback=settings.EHR_LOOPBACK)
    try:
        return transport.send(
            method, target, headers=headers, body=body, largest=largest,
            patience=Patience(CONNECT_S, READ_S, whole_s), ca_file=settings.EHR_CA_FILE,
        )  # fmt: skip
    except TooLarge as fault:
        raise Malformed(fault.phrase) from None
