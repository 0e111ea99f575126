"""What fax services tell: a fax came, failed or is on its way. Pure and total.

A fax names no patient: who it is about, and which referral it answers, a person must say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


class FaxState(StrEnum):
    """How far one fax is, in one list for all services."""

    UNDER_WAY = "under-way"
    RECEIVED = "received"
    DELIVERED = "delivered"
    """Pages reached a number. Nobody has read them yet."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FaxEvent:
    """One happening about one fax."""

    service: str
    event_id: str
    """Deliveries repeat: the same id is the same happening."""
    fax_id: str
    state: FaxState
    is_inbound: bool
    pages: int | None = None
    url: str = ""
    """Where the pages are for a short while, if the service says."""
    carries_file: bool = False
    reason: str = ""
    sender: str = ""
    """The number that an inbound fax came from."""

    @property
    def must_be_filed(self) -> bool:
        """Whether a person must say whose it is."""
        return self.is_inbound and self.state is FaxState.RECEIVED


def read(body: Json, *, event: str = "") -> FaxEvent | None:
    """What a body tells; None for one that no known fax service posts.

    Args:
        body: the JSON, parsed.
        event: the name in the header, where the service puts it there (Documo).
    """
    return _telnyx(body) or _sinch(body) or _documo(body, event)


_TELNYX = {
    "fax.received": FaxState.RECEIVED,
    "fax.delivered": FaxState.DELIVERED,
    "fax.failed": FaxState.FAILED,
}


def _telnyx(body: Json) -> FaxEvent | None:
    data = _node(body, "data")
    kind = _text(data, "event_type")
    if not kind.startswith("fax."):
        return None
    fax = _node(data, "payload")
    return FaxEvent(
        service="telnyx",
        event_id=_text(data, "id"),
        fax_id=_text(fax, "fax_id"),
        state=_TELNYX.get(kind, FaxState.UNDER_WAY),
        is_inbound=_text(fax, "direction").lower() == "inbound",
        pages=_count(fax, "page_count"),
        url=_text(fax, "media_url"),
        reason=_text(fax, "failure_reason"),
        sender=_text(fax, "from"),
    )


_SINCH = {
    "COMPLETED": FaxState.DELIVERED,
    "FAILURE": FaxState.FAILED,
}


def _sinch(body: Json) -> FaxEvent | None:
    kind, fax = _text(body, "event").upper(), _node(body, "fax")
    if kind not in ("INCOMING_FAX", "FAX_COMPLETED"):
        return None
    is_inbound = kind == "INCOMING_FAX" or _text(fax, "direction").upper() == "INBOUND"
    state = _SINCH.get(_text(fax, "status").upper(), FaxState.UNDER_WAY)
    if is_inbound and state is FaxState.DELIVERED:
        state = FaxState.RECEIVED
    return FaxEvent(
        service="sinch",
        event_id=f"{_text(fax, 'id')}/{kind}/{state.value}",
        fax_id=_text(fax, "id"),
        state=state,
        is_inbound=is_inbound,
        pages=_count(fax, "numberOfPages"),
        carries_file=bool(_text(body, "file")),
        reason=_text(fax, "errorMessage") or _text(fax, "errorCode"),
        sender=_text(fax, "from"),
    )


def _documo(body: Json, event: str) -> FaxEvent | None:
    """It posts for failures too: the status says which, and the file is fetched by messageId."""
    if not (_text(body, "messageId") and "direction" in body and "faxNumber" in body):
        return None
    inbound = _text(body, "direction").lower() == "inbound"
    succeeded = _text(body, "status").lower() in ("success", "completed")
    failed = _text(body, "status").lower() in ("failed", "failure", "error", "cancelled")
    done = FaxState.RECEIVED if inbound else FaxState.DELIVERED
    state = done if succeeded else FaxState.FAILED if failed else FaxState.UNDER_WAY
    if event and not event.endswith(".complete") and state is done:
        state = FaxState.UNDER_WAY
    return FaxEvent(
        service="documo",
        event_id=_text(body, "deliveryId") or f"{_text(body, 'messageId')}/{state.value}",
        fax_id=_text(body, "messageId"),
        state=state,
        is_inbound=inbound,
        pages=_count(body, "pagesComplete") or _count(body, "pagesCount"),
        reason=_text(body, "errorInfo") or _text(body, "resultInfo"),
        sender=_text(body, "faxCallerId"),
    )


def _node(body: Json, name: str) -> Json:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _count(body: Json, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
