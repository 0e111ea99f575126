"""MDM: documents. Who wrote them, who must sign them, and whether that has happened."""

from charts.values import Attachment, Code, ItemKind, ItemReport, ItemStatus
from integrations.events import Event, ItemReported
from integrations.hl7.documents import document_type
from integrations.hl7.faults import Fault, Weight, missing
from integrations.hl7.groups import NO_PATIENT, unnumbered
from integrations.hl7.message import Message
from integrations.hl7.observations import value_of
from integrations.hl7.patients import location_of, patient_of, visit_number
from integrations.hl7.reports import Allowance, attach
from integrations.hl7.segment import Segment
from integrations.hl7.times import parse_ts
from integrations.hl7.types import codes, priority, provider

_SIGNED = frozenset({"AU", "LA"})
_CANCELLED = "CA"
_GONE = frozenset({"CA", "OB"})
"""TXA-19: cancelled and obsolete."""
_CANCEL_EVENT = "T11"
_REPLACEMENTS = frozenset({"T09", "T10"})
_ADDENDA = frozenset({"T05", "T06"})
_DOCUMENT_TYPES = {
    "AR": "Autopsy report",
    "CD": "Cardiodiagnostics",
    "CN": "Consultation",
    "DI": "Diagnostic imaging",
    "DS": "Discharge summary",
    "ED": "Emergency department report",
    "HP": "History and physical",
    "OP": "Operative report",
    "PC": "Psychiatric consultation",
    "PH": "Psychiatric history and physical",
    "PN": "Procedure note",
    "PR": "Progress note",
    "SP": "Surgical pathology",
    "TS": "Transfer summary",
}
"""HL7 table 0270, for senders who give the code without words."""

_NO_TXA = missing("TXA", "The message holds no document header.", Weight.ERROR)


def read_document(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """The one document of an MDM."""
    txa = message.first("TXA")
    if not txa:
        faults.append(_NO_TXA)
        return []
    pid = message.first("PID")
    if not pid:
        faults.append(NO_PATIENT)
    patient = patient_of(pid, message, message.segments) if pid else None
    return [ItemReported(patient=patient, item=_document(txa, message, zone, faults))]


def _document(txa: Segment, message: Message, zone: str, faults: list[Fault]) -> ItemReport:
    grammar = message.grammar
    orc, obr, pv1 = message.first("ORC"), message.first("OBR"), message.first("PV1")
    code, alternate = _codes(txa, message)
    text, attachments = _content(message, Allowance(faults, zone))
    signed_by = provider(txa.raw(22), grammar)
    return ItemReport(
        kind=ItemKind.DOCUMENT,
        key=_number(txa, message),
        status=document_status(txa, message.header.event),
        code=code,
        alternate=alternate,
        placer=txa.field(14) or orc.field(2) or obr.field(2),
        filler=txa.field(15) or orc.field(3) or obr.field(3),
        attachments=attachments,
        author=provider(txa.raw(9), grammar) or provider(txa.raw(5), grammar),
        signer=provider(txa.raw(10), grammar) or signed_by,
        orderer=provider(obr.raw(16), grammar) or provider(orc.raw(12), grammar),
        location=location_of(pv1, orc, message),
        encounter=visit_number(pv1),
        priority=priority(txa.field(18)),
        issued_at=parse_ts(message.header.sent_at, zone)
        or parse_ts(message.first("EVN").field(2), zone),
        effective_at=parse_ts(txa.field(4), zone) or parse_ts(txa.field(6), zone),
        replaces=txa.field(13) if message.header.event in _REPLACEMENTS else "",
        text=text,
        details=_details(txa, message, code, alternate),
    )


def document_status(txa: Segment, event: str) -> ItemStatus:
    """Only AU and LA are signed. The event wins: a T11 may still say AU."""
    completion = txa.field(17).upper()
    if event == _CANCEL_EVENT or completion == _CANCELLED or txa.field(19).upper() in _GONE:
        return ItemStatus.WITHDRAWN
    if not completion:
        return ItemStatus.UNKNOWN
    return ItemStatus.FINAL if completion in _SIGNED else ItemStatus.PRELIMINARY


def _number(txa: Segment, message: Message) -> str:
    """TXA-12, else TXA-16 (a file name), else a key from what the document says of itself."""
    stated = txa.field(12) or txa.field(16)
    if stated:
        return stated
    pid = message.first("PID")
    return unnumbered(pid.field(3), txa.field(2), txa.field(4) or message.header.control_id)


def _codes(txa: Segment, message: Message) -> tuple[Code, Code | None]:
    """TXA-2, and the document code in OBX-3 where that is LOINC."""
    code, alternate = codes(txa.raw(2), txa.grammar)
    if not code.display:
        code = Code(code=code.code, display=_DOCUMENT_TYPES.get(code.code, ""), system=code.system)
    shown, _ = codes(message.first("OBX").raw(3), message.grammar)
    if shown.system == "loinc" and code.system != "loinc":
        return shown, code if code.code else None
    return (code, alternate) if code.code or code.display else (shown, None)


def _content(message: Message, allowance: Allowance) -> tuple[str, tuple[Attachment, ...]]:
    """The OBX lines as one text, and what they carry besides."""
    lines: list[str] = []
    attachments: list[Attachment] = []
    for segment in message.all("OBX"):
        kind = segment.raw(2)
        if kind in ("ED", "RP"):
            attach(segment, attachments, allowance)
        else:
            lines.append(value_of(kind, segment.raw(5), segment.grammar))
    return "\n".join(lines).strip(), tuple(attachments)


def _details(txa: Segment, message: Message, code: Code, alternate: Code | None) -> dict[str, str]:
    stated = codes(txa.raw(2), txa.grammar)[0]
    said = {
        "document_type": document_type(stated, code, alternate),
        "completion": txa.field(17).upper(),
        "amends": txa.field(13) if message.header.event in _ADDENDA else "",
    }
    return {name: value for name, value in said.items() if value}
