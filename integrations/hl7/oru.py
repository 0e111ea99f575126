"""ORU: results. One report for each OBR, from its OBX lines."""

from datetime import datetime

from charts.values import Code, ItemKind, ItemReport
from integrations.events import Event, ItemReported
from integrations.hl7.documents import document_type
from integrations.hl7.faults import Fault, Weight, missing
from integrations.hl7.groups import (
    NO_PATIENT,
    Order,
    PatientGroup,
    notes,
    orderer_of,
    patient_groups,
    priority_of,
    unnumbered,
)
from integrations.hl7.message import Message
from integrations.hl7.observations import observation, observed_at
from integrations.hl7.patients import identifiers, location_of, patient_of, visit_number
from integrations.hl7.reports import (
    Allowance,
    Content,
    content_of,
    severity_of,
    standing_of,
    status_of,
)
from integrations.hl7.times import parse_ts
from integrations.hl7.types import codes

_NO_REPORT = missing("OBR", "The message holds no report.", Weight.ERROR)
"""A result may have been lost on the way: a person asks the sender."""


def read_results(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """The reports in an ORU."""
    events: list[Event] = []
    allowance = Allowance(faults, zone)
    for group in patient_groups(message, faults):
        orders = group.orders or _implied(group, message)
        patient = patient_of(group.pid, message, group.around) if group.pid else None
        if orders and patient is None:
            allowance.exceeded(NO_PATIENT)
        for order in orders:
            item = _report(order, group, message, allowance)
            events.append(ItemReported(patient=patient, item=item))
    if not events:
        faults.append(_NO_REPORT)
    return events


def _implied(group: PatientGroup, message: Message) -> list[Order]:
    """Values without any OBR still are a result: somebody must see them."""
    values = [segment for segment in group.around if segment.name in ("OBX", "NTE")]
    if not any(segment.name == "OBX" for segment in values):
        return []
    return [Order(message.absent, message.absent, values)]


def _report(
    order: Order, group: PatientGroup, message: Message, allowance: Allowance
) -> ItemReport:
    standing = standing_of(order, allowance.zone)
    content = content_of(order, standing, allowance)
    status = status_of(standing, content)
    observations = tuple([observation(entry, standing) for entry in content.entries])
    code, alternate = _code(order, content)
    placer, filler = order.placer, order.filler
    return ItemReport(
        kind=ItemKind.RESULT,
        key=f"{filler or placer or _unnumbered(order, group, message)}|{_name(order, code)}",
        status=status,
        code=code,
        alternate=alternate,
        placer=placer,
        filler=filler,
        severity=severity_of(status, content, observations),
        observations=observations,
        attachments=tuple(content.attachments),
        orderer=orderer_of(order),
        location=location_of(group.pv1, order.orc, message),
        encounter=visit_number(group.pv1),
        priority=priority_of(order),
        issued_at=_issued_at(order, content, message, allowance.zone),
        effective_at=parse_ts(order.obr.field(7), allowance.zone),
        text=notes(content.comments),
        details=_details(order, code, alternate),
    )


def _issued_at(order: Order, content: Content, message: Message, zone: str) -> datetime | None:
    """OBR-22, else the latest OBX-14, else when it was taken, else when it was sent."""
    return (
        parse_ts(order.obr.field(22), zone)
        or observed_at(content.entries, zone)
        or parse_ts(order.obr.field(7), zone)
        or parse_ts(message.header.sent_at, zone)
    )


def _code(order: Order, content: Content) -> tuple[Code, Code | None]:
    """OBR-4, or the first OBX-3 where there is no OBR."""
    if order.obr.raw(4) or not content.entries:
        return codes(order.obr.raw(4), order.obr.grammar)
    first = content.entries[0].segment
    return codes(first.raw(3), first.grammar)


def _name(order: Order, code: Code) -> str:
    """The report in its key: OBR-4 as it stands, whichever of its codes we prefer."""
    return order.obr.field(4) or code.code or code.display


def _unnumbered(order: Order, group: PatientGroup, message: Message) -> str:
    """Without a number, what was taken from this patient at this time is one order."""
    known = next((one.value for one in identifiers(group.pid, message)), "")
    return unnumbered(known, order.obr.field(7) or message.header.control_id)


def _details(order: Order, code: Code, alternate: Code | None) -> dict[str, str]:
    """The diagnostic service (OBR-24), and what kind of document it is, if it is one."""
    stated = {
        "service": order.obr.field(24),
        "document_type": document_type(code, alternate),
    }
    return {name: value for name, value in stated.items() if value}
