"""A clinical document to what happened, in our words. Total: any bytes in, never an exception."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from charts.values import Attachment, Code, ItemKind, ItemReport, ItemStatus, ProviderRef, Severity
from integrations.cda.element import (
    MAX_BYTES,
    Element,
    Unreadable,
    attribute,
    every,
    first,
    name_of,
    parse,
    said,
)
from integrations.cda.narrative import LONGEST, text_of
from integrations.cda.people import author_of, patient_of, provider_of, recipient_of
from integrations.events import Event, ItemReported
from integrations.fhir.issues import Issue, IssueCode
from integrations.fhir.vocabulary import SYSTEMS
from integrations.hl7.documents import document_type
from integrations.hl7.times import parse_ts

NO_DOCUMENT = (
    "The XML is not a ClinicalDocument. Send a CDA document here, HL7 v2 and FHIR to their own "
    "addresses."
)
NO_PATIENT = "The document names no patient. Send recordTarget with an id."
NO_ID = "The document has no id, so that a later version of it will be taken for another one."
NOT_BASE64 = "What the document carries could not be decoded. Send it as Base64."

SIGNED = "S"
"""signatureCode: S signed, X a signature is required, I intended."""
CONSULT, REFERRAL = "consult-note", "referral-note"
OUTSIDE = "outside"
"""`details["origin"]`: it came from elsewhere, so somebody here must see it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says. A fault that is an error needs a person."""

    type: str
    events: tuple[Event, ...] = ()
    faults: tuple[Issue, ...] = ()
    severity: Severity | None = None

    @property
    def refusals(self) -> tuple[Issue, ...]:
        """Why it cannot be read at all; empty for a clinical document, whatever it lacks."""
        return self.faults if self.type == "malformed" else ()


def interpret(raw: bytes, *, zone: str, max_bytes: int = MAX_BYTES) -> Reading:
    """What a document says happened. Never raises."""
    try:
        document = parse(raw, max_bytes=max_bytes)
    except Unreadable as error:
        return Reading("malformed", faults=(error.issue,))
    if name_of(document) != "ClinicalDocument":
        return Reading("malformed", faults=(Issue(IssueCode.NOT_SUPPORTED, NO_DOCUMENT),))
    faults: list[Issue] = []
    item = _item(document, _known(zone), faults)
    patient = patient_of(document)
    if patient is None:
        faults.append(Issue(IssueCode.REQUIRED, NO_PATIENT, "ClinicalDocument.recordTarget"))
    items = [item]
    if item.details.get("document_type") == REFERRAL:
        items.insert(0, _referral(item))
    events = tuple(ItemReported(patient=patient, item=one) for one in items)
    return Reading(items[0].kind.value, events, tuple(faults))


@cache
def _known(zone: str) -> str:
    """The zone of times without one; a name that nobody knows is UTC."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


def order_key_of(reading: Reading) -> str:
    """Documents of one key are worked on in the order they came; empty means any order will do."""
    keys = [one.item.key for one in reading.events if isinstance(one, ItemReported)]
    return f"document {keys[-1]}"[:200] if keys else ""


def _item(document: Element, zone: str, faults: list[Issue]) -> ItemReport:
    code, alternate = _codes(document)
    key = _key(document, code)
    if not key:
        faults.append(Issue(IssueCode.REQUIRED, NO_ID, "ClinicalDocument.id"))
    title = said(first(document, "title"))
    visit = first(document, "componentOf/encompassingEncounter")
    kind = document_type(code, alternate, Code("", title))
    attachments = tuple(_unstructured(document, faults))
    return ItemReport(
        kind=ItemKind.DOCUMENT,
        key=key or _unnamed(document, code),
        status=_status(document),
        code=replace(code, display=title or code.display),
        alternate=alternate,
        placer=_answered(document),
        attachments=attachments,
        author=author_of(document),
        signer=_signer(document),
        orderer=_reader(document) if kind == CONSULT else None,
        recipient=recipient_of(document),
        encounter=_number(first(visit, "id")),
        issued_at=parse_ts(attribute(first(document, "effectiveTime"), "value"), zone),
        effective_at=_visited_at(visit, zone),
        replaces=_related(document, "RPLC", code, key),
        text=text_of(document) or _plain_body(document),
        details=_details(document, code, kind, key),
    )


def _referral(note: ItemReport) -> ItemReport:
    """A referral note asks for something: the referral itself, beside the document."""
    return replace(
        note,
        kind=ItemKind.REFERRAL,
        key=note.placer or note.key,
        status=ItemStatus.ACTIVE,
        orderer=note.author,
        signer=None,
        replaces="",
        attachments=(),
    )


def _status(document: Element) -> ItemStatus:
    """Signed if anybody signed. Nobody here could sign what another house left unsigned."""
    for role in ("legalAuthenticator", "authenticator"):
        for one in every(document, role):
            if attribute(first(one, "signatureCode"), "code") in (SIGNED, ""):
                return ItemStatus.FINAL
    return ItemStatus.UNKNOWN


