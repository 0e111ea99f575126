"""Documents inside messages: what kind they are, and the bytes that OBX of type ED or RP carry."""

import binascii
import re

from charts.values import Attachment, Code
from integrations.hl7.faults import ErrorCode, Fault, Weight
from integrations.hl7.grammar import Grammar
from integrations.hl7.segment import Segment

MOST_ATTACHMENTS = 20
MOST_BYTES = 32 * 1024 * 1024

TOO_MANY = Fault(
    ErrorCode.TOO_LONG, "OBX", "There are more attachments than are read.", Weight.ERROR
)
UNREADABLE = Fault(
    ErrorCode.DATA_TYPE, "OBX-5", "An attachment could not be decoded.", Weight.ERROR
)

_KINDS = {
    "11488-4": "consult-note",
    "34117-2": "history-and-physical",
    "18842-5": "discharge-summary",
    "11506-3": "progress-note",
    "28570-0": "procedure-note",
    "11504-8": "operative-note",
    "57133-1": "referral-note",
    "34133-9": "continuity-of-care",
    "18748-4": "imaging-report",
    "11502-2": "laboratory-report",
    "11526-1": "pathology-report",
    "34109-9": "note",
    "CN": "consult-note",
    "PC": "consult-note",
    "HP": "history-and-physical",
    "DS": "discharge-summary",
    "PN": "procedure-note",
    "PR": "progress-note",
    "OP": "operative-note",
    "DI": "imaging-report",
    "CD": "cardiology-report",
    "SP": "pathology-report",
    "AR": "autopsy-report",
    "ED": "emergency-note",
    "TS": "transfer-summary",
}
"""LOINC document codes and HL7 table 0270, as the values of `details["document_type"]`."""
_CONSULT = re.compile(
    r"\bconsult(?:ation|ative)?s?\b.{0,40}\b(?:note|report|letter)\b", re.I | re.S
)

_MAIN_TYPES = {
    "AP": "application",
    "AU": "audio",
    "IM": "image",
    "TX": "text",
    "FT": "text",
    "TEXT": "text",
    "SD": "application",
    "NS": "application",
}
_SUBTYPES = {"jpg": "jpeg", "tif": "tiff", "txt": "plain", "": "octet-stream"}
_BY_SUBTYPE = {
    "pdf": "application",
    "rtf": "text",
    "jpeg": "image",
    "tiff": "image",
    "png": "image",
}
_TOKEN = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}")


def document_type(*codes: Code | None) -> str:
    """`consult-note` and the like, from the first code that says so; empty where none does."""
    for code in codes:
        if code is None:
            continue
        if code.code in _KINDS:
            return _KINDS[code.code]
        if _CONSULT.search(code.display[:200]):
            return "consult-note"
    return ""


def attachment(segment: Segment, room: int) -> tuple[Attachment, Fault | None]:
    """OBX-5 of an ED or RP. `room`: the bytes that may still be kept."""
    grammar = segment.grammar
    text = segment.raw(5)
    title = segment.field(3, 2) or segment.field(3)
    parts = text.split(grammar.component, 5)[:5]
    parts += [""] * (5 - len(parts))
    kind = content_type(parts[1:3], grammar)
    if segment.raw(2) == "RP":
        kind = content_type(parts[2:4], grammar)
        return Attachment(content_type=kind, title=title, url=grammar.decode(parts[0])), None
    if len(parts[4]) > room:
        return Attachment(content_type=kind, title=title), TOO_MANY
    data = _bytes(parts[3].strip().upper(), parts[4], grammar)
    fault = UNREADABLE if data is None else None
    return Attachment(content_type=kind, title=title, data=data or b""), fault


def content_type(parts: list[str], grammar: Grammar) -> str:
    """A media type from tables 0191 and 0291, in whatever spelling."""
    main, sub = (grammar.decode(one).strip() for one in parts)
    if "/" in main and not sub:
        main, sub = main.split("/", 1)
    sub = _SUBTYPES.get(sub.lower(), sub.lower())
    main = _MAIN_TYPES.get(main.upper(), main.lower())
    if main in _BY_SUBTYPE:
        sub = main
    main = _BY_SUBTYPE.get(sub, main) if main in ("", sub, "application") else main
    if not (_TOKEN.fullmatch(main) and _TOKEN.fullmatch(sub)):
        return "application/octet-stream"
    return f"{main}/{sub}"


def _bytes(encoding: str, text: str, grammar: Grammar) -> bytes | None:
    """ED-5 by ED-4: Base64, Hex, or plain text. None for what cannot be decoded."""
    if encoding == "HEX":
        try:
            return binascii.unhexlify("".join(text.split()))
        except ValueError:
            return None
    if encoding == "A":
        return grammar.decode(text).encode()
    try:
        return binascii.a2b_base64(grammar.decode(text) + "==")
    except ValueError:
        return None
