"""Orders: ORM, OMG, OML, OMI, OMP, OMD, OSU and the pharmacy messages RDE, RDS, RAS.

One message may say several things: an order, a referral written as an order, a change of medication
that must be documented, a refill request. Each becomes an item of its own kind.
"""

import re
from dataclasses import replace
from datetime import date, datetime

from charts.values import Attachment, Code, ItemKind, ItemReport, ItemStatus, PatientDetails
from integrations.events import Event, ItemReported
from integrations.hl7.faults import ErrorCode, Fault, Weight, missing
from integrations.hl7.groups import (
    NO_PATIENT,
    Order,
    PatientGroup,
    notes,
    order_number,
    orderer_of,
    patient_groups,
    priority_of,
    unnumbered,
)
from integrations.hl7.insurance import insurance_of
from integrations.hl7.loops import answered, assigner, is_360x, tells_of_referral
from integrations.hl7.message import Message
from integrations.hl7.patients import drugs, location_of, patient_of, visit_number
from integrations.hl7.refills import asks_for_refill, is_refill, refill_details, refill_status
from integrations.hl7.reports import Allowance, attach
from integrations.hl7.segment import Segment
from integrations.hl7.times import has_time, parse_date, parse_ts
from integrations.hl7.types import codes, provider

_CONTROL = {
    **dict.fromkeys(("CA", "OC", "CR", "DC", "OD", "DR", "UA"), ItemStatus.WITHDRAWN),
    **dict.fromkeys(("RP", "RU", "RQ"), ItemStatus.WITHDRAWN),
    **dict.fromkeys(("HD", "OH", "HR"), ItemStatus.ON_HOLD),
    **dict.fromkeys(("RL", "OE", "OR"), ItemStatus.ACTIVE),
}
"""ORC-1, table 0119. CA only asks to cancel, but whoever ordered asks it: the order has ended."""
_STATES = {
    **dict.fromkeys(("CA", "DC", "RP"), ItemStatus.WITHDRAWN),
    "CM": ItemStatus.COMPLETED,
    "HD": ItemStatus.ON_HOLD,
}
"""ORC-5, table 0038."""
_CHANGES = {
    **dict.fromkeys(("XO", "XX", "XR"), "changed"),
    **dict.fromkeys(("DC", "OD", "DR"), "discontinued"),
}
"""ORC-1 of a pharmacy order that changes what the patient takes."""
_PRIOR = "PR"
"""Earlier results sent along with a new order."""
_PHARMACY = frozenset({"RDE", "RDS", "RAS", "OMP"})
_REFERRAL_NOTE = "57133-1"
_REFERRAL = re.compile(r"\b(?:referral|refer|consult|consultation)s?\b", re.IGNORECASE)
_DIRECTION = re.compile(r"\b(?:referral|refer|consult\w*)\s+(?:to|for|with)\s+(.+)", re.IGNORECASE)
_REPORT = re.compile(r"\b(?:note|report|letter|result)s?\b", re.IGNORECASE)
_DETAIL_FIELDS = {"OBR": 4, "RXO": 1, "RXE": 2, "RXD": 2, "RXA": 5, "ODS": 3, "RQD": 2}

_NO_ORDER = missing("ORC", "The message holds no order.", Weight.ERROR)
_PRIOR_SKIPPED = Fault(
    ErrorCode.SEGMENT_SEQUENCE,
    "PID",
    "Earlier results that came with the order were not read as orders.",
    Weight.INFORMATION,
)


