"""IHE XDM: documents in a zip, with an index for people and metadata for machines.

It is what a 360X partner expects in a Direct message. Reading is total and trusts nothing of the
archive: no name is a path, no stated size is believed, and a bomb costs no more than its limit.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from html import escape
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from referrals.wire.documents import ENDINGS, Document, document

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024
MOST_ENTRIES = 100

FOLDER = "IHE_XDM/SUBSET01"
OWN = frozenset({"INDEX.HTM", "INDEX.HTML", "README.TXT", "METADATA.XML"})
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""No zip can say an earlier time."""

README = (
    "This package holds the documents of a referral, packed as IHE XDM.\r\n"
    "Open INDEX.HTM, or read IHE_XDM/SUBSET01/METADATA.XML by machine.\r\n"
)

LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
DOCUMENT_ENTRY = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
DOCUMENT_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
SUBMISSION_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"


class Fault(StrEnum):
    """What is wrong with a package; whatever else is in it was read all the same."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    LOCKED = "locked"
    """An entry asks for a password."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Package:
    """What was in it."""

    documents: tuple[Document, ...] = ()
    faults: tuple[Fault, ...] = ()


def pack(documents: Sequence[Document], *, set_id: UUID, to: str, at: datetime) -> bytes:
    """The package; the same documents at the same instant give the same bytes.

    Args:
        documents: in the order in which a person should read them.
        set_id: of the submission; ids of its documents are made of it.
        to: the Direct address of whoever it is meant for.
        at: when it was submitted, aware.
    """
    names = [f"DOC{n:05}.{ENDINGS[one.kind]}" for n, one in enumerate(documents, 1)]
    moment = max(at.astimezone(UTC), OLDEST)
    files = [("INDEX.HTM", _index(documents, names)), ("README.TXT", README.encode())]
    files.append((f"{FOLDER}/METADATA.XML", _metadata(documents, names, set_id, to, moment)))
    files += [(f"{FOLDER}/{name}", one.body) for name, one in zip(names, documents, strict=True)]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), body,
                             compress_type=zipfile.ZIP_DEFLATED)  # fmt: skip
    return made.getvalue()


def unpack(raw: bytes) -> Package:
    """The documents of a package, or of any zip. Never raises."""
    if len(raw) > LARGEST:
        return Package(faults=(Fault.TOO_LARGE,))
    documents: list[Document] = []
    faults: list[Fault] = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for one in _entries(archive):
                if isinstance(one, Fault):
                    faults.append(one)
                else:
                    documents.append(one)
    except Exception:  # noqa: BLE001 - the library fails on hostile archives in ways of its own
        faults.append(Fault.UNREADABLE)
    if not documents and not faults:
        faults.append(Fault.EMPTY)
    return Package(tuple(documents), tuple(dict.fromkeys(faults)))


def _entries(archive: zipfile.ZipFile) -> Iterator[Document | Fault]:
    infos = [one for one in archive.infolist() if not one.is_dir() and not _is_own(one.filename)]
    left = LARGEST_UNPACKED
    for info in infos[:MOST_ENTRIES]:
        if info.flag_bits & 0x1:
            yield Fault.LOCKED
            continue
        with archive.open(info) as entry:
            body = entry.read(left + 1)
        if len(body) > left:
            yield Fault.TOO_LARGE
            return
        left -= len(body)
        yield document(_bare(info.filename), body)
    if len(infos) > MOST_ENTRIES:
        yield Fault.TOO_MANY


def _bare(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].replace("\x00", "")[:120]


def _is_own(name: str) -> bool:
    return _bare(name).upper() in OWN


def _index(documents: Sequence[Document], names: Sequence[str]) -> bytes:
    rows = "".join(
        f'<li><a href="{FOLDER}/{name}">{escape(one.name)}</a> ({one.content_type})</li>'
        for name, one in zip(names, documents, strict=True)
    )
    return (
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Documents</title>"
        f"</head><body><h1>Documents</h1><ol>{rows}</ol></body></html>"
    ).encode()  # fmt: skip


def _metadata(
    documents: Sequence[Document], names: Sequence[str], set_id: UUID, to: str, at: datetime
) -> bytes:
    """A submission set and an entry for each document, with what is known of them."""
    root = Element(f"{{{LCM}}}SubmitObjectsRequest")
    rows = SubElement(root, f"{{{RIM}}}RegistryObjectList")
    whole = SubElement(rows, f"{{{RIM}}}RegistryPackage", id="SubmissionSet01")
    _slot(whole, "submissionTime", f"{at:%Y%m%d%H%M%S}")
    _slot(whole, "intendedRecipient", f"||^^Internet^{to}")
    _identifier(whole, SUBMISSION_ID, "XDSSubmissionSet.uniqueId", _oid(set_id))
    SubElement(rows, f"{{{RIM}}}Classification", id="cl01", classifiedObject="SubmissionSet01",
               classificationNode=SUBMISSION_SET)  # fmt: skip
    for n, (name, one) in enumerate(zip(names, documents, strict=True), 1):
        entry = SubElement(rows, f"{{{RIM}}}ExtrinsicObject", id=f"Document{n:02}",
                           mimeType=one.content_type, objectType=DOCUMENT_ENTRY)  # fmt: skip
        _slot(entry, "creationTime", f"{at:%Y%m%d%H%M%S}")
        _slot(entry, "hash", hashlib.sha1(one.body, usedforsecurity=False).hexdigest())
        _slot(entry, "size", str(len(one.body)))
        _slot(entry, "URI", name)
        _identifier(entry, DOCUMENT_ID, "XDSDocumentEntry.uniqueId", f"{_oid(set_id)}.{n}")
        link = SubElement(rows, f"{{{RIM}}}Association", id=f"as{n:02}",
                          associationType=HAS_MEMBER, sourceObject="SubmissionSet01",
                          targetObject=f"Document{n:02}")  # fmt: skip
        _slot(link, "SubmissionSetStatus", "Original")
    return b'<?xml version="1.0" encoding="UTF-8"?>' + tostring(root)


def _slot(parent: Element, name: str, value: str) -> None:
    slot = SubElement(parent, f"{{{RIM}}}Slot", name=name)
    SubElement(SubElement(slot, f"{{{RIM}}}ValueList"), f"{{{RIM}}}Value").text = value


def _identifier(parent: Element, scheme: str, name: str, value: str) -> None:
    held = SubElement(
        parent, f"{{{RIM}}}ExternalIdentifier", identificationScheme=scheme, value=value,
        registryObject=parent.get("id", ""), id=f"{parent.get('id')}.id",
    )  # fmt: skip
    said = SubElement(held, f"{{{RIM}}}Name")
    SubElement(said, f"{{{RIM}}}LocalizedString", value=name)


def _oid(set_id: UUID) -> str:
    """A UUID as an OID (ITU-T X.667)."""
    return f"2.25.{set_id.int}"
