"""REF and RRI: a patient sent to another clinician, and what that clinician's office answers."""

from charts.values import Attachment, Code, ItemKind, ItemReport, ItemStatus, ProviderRef
from integrations.events import Event, ItemReported
from integrations.hl7.faults import Fault, missing
from integrations.hl7.groups import NO_PATIENT, note, unnumbered
from integrations.hl7.insurance import insurance_of
from integrations.hl7.loops import assigner
from integrations.hl7.message import Message
from integrations.hl7.observations import value_of
from integrations.hl7.patients import location_of, patient_of, visit_number
from integrations.hl7.reports import Allowance, attach
from integrations.hl7.segment import Segment
from integrations.hl7.times import parse_date, parse_ts
from integrations.hl7.types import codes, component, priority

_CANCEL_EVENT = "I14"
_QUESTION_EVENT = "I15"
"""Asks where a referral stands; it says nothing about it."""
_ANSWERS = {
    "A": "accepted",
    "AC": "accepted",
    "P": "pending",
    "R": "rejected",
    "E": "expired",
    "C": "cancelled",
}
"""RF1-1, table 0283 and what sites add. The event decides what happens; this is what was said."""
_REFUSALS = frozenset({"AE", "AR", "CE", "CR"})
_REFERRING, _REFERRED_TO = "RP", "RT"
_DOCUMENTS = frozenset({"ED", "RP"})
_GENERAL_TYPES = frozenset(
    {"LAB", "MED", "PSY", "SKN", "RAD", "HOM", "PHY", "NUR", "OTH", "MEDICAL", "SURGICAL"}
)
"""RF1-3 by table 0281 is a kind of referral, not a specialty."""

_NO_NUMBER = missing("RF1-6", "The referral has no number; its answers cannot be matched by it.")


def read_referral(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """A referral that was made, changed or taken back; a question about one says nothing new."""
    if message.header.event == _QUESTION_EVENT:
        return []
    ended = message.header.event == _CANCEL_EVENT
    status = ItemStatus.WITHDRAWN if ended else ItemStatus.ACTIVE
    return [_reported(message, zone, faults, status, {})]


def read_answer(message: Message, zone: str, faults: list[Fault]) -> list[Event]:
    """RRI. Accepted is not seen, and not reported: the referral stays open."""
    said = message.first("RF1").field(1).upper()
    refused = message.first("MSA").field(1).upper() in _REFUSALS
    unsaid = "rejected" if refused else "answered"
    answer = {
        "response": _ANSWERS.get(said, said.lower()) or unsaid,
        "report": _values(message),
    }
    return [_reported(message, zone, faults, ItemStatus.ACTIVE, answer)]


def _reported(
    message: Message, zone: str, faults: list[Fault], status: ItemStatus, answer: dict[str, str]
) -> ItemReported:
    pid = message.first("PID")
    patient = patient_of(pid, message, message.segments) if pid else None
    if patient is None:
        faults.append(NO_PATIENT)
    item = _referral(message, Allowance(faults, zone), status, answer)
    if item.key.startswith("~"):
        faults.append(_NO_NUMBER)
    return ItemReported(patient=patient, item=item)


def _referral(
    message: Message, allowance: Allowance, status: ItemStatus, answer: dict[str, str]
) -> ItemReport:
    zone = allowance.zone
    rf1, pv1 = message.first("RF1"), message.first("PV1")
    orc, obr = message.first("ORC"), message.first("OBR")
    code, alternate = codes(obr.raw(4) or rf1.raw(3), message.grammar)
    return ItemReport(
        kind=ItemKind.REFERRAL,
        key=referral_number(message),
        status=status,
        code=code,
        alternate=alternate,
        placer=orc.field(2) or obr.field(2) or rf1.field(6),
        filler=orc.field(3) or obr.field(3),
        orderer=_clinician(message, _REFERRING),
        attachments=_attachments(message, allowance),
        recipient=_clinician(message, _REFERRED_TO),
        location=location_of(pv1, orc, message),
        encounter=visit_number(pv1),
        priority=priority(rf1.field(2)),
        issued_at=parse_ts(message.header.sent_at, zone) or parse_ts(rf1.field(9), zone),
        effective_at=parse_ts(rf1.field(7), zone),
        due_date=parse_date(rf1.field(8)),
        text=_text(message),
        details=_details(message, rf1, answer),
    )


def referral_number(message: Message) -> str:
    """RF1-6, the number both sides use; RF1-11; the order's number; else a key of its own."""
    rf1, orc, obr = message.first("RF1"), message.first("ORC"), message.first("OBR")
    numbers = (rf1.field(6), rf1.field(11), orc.field(2), obr.field(2), orc.field(3), obr.field(3))
    stated = next((number for number in numbers if number), "")
    if stated:
        return stated
    return unnumbered(message.first("PID").field(3), rf1.field(7) or message.header.control_id)


def _clinician(message: Message, role: str) -> ProviderRef | None:
    """PRD of this role: PRD-7 the number, PRD-2 the name."""
    for prd in message.all("PRD"):
        roles = (component(text, prd.grammar, 1).upper() for text in prd.repeats(1))
        if role in roles:
            numbers = prd.repeats(7)
            national = [one for one in numbers if "NPI" in component(one, prd.grammar, 2).upper()]
            number = next(iter(national or numbers), "")
            return ProviderRef(
                id=component(number, prd.grammar, 1),
                family=prd.field(2),
                given=prd.field(2, 2),
                assigner=component(number, prd.grammar, 2),
            )
    return None


def _text(message: Message) -> str:
    """The notes and the values: the question, and in an answer perhaps the report."""
    lines = [*(note(segment) for segment in message.all("NTE")), _values(message)]
    return "\n".join(line for line in lines if line)


def _values(message: Message) -> str:
    """OBX that are not documents, a line each."""
    lines = (
        value_of(obx.raw(2), obx.raw(5), obx.grammar)
        for obx in message.all("OBX")
        if obx.raw(2) not in _DOCUMENTS
    )
    return "\n".join(line for line in lines if line)


def _attachments(message: Message, allowance: Allowance) -> tuple[Attachment, ...]:
    """What was sent along: OBX of type ED and RP."""
    kept: list[Attachment] = []
    for obx in message.all("OBX"):
        if obx.raw(2) in _DOCUMENTS:
            attach(obx, kept, allowance)
    return tuple(kept)


def _details(message: Message, rf1: Segment, answer: dict[str, str]) -> dict[str, str]:
    kind, _ = codes(rf1.raw(3), rf1.grammar)
    diagnosis, _ = codes(message.first("DG1").raw(3), message.grammar)
    stated = {
        "specialty": "" if _is_general(kind) else kind.display or kind.code,
        "reason": rf1.field(10, 2) or rf1.field(10) or diagnosis.display or diagnosis.code,
        "question": note(message.first("NTE")),
        "referral_number": rf1.field(6) or rf1.field(11),
        "assigner": assigner(rf1, 6) or assigner(message.first("ORC"), 2),
        "referral_status": _ANSWERS.get(rf1.field(1).upper(), rf1.field(1).lower()),
    }
    stated |= insurance_of(message.all("IN1")) | answer
    return {name: value for name, value in stated.items() if value}


def _is_general(kind: Code) -> bool:
    return kind.code.upper() in _GENERAL_TYPES
