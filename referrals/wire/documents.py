"""What a document is, told by its bytes: what its sender calls it is often wrong. Pure and
total."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    HL7 = "hl7"
    CCDA = "ccda"
    FHIR = "fhir"
    PDF = "pdf"
    ZIP = "zip"
    OTHER = "other"


TYPES = {
    Kind.HL7: "application/hl7-v2",
    Kind.CCDA: "text/xml",
    Kind.FHIR: "application/fhir+json",
    Kind.PDF: "application/pdf",
    Kind.ZIP: "application/zip",
    Kind.OTHER: "application/octet-stream",
}
ENDINGS = {
    Kind.HL7: "HL7", Kind.CCDA: "XML", Kind.FHIR: "JSN", Kind.PDF: "PDF", Kind.ZIP: "ZIP",
    Kind.OTHER: "BIN",
}  # fmt: skip

LOOK = 4096
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """One document, without its way."""

    name: str
    body: bytes = field(repr=False)
    kind: Kind = Kind.OTHER

    @property
    def content_type(self) -> str:
        return TYPES[self.kind]


def kind_of(body: bytes) -> Kind:
    """By how it begins."""
    head = body[:LOOK].removeprefix(BOM).lstrip()
    if head.startswith((b"MSH", b"FHS", b"BHS")):
        return Kind.HL7
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if body.startswith(b"PK\x03\x04"):
        return Kind.ZIP
    if head.startswith(b"<") and b"ClinicalDocument" in head:
        return Kind.CCDA
    if head.startswith(b"{") and b'"resourceType"' in head:
        return Kind.FHIR
    return Kind.OTHER


def document(name: str, body: bytes) -> Document:
    """The document of these bytes."""
    return Document(name, body, kind_of(body))
