"""The data types of FHIR R4 as our values. What has the wrong form reads as absent."""

import base64
import binascii
import math
import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from charts.values import Attachment, Code, Identifier
from integrations.fhir.vocabulary import SYSTEMS

Node = dict[str, Any]

MAX_CODE = 80
MAX_DISPLAY = 250

WITHOUT_ZONE = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?")
SCHEME = re.compile(r"^(urn:oid:|urn:uuid:|https?://)", re.IGNORECASE)


def child(node: Node, name: str) -> Node:
    """The object at `name`, or an empty one."""
    value = node.get(name)
    return value if isinstance(value, dict) else {}


def children(node: Node, name: str) -> list[Node]:
    """The objects in the list at `name`."""
    value = node.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(node: Node, name: str) -> str:
    value = node.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts(node: Node, name: str) -> list[str]:
    value = node.get(name)
    return [one.strip() for one in value if isinstance(one, str)] if isinstance(value, list) else []


def written(value: Any) -> str:
    """A scalar as text: `4.10` stays `4.10`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, (int, Decimal)) else ""


def number(value: Any) -> float | None:
    """A finite number, or None; texts are not numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, float)):
        return None
    try:
        read = float(value)
    except OverflowError:
        return None
    return read if math.isfinite(read) else None


def moment(value: Any, zone: tzinfo) -> datetime | None:
    """A dateTime or instant in UTC; a date alone begins in the zone of the practice."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    if (partial := WITHOUT_ZONE.fullmatch(value)) is not None:
        year, month, day = partial.groups()
        value = f"{year}{month or '-01'}{day or '-01'}"
    try:
        read = datetime.fromisoformat(value.replace(":60", ":59"))
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(value: Any) -> date | None:
    """A whole date; a year or a month alone is not one."""
    if not isinstance(value, str) or len(value.strip()) < len("2026-03-09"):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None


def codes(concept: Node) -> list[Code]:
    """The codes of a CodeableConcept in the order sent; its text alone makes one without a code."""
    said = text(concept, "text")
    read = [
        Code(
            text(coding, "code")[:MAX_CODE],
            (text(coding, "display") or said)[:MAX_DISPLAY],
            SYSTEMS.get(text(coding, "system"), "local"),
        )
        for coding in children(concept, "coding")
        if text(coding, "code")
    ]
    return read or ([Code("", said[:MAX_DISPLAY])] if said else [])


def named(concept: Node) -> tuple[Code, Code | None]:
    """The code, LOINC first wherever it stands, and the next one, as on the HL7 v2 side."""
    ranked = sorted(codes(concept), key=lambda code: code.system != "loinc")
    first, second, *_ = [*ranked, None, None]
    return first or Code(""), second


def code_values(concept: Node) -> set[str]:
    """Every code of a CodeableConcept, whatever its system."""
    return {text(coding, "code") for coding in children(concept, "coding")} - {""}


def wording(concept: Node) -> str:
    """How a CodeableConcept reads to a person."""
    return text(concept, "text") or next((code.display or code.code for code in codes(concept)), "")


def identifier(node: Node) -> Identifier:
    """An Identifier; its system, without the scheme that leads to it, is the assigner."""
    system = text(node, "system") or text(child(node, "assigner"), "display")
    kinds = child(node, "type")
    kind = next((text(coding, "code") for coding in children(kinds, "coding")), "")
    return Identifier(text(node, "value"), SCHEME.sub("", system).rstrip("/"), kind)


def identifiers(resource: Node) -> list[Identifier]:
    read = [identifier(node) for node in children(resource, "identifier")]
    return [one for one in read if one.value]


def attachment(node: Node) -> Attachment:
    """An Attachment; data that is not base64 is left out, the rest stays."""
    return Attachment(
        content_type=text(node, "contentType"),
        title=text(node, "title"),
        data=_decoded(text(node, "data")),
        url=text(node, "url"),
    )


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        return b""
