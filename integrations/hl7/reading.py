"""From a message to events: the table of what we read, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from charts.values import ItemKind, Severity, worst
from integrations.events import Event, ItemReported
from integrations.hl7.adt import MERGE_LIKE, read_adt, read_merge
from integrations.hl7.faults import Fault, Weight
from integrations.hl7.mdm import read_document
from integrations.hl7.message import Message
from integrations.hl7.orders import read_orders
from integrations.hl7.oru import read_results
from integrations.hl7.referrals import read_answer, read_referral
from integrations.hl7.siu import read_appointment


class MessageType(StrEnum):
    """What a message is to us."""

    RESULT = "result"
    ORDER = "order"
    PHARMACY_ORDER = "pharmacy-order"
    REFERRAL = "referral"
    REFERRAL_RESPONSE = "referral-response"
    DOCUMENT = "document"
    REFILL = "refill"
    ADT = "adt"
    MERGE = "merge"
    SCHEDULE = "schedule"
    ACK = "ack"
    IGNORED = "ignored"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says to us, and what of it could not be read."""

    type: MessageType
    events: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = ()
    severity: Severity | None = None
    """The worst of its results; None where it has none."""

    @property
    def needs_person(self) -> bool:
        """Whether something in it could not be used, so that somebody must look at the message."""
        return any(fault.weight is Weight.ERROR for fault in self.faults)


Reader = Callable[[Message, str, list[Fault]], list[Event]]
_Row = tuple[MessageType, Reader]

_RESULTS: _Row = (MessageType.RESULT, read_results)
_ORDERS: _Row = (MessageType.ORDER, read_orders)
_PHARMACY: _Row = (MessageType.PHARMACY_ORDER, read_orders)
_DOCUMENTS: _Row = (MessageType.DOCUMENT, read_document)
_PATIENTS: _Row = (MessageType.ADT, read_adt)
_MERGES: _Row = (MessageType.MERGE, read_merge)
_REFERRALS: _Row = (MessageType.REFERRAL, read_referral)
_ANSWERS: _Row = (MessageType.REFERRAL_RESPONSE, read_answer)
_SCHEDULE: _Row = (MessageType.SCHEDULE, read_appointment)

_BY_CODE: dict[str, _Row] = {
    "ORU": _RESULTS,
    **dict.fromkeys(("ORM", "OMG", "OML", "OMI", "OMP", "OMD", "OSU"), _ORDERS),
    **dict.fromkeys(("RDE", "RDS", "RAS"), _PHARMACY),
    "MDM": _DOCUMENTS,
    "ADT": _PATIENTS,
    "REF": _REFERRALS,
    "RRI": _ANSWERS,
    "SIU": _SCHEDULE,
}
"""Old systems leave the event out and new ones add events, so a type is read whatever the event."""
_BY_EVENT: dict[tuple[str, str], _Row | None] = {
    **{("ADT", event): _MERGES for event in MERGE_LIKE},
    ("ORU", "W01"): None,
}
"""Events that are read another way, or (waveforms) not at all."""
_ACKNOWLEDGMENTS = frozenset({"ACK", "MCF"})


def interpret(message: Message, *, zone: str) -> Reading:
    """What the message says. `zone` is the sender's, for times without an offset."""
    header = message.header
    if message.malformed:
        return Reading(MessageType.MALFORMED, faults=message.faults)
    if header.code in _ACKNOWLEDGMENTS:
        return Reading(MessageType.ACK, faults=message.faults)
    row = _BY_EVENT.get((header.code, header.event), _BY_CODE.get(header.code))
    if row is None:
        return Reading(MessageType.IGNORED, faults=message.faults)
    kind, reader = row
    faults = list(message.faults)
    events = reader(message, zone, faults)
    items = [event.item for event in events if isinstance(event, ItemReported)]
    if any(item.kind is ItemKind.REFILL for item in items):
        kind = MessageType.REFILL
    severities = [item.severity for item in items if item.severity is not None]
    return Reading(kind, tuple(events), tuple(faults), worst(severities))
