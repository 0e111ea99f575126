"""IHE 360X: what becomes of a referral, as the other side tells it in OSU, OMG and SIU.

An answer changes neither the status nor the work of a referral: accepted is not seen, and a refusal
is work for whoever referred. Only the report closes the loop, or who referred takes it back.
"""

from dataclasses import replace

from charts.values import CONSULT_NOTE, Code, ItemKind, ItemReport, ItemStatus
from integrations.hl7.groups import Order
from integrations.hl7.header import Header
from integrations.hl7.segment import Segment

_STATUS_UPDATE = "OSU"
_REQUESTS = frozenset({"NW", "XO", "RP", "RO", "SN", "PA", "CH"})
_TAKEN_BACK = frozenset({"CA", "OC", "CR", "DC", "OD", "DR"})
_ANSWERS = {
    "IP": "accepted",
    "SC": "scheduled",
    "A": "in-progress",
    "CM": "completed",
    "CA": "rejected",
    "DC": "rejected",
    "ER": "rejected",
    "HD": "on-hold",
}
"""ORC-5, table 0038, in an answer."""
_REPORTED = "completed"
_APPOINTMENTS = {
    ItemStatus.ACTIVE: "scheduled",
    ItemStatus.WITHDRAWN: "appointment-cancelled",
    ItemStatus.MISSED: "missed",
    ItemStatus.COMPLETED: "seen",
}
_REPORT = Code(code="11488-4", display="Consultation note", system="loinc")


def is_360x(header: Header) -> bool:
    """MSH-21, which may repeat and name an assigner."""
    return "360X" in header.profile.upper()


def tells_of_referral(header: Header, order: Order) -> bool:
    """Whether an order of a referral is what the other side answers, or ends it."""
    if header.code == _STATUS_UPDATE:
        return True
    return is_360x(header) and order.orc.field(1).upper() not in _REQUESTS


def answered(item: ItemReport, order: Order) -> list[ItemReport]:
    """The referral with the answer in its details; and the report, if it came along."""
    control, state = order.orc.field(1).upper(), order.orc.field(5).upper()
    reason = order.orc.field(16, 2) or order.orc.field(16)
    if control in _TAKEN_BACK:
        return [replace(item, status=ItemStatus.WITHDRAWN)]
    answer = _ANSWERS.get(state) or (_REPORTED if control == "RE" else "answered")
    if answer == _REPORTED and not (item.attachments or _wording(order)):
        return [replace(item, status=ItemStatus.COMPLETED)]
    stated = {"response": answer, "response_reason": reason}
    kept = {name: value for name, value in item.details.items() if name != "reason"}
    told = replace(item, status=ItemStatus.ACTIVE, details=kept | _said(stated))
    if answer != _REPORTED:
        return [told]
    return [_report(item, order), replace(told, attachments=())]


def _report(item: ItemReport, order: Order) -> ItemReport:
    """The consult note of an outcome, as a document that names the referral."""
    return replace(
        item,
        kind=ItemKind.DOCUMENT,
        key=f"{item.key}|{_REPORT.code}",
        status=ItemStatus.FINAL,
        code=_REPORT,
        alternate=None,
        placer=item.placer or item.key,
        due_date=None,
        text="\n".join(filter(None, (_wording(order), item.text))),
        details={"document_type": CONSULT_NOTE},
    )


def _wording(order: Order) -> str:
    """OBX that are not documents, as text."""
    lines = (line for line in order.lines if line.name == "OBX" and line.raw(2) not in ("ED", "RP"))
    return "\n".join(filter(None, (line.field(5) for line in lines)))


def booked(appointment: ItemReport, sch: Segment, orc: Segment) -> ItemReport | None:
    """What a 360X appointment says of its referral (SCH-26, ORC-2); None where it names none."""
    number = sch.field(26) or orc.field(2)
    if not number:
        return None
    when = appointment.effective_at.isoformat() if appointment.effective_at else ""
    stated = {
        "response": _APPOINTMENTS.get(appointment.status, ""),
        "appointment": when,
        "assigner": assigner(sch, 26) or assigner(orc, 2),
    }
    return ItemReport(
        kind=ItemKind.REFERRAL,
        key=number,
        status=ItemStatus.ACTIVE,
        code=Code(""),
        placer=number,
        recipient=appointment.recipient,
        issued_at=appointment.issued_at,
        details=_said(stated),
    )


def assigner(segment: Segment, number: int) -> str:
    """Who gave out an order number (EI): its name and its universal id, apart by a blank."""
    return " ".join(filter(None, (segment.field(number, part) for part in (2, 3))))


def _said(details: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in details.items() if value}
