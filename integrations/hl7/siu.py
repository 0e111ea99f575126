"""SIU: appointments booked, moved, cancelled and missed."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from charts.values import Code, ItemKind, ItemReport, ItemStatus, ProviderRef
from integrations.events import Event, ItemReported
from integrations.hl7.faults import Fault, Weight, missing
from integrations.hl7.groups import NO_PATIENT, notes
from integrations.hl7.loops import booked, is_360x
from integrations.hl7.message import Message
from integrations.hl7.patients import location_of, patient_of, visit_number
from integrations.hl7.segment import Segment, part
from integrations.hl7.times import parse_ts
from integrations.hl7.types import codes, component, place, provider

_EVENTS = {
    **dict.fromkeys(("S12", "S13", "S14"), ItemStatus.ACTIVE),
    **dict.fromkeys(("S15", "S16", "S17"), ItemStatus.WITHDRAWN),
    **dict.fromkeys(("S18", "S19", "S20", "S21", "S22"), ItemStatus.ACTIVE),
    "S26": ItemStatus.MISSED,
}
"""S18 to S22 change what an appointment uses. S23 and S24 open and block slots: no appointment."""
_STATES = {
    "NOSHOW": ItemStatus.MISSED,
    "COMPLETE": ItemStatus.COMPLETED,
    "COMPLETED": ItemStatus.COMPLETED,
    "CANCELLED": ItemStatus.WITHDRAWN,
    "CANCELED": ItemStatus.WITHDRAWN,
    "DC": ItemStatus.WITHDRAWN,
    "DELETED": ItemStatus.WITHDRAWN,
}
"""SCH-25, table 0278, of an appointment that was only modified."""
_MOST_RESOURCES = 50
_START_FIELDS = {"AIS": 4, "AIP": 6, "AIG": 8, "AIL": 6}

_NO_NUMBER = missing("SCH-1", "The appointment has no number.", Weight.ERROR)


def read_appointment(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """The appointment of a SIU, for the first patient it names."""
    status = _EVENTS.get(message.header.event)
    sch = message.first("SCH")
    if status is None:
        return []
    key = sch.field(1) or sch.field(2)
    if not key:
        faults.append(_NO_NUMBER)
        return []
    if status is ItemStatus.ACTIVE:
        status = _STATES.get(sch.field(25).upper(), status)
    pids = list(message.all("PID"))
    if not pids:
        faults.append(NO_PATIENT)
    item = _appointment(key, status, message, zone)
    patient = patient_of(pids[0], message, message.segments) if pids else None
    events: list[Event] = [ItemReported(patient=patient, item=item)]
    if is_360x(message.header) and (told := booked(item, sch, message.first("ORC"))):
        events.append(ItemReported(patient=patient, item=told))
    return events


def _appointment(key: str, status: ItemStatus, message: Message, zone: str) -> ItemReport:
    sch, pv1, grammar = message.first("SCH"), message.first("PV1"), message.grammar
    service, _ = codes(message.first("AIS").raw(3), grammar)
    reason, _ = codes(sch.raw(7), grammar)
    return ItemReport(
        kind=ItemKind.APPOINTMENT,
        key=key,
        status=status,
        code=service if service.code or service.display else _kind(sch),
        placer=sch.field(26),
        filler=sch.field(27),
        orderer=provider(sch.raw(12), grammar),
        recipient=_clinician(message),
        location=_place(message) or location_of(pv1, message.absent, message),
        encounter=visit_number(pv1),
        issued_at=parse_ts(message.header.sent_at, zone),
        effective_at=_start(message, zone),
        text=notes(list(message.all("NTE"))),
        details={"reason": text} if (text := reason.display or reason.code) else {},
    )


def _kind(sch: Segment) -> Code:
    """SCH-8, the type of appointment."""
    return codes(sch.raw(8), sch.grammar)[0]


def _clinician(message: Message) -> ProviderRef | None:
    """AIP-3, the person who will be there."""
    aips = islice(message.all("AIP"), _MOST_RESOURCES)
    found = (provider(aip.raw(3), aip.grammar) for aip in aips)
    return next((one for one in found if one is not None), None)


def _place(message: Message) -> str:
    """AIL-3."""
    ails = islice(message.all("AIL"), _MOST_RESOURCES)
    found = (place(ail.raw(3), ail.grammar) for ail in ails)
    return next((one for one in found if one), "")


def _start(message: Message, zone: str) -> datetime | None:
    """TQ1-7, else a resource's own start, else SCH-11.4 of older versions."""
    for text in _starts(message):
        found = parse_ts(text, zone)
        if found is not None:
            return found
    return None


def _starts(message: Message) -> Iterable[str]:
    yield message.first("TQ1").field(7)
    resources = (segment for segment in message.segments if segment.name in _START_FIELDS)
    for segment in islice(resources, _MOST_RESOURCES):
        yield segment.field(_START_FIELDS[segment.name])
    timing = part(message.first("SCH").raw(11), message.grammar.repetition, 0)
    yield component(timing, message.grammar, 4)
