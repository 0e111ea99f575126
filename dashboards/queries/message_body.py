"""A message's body, raw and read, side by side. Long messages are cut; the bytes are all kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.rows import ParsedField, ParsedSegment, RawLine
from integrations.hl7 import message as hl7
from integrations.hl7 import tables
from integrations.models import InboundMessage

LINES, FIELDS, LENGTH = 200, 60, 2000

SEGMENTS = {
    "MSH": "Message header", "EVN": "Event", "PID": "Patient", "PD1": "Patient, more",
    "NK1": "Next of kin", "MRG": "Merged patient", "PV1": "Visit", "PV2": "Visit, more",
    "ORC": "Order", "OBR": "Report", "OBX": "Observation", "NTE": "Note", "TXA": "Document",
    "SPM": "Specimen", "TQ1": "Timing", "RXE": "Encoded prescription", "RXO": "Prescription",
    "RXD": "Dispense", "RXR": "Route", "RF1": "Referral", "PRD": "Provider", "DG1": "Diagnosis",
    "AL1": "Allergy", "IN1": "Insurance", "SCH": "Appointment", "AIS": "Appointment, service",
    "AIP": "Appointment, person", "AIL": "Appointment, place", "RGS": "Resource group",
    "SFT": "Software", "ERR": "Error", "MSA": "Acknowledgment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    raw: tuple[RawLine, ...]
    parsed: tuple[ParsedSegment, ...]
    cut: bool


def body(raw: bytes, standard: str) -> Body:
    """Whatever arrived, as far as it can be shown."""
    return _fhir(raw) if standard == InboundMessage.Standard.FHIR else _hl7(raw)


def _hl7(raw: bytes) -> Body:
    message = hl7.read(raw)
    segments = message.segments[:LINES]
    if not segments:
        text = raw[: LINES * LENGTH].decode("utf-8", "replace").splitlines()[:LINES]
        return Body(tuple(_raw_line(n, line, 0) for n, line in enumerate(text, 1)), (), cut=False)
    lines = tuple(_raw_line(n, one.line, 3) for n, one in enumerate(segments, 1))
    parsed = tuple(
        ParsedSegment(
            n,
            one.name,
            SEGMENTS.get(one.name, "Own segment of the sender"),
            _fields(one, message.header.version),
        )
        for n, one in enumerate(segments, 1)
    )
    long = any(len(one.line) > LENGTH for one in segments)
    return Body(lines, parsed, cut=len(message.segments) > LINES or long)


def _raw_line(number: int, line: str, name: int) -> RawLine:
    return RawLine(number, line[:name], line[name:LENGTH])


def _fields(segment: hl7.Segment, version: str) -> tuple[ParsedField, ...]:
    names = tables.segment_names(version, segment.name)
    return tuple(
        ParsedField(f"{segment.name}-{number}", names.get(number, ""), value)
        for number in range(1, min(len(segment.fields), FIELDS))
        if (value := _value(segment, number))
    )


def _value(segment: hl7.Segment, number: int) -> str:
    """All repetitions and components of a field, decoded: components by a middle dot."""
    if segment.name == "MSH" and number < 3:
        return segment.raw(number)
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


def _fhir(raw: bytes) -> Body:
    text = raw.decode("utf-8", "replace")
    try:
        document = json.loads(text)
    except ValueError:
        lines = text.splitlines()
        shown = tuple(_raw_line(n, line, 0) for n, line in enumerate(lines[:LINES], 1))
        return Body(shown, (), cut=len(lines) > LINES)
    lines = json.dumps(document, indent=1, ensure_ascii=False).splitlines()
    shown = tuple(_raw_line(n, line, 0) for n, line in enumerate(lines[: LINES * 2], 1))
    parsed = tuple(_resource(n, one) for n, one in enumerate(_resources(document), 1) if n <= LINES)
    return Body(shown, parsed, cut=len(lines) > LINES * 2)


def _resources(document: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict):
        return
    if document.get("resourceType") != "Bundle":
        yield document
        return
    for entry in document.get("entry") or []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield resource


def _resource(number: int, resource: dict[str, Any]) -> ParsedSegment:
    fields = tuple(
        ParsedField(path, "", str(value)[:LENGTH])
        for path, value in _leaves(resource, "")
        if path != "resourceType"
    )
    name = str(resource.get("resourceType", "Resource"))
    return ParsedSegment(number, name, str(resource.get("id", "")), fields[:FIELDS])


def _leaves(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{at}]" if len(value) > 1 else path, depth + 1)
    else:
        yield path, value
