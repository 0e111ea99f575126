"""PID and what stands around it: who the patient is, where they are, what they have and take."""

from collections.abc import Iterable
from functools import lru_cache

from charts.values import Code, Identifier, PatientDetails, ProviderRef
from integrations.hl7.grammar import Grammar
from integrations.hl7.message import Message
from integrations.hl7.segment import NULL, Segment
from integrations.hl7.times import parse_date
from integrations.hl7.types import codes, component, components, identifier, place, provider

_MOST_IDENTIFIERS = 20
_MOST_CODES = 100
_DRUG_FIELDS = {"RXE": 2, "RXO": 1, "RXD": 2, "RXG": 4, "RXA": 5}
_PROBLEM_FIELDS = {"DG1": 3, "PRB": 3}


def patient_of(pid: Segment, message: Message, around: Iterable[Segment] = ()) -> PatientDetails:
    """PID with the problems (DG1, PRB) and drugs (RX?) of the segments around it."""
    family, given = _name(pid)
    return PatientDetails(
        identifiers=identifiers(pid, message),
        family=family,
        given=given,
        birth_date=parse_date(pid.field(7)),
        sex=pid.value(8),
        phone=_phone(pid),
        email=_email(pid),
        address=_address(pid),
        state=pid.value(11, 4),
        language=pid.value(15),
        deceased=_deceased(pid),
        problems=_problems(around),
        medications=drugs(around),
    )


def identifiers(pid: Segment, message: Message) -> tuple[Identifier, ...]:
    """PID-3; where it is empty PID-2, then PID-4. Without an assigner: of the sending facility."""
    return _first_identifiers(pid, (3, 2, 4), message)


def merged_identifiers(mrg: Segment, message: Message) -> tuple[Identifier, ...]:
    """MRG-1, the ids that go; in older messages MRG-4 or the alternate MRG-2."""
    return _first_identifiers(mrg, (1, 4, 2), message)


def _first_identifiers(
    segment: Segment, fields: tuple[int, ...], message: Message
) -> tuple[Identifier, ...]:
    default = facility_of(message)
    for field in fields:
        found = _identifiers(segment, field, default)
        if found:
            return found
    return ()


def facility_of(message: Message) -> str:
    """MSH-4: its name, or its universal id where it has no name."""
    text = message.header.facility
    return _facility(text, message.grammar) if len(text) <= 200 else ""


@lru_cache(maxsize=256)
def _facility(text: str, grammar: Grammar) -> str:
    return component(text, grammar, 1) or component(text, grammar, 2)


def _identifiers(segment: Segment, field: int, default: str) -> tuple[Identifier, ...]:
    repeats = segment.repeats(field, _MOST_IDENTIFIERS)
    found = (identifier(text, segment.grammar, default) for text in repeats)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _name(pid: Segment) -> tuple[str | None, str | None]:
    """PID-5: the legal name where several are given, else the first."""
    repeat = 0
    if pid.grammar.repetition in pid.raw(5):
        kinds = [component(text, pid.grammar, 7) for text in pid.repeats(5)]
        repeat = kinds.index("L") if "L" in kinds else 0
    return pid.value(5, 1, repeat=repeat), pid.value(5, 2, repeat=repeat)


def _phone(pid: Segment) -> str | None:
    """PID-13, then PID-14: the first that holds a number in any of the places XTN has for it."""
    for field in (13, 14):
        for text in pid.repeats(field):
            found = phone(text, pid)
            if found and "@" not in found:
                return found
    return "" if pid.raw(13) == NULL else None


def _email(pid: Segment) -> str | None:
    """XTN-4 of PID-13 or PID-14; some senders write it where the number stands."""
    for field in (13, 14):
        for text in pid.repeats(field):
            parts = components(text, pid.grammar, 4)
            found = next((one for one in (parts[3], parts[0]) if "@" in one), "")
            if found:
                return found
    return "" if pid.raw(13) == NULL else None


def _address(pid: Segment) -> str | None:
    """PID-11, the first: street, further line, and city, state and postal code, line by line."""
    street, more, city, state, code = (pid.field(11, part) for part in range(1, 6))
    lines = [street, more, f"{city}, {state} {code}".strip(" ,")]
    return "\n".join(line for line in lines if line) or ("" if pid.raw(11) == NULL else None)


def phone(text: str, segment: Segment) -> str:
    """XTN: the printed number, else country, area and local number, else the unformatted one."""
    parts = components(text, segment.grammar, 12)
    return parts[0] or f"{parts[5]} {parts[6]}".strip() or parts[11]


def _deceased(pid: Segment) -> bool | None:
    """PID-30, or a time of death in PID-29."""
    stated = pid.field(30)
    if stated in ("Y", "N"):
        return stated == "Y"
    return True if pid.raw(29) and parse_date(pid.field(29)) else None


def _problems(around: Iterable[Segment]) -> tuple[Code, ...]:
    found: list[Code] = []
    for segment in around:
        field = _PROBLEM_FIELDS.get(segment.name)
        if field is not None and len(found) < _MOST_CODES:
            found.append(_problem(segment, field))
    return tuple(dict.fromkeys(code for code in found if code.code or code.display))


def _problem(segment: Segment, field: int) -> Code:
    """DG1-3, or the words of DG1-4 where old messages have only those."""
    code, _ = codes(segment.raw(field), segment.grammar)
    if code.display or segment.name != "DG1":
        return code
    return Code(code=code.code, display=segment.field(4), system=code.system)


def drugs(around: Iterable[Segment]) -> tuple[Code, ...]:
    """The drug of each pharmacy segment, once."""
    found: list[Code] = []
    for segment in around:
        field = _DRUG_FIELDS.get(segment.name)
        if field is not None and len(found) < _MOST_CODES:
            found.append(codes(segment.raw(field), segment.grammar)[0])
    return tuple(dict.fromkeys(code for code in found if code.code or code.display))


def location_of(pv1: Segment, orc: Segment, message: Message) -> str:
    """PV1-3, else where the order was entered (ORC-13), else the sending facility."""
    grammar = message.grammar
    return place(pv1.raw(3), grammar) or place(orc.raw(13), grammar) or facility_of(message)


def attending_of(pv1: Segment) -> ProviderRef | None:
    """PV1-7."""
    return provider(pv1.raw(7), pv1.grammar)


def visit_number(pv1: Segment) -> str:
    """PV1-19."""
    return pv1.field(19)
