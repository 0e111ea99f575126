"""A message's body, raw and read, side by side: each field known on both by one address.

Long messages are cut; the bytes are all kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.queries import message_tree
from dashboards.rows import ParsedField, ParsedSegment, RawLine, RawPart
from dashboards.words import later
from integrations.hl7 import message as hl7
from integrations.hl7 import tables
from integrations.hl7.segment import NULL
from integrations.models import InboundMessage

LINES, FIELDS, LENGTH = 200, 60, 2000

HEADERS = frozenset({"MSH", "FHS", "BHS"})

SEGMENTS = {
    "MSH": later("Message header"),
    "EVN": later("Event"),
    "PID": later("Patient"),
    "PD1": later("Patient, more"),
    "NK1": later("Next of kin"),
    "MRG": later("Merged patient"),
    "PV1": later("Visit"),
    "PV2": later("Visit, more"),
    "ORC": later("Order"),
    "OBR": later("Report"),
    "OBX": later("Observation"),
    "NTE": later("Note"),
    "TXA": later("Document"),
    "SPM": later("Specimen"),
    "TQ1": later("Timing"),
    "RXE": later("Encoded prescription"),
    "RXO": later("Prescription"),
    "RXD": later("Dispense"),
    "RXR": later("Route"),
    "RF1": later("Referral"),
    "PRD": later("Provider"),
    "DG1": later("Diagnosis"),
    "AL1": later("Allergy"),
    "IN1": later("Insurance"),
    "SCH": later("Appointment"),
    "AIS": later("Appointment, service"),
    "AIP": later("Appointment, person"),
    "AIL": later("Appointment, place"),
    "RGS": later("Resource group"),
    "SFT": later("Software"),
    "ERR": later("Error"),
    "MSA": later("Acknowledgment"),
}


@dataclass(frozen=True, slots=True)
class Body:
    raw: tuple[RawLine, ...]
    parsed: tuple[ParsedSegment, ...]
    cut: bool


def body(raw: bytes, standard: str) -> Body:
    """Whatever arrived, as far as it can be shown."""
    if standard == InboundMessage.Standard.FHIR:
        tree = message_tree.read(raw)
        return Body(*tree) if tree else _plain(raw)
    return _hl7(raw)


def _plain(raw: bytes) -> Body:
    """Bytes of no shape that we know, line by line."""
    lines = raw[: LINES * LENGTH].decode("utf-8", "replace").splitlines()
    shown = tuple(RawLine(n, "", line[:LENGTH]) for n, line in enumerate(lines[:LINES], 1))
    return Body(shown, (), cut=len(raw) > LINES * LENGTH or len(lines) > LINES)


def _hl7(raw: bytes) -> Body:
    message = hl7.read(raw)
    segments = message.segments[:LINES]
    if not segments:
        return _plain(raw)
    version = message.header.version
    named = [tables.segment_names(version, one.name) for one in segments]
    lines, parsed = [], []
    for number, (one, names) in enumerate(zip(segments, named, strict=True), 1):
        label = SEGMENTS.get(one.name, "Own segment of the sender")
        parts = tuple(_parts(one, number, names))
        lines.append(RawLine(number, one.name, one.line[3:LENGTH], label, parts))
        fields = tuple(_fields(one, number, names))
        parsed.append(ParsedSegment(number, one.name, label, fields))
    long = any(len(one.line) > LENGTH or len(one.fields) > FIELDS for one in segments)
    return Body(tuple(lines), tuple(parsed), cut=len(message.segments) > LINES or long)


def _numbers(segment: hl7.Segment) -> range:
    return range(1, min(len(segment.fields), FIELDS))


def _parts(segment: hl7.Segment, line: int, names: Mapping[int, str]) -> Iterator[RawPart]:
    """The line as it stands, each valued field a part of its own."""
    separator = segment.grammar.field
    header = segment.name in HEADERS
    for number in _numbers(segment):
        if not (header and number < 3):
            yield RawPart(separator)
        text = segment.raw(number)
        if text:
            place = f"{segment.name}-{number}"
            yield RawPart(text[:LENGTH], f"{line}-{number}", place, names.get(number, ""))


def _fields(segment: hl7.Segment, line: int, names: Mapping[int, str]) -> Iterator[ParsedField]:
    for number in _numbers(segment):
        if segment.raw(number):
            place = f"{segment.name}-{number}"
            value = _value(segment, number)
            yield ParsedField(place, names.get(number, ""), value, f"{line}-{number}")


def _value(segment: hl7.Segment, number: int) -> str:
    """All repetitions and components of a field, decoded: components by a middle dot."""
    if segment.name in HEADERS and number < 3:
        return segment.raw(number)
    if segment.raw(number) == NULL:
        return _("deleted by the sender")
    repeats = segment.repeats(number, 8)
    components = segment.grammar.component
    said = [
        " \u00b7 ".join(
            part for c in range(1, min(one.count(components) + 2, 20))
            if (part := segment.field(number, c, repeat=at))
        )
        for at, one in enumerate(repeats)
    ]  # fmt: skip
    return "; ".join(part for part in said if part)[:LENGTH]