def read_orders(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """The orders of a message, and what they ask for besides."""
    events: list[Event] = []
    known: list[PatientDetails | None] = []
    allowance = Allowance(faults, zone)
    for group in patient_groups(message, faults):
        orders = group.orders or _implied(group, message)
        lines = [*group.around, *(line for order in orders for line in _standing_lines(order))]
        patient = patient_of(group.pid, message, lines) if group.pid else None
        if _is_prior(patient, known):
            faults.append(_PRIOR_SKIPPED)
            continue
        known.append(patient)
        for order in orders:
            items = _items(order, group, message, allowance)
            events += [ItemReported(patient=patient, item=item) for item in items]
    if not events:
        faults.append(_NO_ORDER)
    if None in known:
        faults.append(NO_PATIENT)
    return events


def _standing_lines(order: Order) -> list[Segment]:
    """A drug that was stopped is not one that the patient takes."""
    if order_status(order) is ItemStatus.WITHDRAWN:
        return [line for line in order.lines if not line.name.startswith("RX")]
    return order.lines


def _implied(group: PatientGroup, message: Message) -> list[Order]:
    """Drugs without an ORC, and a refill request that says nothing else at all."""
    named = any(segment.name in _DETAIL_FIELDS for segment in group.around)
    if named or asks_for_refill(message.header):
        return [Order(message.absent, message.absent, group.around)]
    return []


def _is_prior(patient: PatientDetails | None, known: list[PatientDetails | None]) -> bool:
    """A second PID of the same patient leads earlier results, not another order (OML^O21)."""
    return patient is not None and any(
        other is not None and other.identifiers == patient.identifiers for other in known
    )


def _items(
    order: Order, group: PatientGroup, message: Message, allowance: Allowance
) -> list[ItemReport]:
    """An order is one item; a changed prescription is a second one, to be documented."""
    control = order.orc.field(1).upper()
    if control == _PRIOR:
        return []
    whole = _item(order, group, message, allowance)
    if whole.kind is ItemKind.REFERRAL and tells_of_referral(message.header, order):
        return answered(whole, order)
    if is_refill(message.header, order):
        return [_refill(whole, order, group)]
    items = [whole]
    if control in _CHANGES and _is_pharmacy(message, order):
        when = order.orc.field(9) or message.header.sent_at
        items.append(
            replace(
                whole,
                kind=ItemKind.MEDICATION,
                key=f"{whole.key}|{control}|{when}",
                status=ItemStatus.ACTIVE,
                details=whole.details | {"change": _CHANGES[control]},
            )
        )
    return items


def _refill(whole: ItemReport, order: Order, group: PatientGroup) -> ItemReport:
    """Without a number, what asks again for the same drug of the same patient asks once."""
    key = order_number(order) or unnumbered(group.pid.raw(3), whole.code.code, whole.code.display)
    details = whole.details | _said(refill_details(order))
    return replace(
        whole, kind=ItemKind.REFILL, key=key, status=refill_status(order), details=details
    )


def _item(order: Order, group: PatientGroup, message: Message, allowance: Allowance) -> ItemReport:
    zone = allowance.zone
    code, alternate = order_code(order)
    referral = is_referral(code, alternate) or is_360x(message.header)
    insured = insurance_of((*group.around, *order.lines)) if referral else {}
    return ItemReport(
        kind=ItemKind.REFERRAL if referral else ItemKind.ORDER,
        key=order_number(order) or unnumbered(message.header.control_id, code.code, code.display),
        status=order_status(order),
        code=code,
        alternate=alternate,
        placer=order.placer,
        filler=order.filler,
        orderer=orderer_of(order),
        author=provider(order.orc.raw(10), order.orc.grammar),
        location=location_of(group.pv1, order.orc, message),
        encounter=visit_number(group.pv1),
        priority=priority_of(order),
        issued_at=_issued_at(order, message, zone),
        effective_at=_starts_at(order, zone),
        due_date=_due_date(order),
        attachments=_attachments(order, allowance),
        text=notes([segment for segment in order.lines if segment.name == "NTE"]),
        details=_details(order, code, referral=referral) | insured,
    )


def _attachments(order: Order, allowance: Allowance) -> tuple[Attachment, ...]:
    """OBX of type ED and RP: what was sent along."""
    kept: list[Attachment] = []
    for segment in order.lines:
        if segment.name == "OBX" and segment.raw(2) in ("ED", "RP"):
            attach(segment, kept, allowance)
    return tuple(kept)


def order_status(order: Order) -> ItemStatus:
    """Where ORC-1 and ORC-5 leave an order. Neither ever says that it is unsigned."""
    control = _CONTROL.get(order.orc.field(1).upper())
    state = _STATES.get(order.orc.field(5).upper())
    if control is ItemStatus.WITHDRAWN or state is ItemStatus.WITHDRAWN:
        return ItemStatus.WITHDRAWN
    return state or control or ItemStatus.ACTIVE


def order_code(order: Order) -> tuple[Code, Code | None]:
    """What is ordered: OBR-4, else the drug or diet."""
    for segment in (order.obr, *order.lines):
        field = _DETAIL_FIELDS.get(segment.name)
        if field is not None and segment.raw(field):
            return codes(segment.raw(field), segment.grammar)
    return Code(code=""), None


def is_referral(*named: Code | None) -> bool:
    """Whether an order plainly sends the patient to another clinician."""
    for code in named:
        if code is None:
            continue
        words = f"{code.code} {code.display}"[:200]
        if code.code == _REFERRAL_NOTE or (_REFERRAL.search(words) and not _REPORT.search(words)):
            return True
    return False


def _is_pharmacy(message: Message, order: Order) -> bool:
    return message.header.code in _PHARMACY or bool(drugs(order.lines))


def _issued_at(order: Order, message: Message, zone: str) -> datetime | None:
    """ORC-9, unless it is a bare day: then the message knows better which of two is the newer."""
    stated, sent = order.orc.field(9), message.header.sent_at
    first, second = (stated, sent) if has_time(stated) else (sent, stated)
    return parse_ts(first, zone) or parse_ts(second, zone)


def _starts_at(order: Order, zone: str) -> datetime | None:
    """OBR-7, OBR-6, TQ1-7, ORC-7.4."""
    timing = _timing(order)
    texts = (order.obr.field(7), order.obr.field(6), timing.field(7), order.orc.field(7, 4))
    return next((found for text in texts if (found := parse_ts(text, zone))), None)


def _due_date(order: Order) -> date | None:
    """TQ1-8: by when it should be done."""
    return parse_date(_timing(order).field(8))


def _timing(order: Order) -> Segment:
    found = (segment for segment in order.lines if segment.name == "TQ1")
    return next(found, Segment("", order.orc.grammar))


def _details(order: Order, code: Code, *, referral: bool) -> dict[str, str]:
    """Why it was ordered (ORC-16, OBR-31), and the drug of a prescription."""
    drug = next(iter(drugs(order.lines)), None)
    reason = order.orc.field(16, 2) or order.orc.field(16)
    reason = reason or order.obr.field(31, 2) or order.obr.field(31)
    return _said(
        {
            "request": order.orc.field(1).upper(),
            "reason": reason,
            "drug": (drug.display or drug.code) if drug else "",
            "specialty": _specialty(code) if referral else "",
            "assigner": (assigner(order.orc, 2) or assigner(order.obr, 2)) if referral else "",
        }
    )


def _specialty(code: Code) -> str:
    """`AMB REFERRAL TO CARDIOLOGY` is for cardiology."""
    found = _DIRECTION.search(code.display[:200])
    return found[1].strip() if found else ""


def _said(details: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in details.items() if value}