def _signer(document: Element) -> ProviderRef | None:
    for role in ("legalAuthenticator", "authenticator"):
        found = provider_of(first(document, f"{role}/assignedEntity"))
        if found is not None:
            return found
    return None


def _reader(document: Element) -> ProviderRef | None:
    """Who asked for the consultation: the referrer, else to whom the answer is addressed."""
    for one in every(document, "participant"):
        if attribute(one, "typeCode") in ("REF", "REFB"):
            found = provider_of(first(one, "associatedEntity"), "associatedPerson")
            if found is not None:
                return found
    return recipient_of(document)


def _codes(document: Element) -> tuple[Code, Code | None]:
    """The document's type, LOINC first, and the next of its translations."""
    stated = first(document, "code")
    every_one = [one for one in (stated, *every(stated, "translation")) if one is not None]
    read = [
        Code(
            attribute(one, "code"),
            attribute(one, "displayName"),
            SYSTEMS.get(f"urn:oid:{attribute(one, 'codeSystem')}", "local"),
        )
        for one in every_one
        if attribute(one, "code")
    ]
    read.sort(key=lambda code: code.system != "loinc")
    return (read or [Code("")])[0], read[1] if len(read) > 1 else None


def _key(document: Element, code: Code) -> str:
    """The set that all versions of a document share, else the document itself.

    The type is part of it: there are systems that give one number to a visit's every document.
    """
    for name in ("setId", "id"):
        number = _named(first(document, name))
        if number:
            return f"{number}|{code.code}"
    return ""


def _unnamed(document: Element, code: Code) -> str:
    patient = patient_of(document)
    owner = patient.identifiers[0].value if patient and patient.identifiers else ""
    written = attribute(first(document, "effectiveTime"), "value")
    return f"#{owner}|{code.code}|{written}"


def _named(element: Element | None) -> str:
    """Root and extension as one text; a UUID root names a thing by itself."""
    parts = (attribute(element, "root"), attribute(element, "extension"))
    return "^".join(part for part in parts if part)


def _number(element: Element | None) -> str:
    """The number as people and HL7 v2 know it: the extension, else the root."""
    return attribute(element, "extension") or attribute(element, "root")


def _answered(document: Element) -> str:
    """The order or referral that the document fulfils."""
    numbers = (_number(one) for one in every(document, "inFulfillmentOf/order/id"))
    return next((number for number in numbers if number), "")


def _related(document: Element, kind: str, code: Code, own: str) -> str:
    """The key of the document that this one replaces (RPLC) or adds to (APND)."""
    for relation in every(document, "relatedDocument"):
        parent = first(relation, "parentDocument")
        if attribute(relation, "typeCode") != kind or parent is None:
            continue
        stated = attribute(first(parent, "code"), "code") or code.code
        for name in ("setId", "id"):
            number = _named(first(parent, name))
            if number and f"{number}|{stated}" != own:
                return f"{number}|{stated}"
            if number:
                break  # an earlier version of the same set: the same item
    return ""


def _visited_at(visit: Element | None, zone: str) -> datetime | None:
    time = first(visit, "effectiveTime")
    stated = (attribute(time, "value"), attribute(first(time, "low"), "value"))
    return next((at for text in stated if (at := parse_ts(text, zone)) is not None), None)


def _details(document: Element, code: Code, kind: str, key: str) -> dict[str, str]:
    details = {
        "origin": OUTSIDE,
        "document_type": kind,
        "amends": _related(document, "APND", code, key),
        "order_assigner": attribute(first(document, "inFulfillmentOf/order/id"), "root"),
        "set_version": attribute(first(document, "versionNumber"), "value"),
    }
    return {name: value for name, value in details.items() if value}


def _unstructured(document: Element, faults: list[Issue]) -> Iterator[Attachment]:
    """A body that is a file: inside the document as Base64, or a reference to it."""
    for text in every(document, "component/nonXMLBody/text"):
        kind = attribute(text, "mediaType") or "application/octet-stream"
        title, url = said(first(document, "title")), attribute(first(text, "reference"), "value")
        if url:
            yield Attachment(content_type=kind, title=title, url=url)
        elif attribute(text, "representation") == "B64":
            try:
                data = base64.b64decode("".join(text.itertext()), validate=False)
            except (binascii.Error, ValueError):
                data = b""
                faults.append(Issue(IssueCode.VALUE, NOT_BASE64, "nonXMLBody.text"))
            yield Attachment(content_type=kind, title=title, data=data)


def _plain_body(document: Element) -> str:
    """A body of plain words."""
    text = first(document, "component/nonXMLBody/text")
    if text is None or attribute(text, "representation") == "B64":
        return ""
    return "".join(text.itertext()).strip()[:LONGEST]
