"""Refill requests: RDE^O25, or ORC-1 RF in any pharmacy message, and the answers to them."""

from charts.values import ItemStatus
from integrations.hl7.groups import Order
from integrations.hl7.header import Header

_REFILL_EVENT = "O25"
_ANSWERS = {"AF": "approved", "DF": "denied", "OF": "refilled", "FU": "refilled"}
_ENDED = frozenset({"CA", "OC", "CR", "DC", "OD"})
_REQUEST = "RF"


def asks_for_refill(header: Header) -> bool:
    """Whether the whole message is a refill request, whatever its orders say."""
    return header.event == _REFILL_EVENT


def is_refill(header: Header, order: Order) -> bool:
    """Whether this order asks for a refill, or answers somebody who did."""
    control = order.orc.field(1).upper()
    return asks_for_refill(header) or control == _REQUEST or control in _ANSWERS


def refill_status(order: Order) -> ItemStatus:
    """Open until it is answered or taken back."""
    control = order.orc.field(1).upper()
    if control in _ANSWERS:
        return ItemStatus.COMPLETED
    return ItemStatus.WITHDRAWN if control in _ENDED else ItemStatus.ACTIVE


def refill_details(order: Order) -> dict[str, str]:
    """The answer, and the refills given (RXE-12) and left (RXE-16)."""
    details = {"answer": _ANSWERS.get(order.orc.field(1).upper(), "")}
    for segment in order.lines:
        if segment.name == "RXE":
            details["refills"] = segment.field(12)
            details["refills_left"] = segment.field(16)
    return details
