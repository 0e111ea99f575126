"""Which column says what: the fields of a backlog, guessed from headers, kept by name."""

import re
from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from integrations.backlog.dates import FORMATS


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column may say, and the headers under which EHRs export it."""

    name: str
    label: str
    hint: str
    headers: tuple[str, ...]

    @property
    def said(self) -> str:
        """Its label in the language of the reader."""
        return gettext(self.label)


FIELDS = (
    Field("number", _("Patient number"), _("Needed. The record number."),
          ("patient number", "mrn", "patient mrn", "medical record number", "patient id",
           "chart number", "record number", "client id", "patient no", "pat id")),
    Field("assigner", _("Who gave the number"), _("As your feeds name it, such as ELM."),
          ("assigner", "assigning authority", "mrn authority", "issuer", "number assigner",
           "facility")),
    Field("name", _("Patient name"), _("DIAZ, Maria; or family and given name."),
          ("patient name", "patient", "client name", "client", "name")),
    Field("family", _("Family name"), "", ("family name", "family", "last name", "surname",
                                        "patient last name")),
    Field("given", _("Given name"), "",
          ("given name", "given", "first name", "patient first name")),
    Field("birth_date", _("Birth date"), _("Guards against a wrong number."),
          ("birth date", "date of birth", "dob", "born", "birthdate", "patient dob")),
    Field("kind", _("Kind of item"), _("Result, order, note, referral, refill or message."),
          ("kind", "item kind", "item type", "record type", "category", "class")),
    Field("date", _("Date of the item"), _("Needed. When it was issued, ordered or seen."),
          ("item date", "date", "date of service", "service date", "dos", "result date",
           "order date", "note date", "session date", "visit date", "encounter date", "created")),
    Field("title", _("Title"), _("What people call it."),
          ("title", "description", "test name", "test", "note type", "document type", "subject",
           "order name", "item", "type")),
    Field("code", _("Code"), _("LOINC, or the code of the laboratory."),
          ("code", "loinc", "loinc code", "test code", "type code", "order code", "type")),
    Field("provider", _("Provider id"),
          _("Who ordered it, or is to sign it: an NPI or its number."),
          ("provider id", "owner id", "npi", "provider npi", "ordering provider id", "owner",
           "ordering provider", "provider", "author id", "author", "signer", "clinician")),
    Field("status", _("Status"), _("Open where the column is not named."),
          ("status", "state", "item status", "note status", "order status", "result status")),
    Field("billed", _("Billed"), _("Yes or no."),
          ("billed", "billed flag", "is billed", "invoiced", "claim sent", "billing status")),
    Field("flag", _("Abnormal flag"), _("Of a result. Without one it is read as unflagged."),
          ("flag", "abnormal flag", "abnormal", "severity", "interpretation")),
    Field("item_id", _("EHR item id"), _("The order, result or document number."),
          ("ehr item id", "item id", "accession", "accession number", "order number",
           "document number", "result id", "order id", "document id", "ehr id", "id", "number")),
)  # fmt: skip

BY_NAME = {one.name: one for one in FIELDS}
KINDS = ("result", "order", "note", "referral", "refill", "message")
LONGEST_NAME = 80


class NotWhole(ValueError):
    """The mapping leaves out what every row needs; the text says what to choose."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Field by header, and what holds for every row."""

    columns: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    """Of every row, where no column says it."""
    assigner: str = ""
    date_format: str = ""

    @classmethod
    def read(cls, kept: Lookup[str, Any]) -> "Mapping":
        """As it was kept by `kept`."""
        return cls(**{name: kept[name] for name in cls.__slots__ if name in kept})

    def kept(self) -> dict[str, Any]:
        """For a column of the database."""
        return asdict(self)

    def places(self, headers: Sequence[str]) -> dict[str, int]:
        """Field by the place of its column in a file."""
        at = {header: place for place, header in enumerate(headers)}
        return {name: at[header] for name, header in self.columns.items() if header in at}


def guess(headers: Sequence[str]) -> dict[str, str]:
    """Field by header, each header used once; what is not recognised is left to a person."""
    plain = {_plain(header): header for header in reversed(headers)}
    found: dict[str, str] = {}
    for one in FIELDS:
        header = next((plain[name] for name in one.headers if name in plain), None)
        if header is not None and header not in found.values():
            found[one.name] = header
    return found


def fits(mapping: Mapping, headers: Sequence[str]) -> bool:
    """Whether a file has every column that a kept mapping names."""
    return bool(mapping.columns) and set(mapping.columns.values()) <= set(headers)


def check(mapping: Mapping, headers: Sequence[str]) -> None:
    """Refuse a mapping with which no row could be read.

    Raises:
        NotWhole: what to choose.
    """
    columns = mapping.columns
    if not columns.keys() <= BY_NAME.keys() or not set(columns.values()) <= set(headers):
        raise NotWhole(gettext("Choose columns of this file."))
    for name in ("number", "date"):
        if name not in columns:
            raise NotWhole(
                gettext("Choose the column of: {field}.").format(field=BY_NAME[name].said)
            )
    if len(set(columns.values())) < len(columns):
        raise NotWhole(gettext("One column was chosen twice. Choose each column once."))
    if "kind" not in columns and mapping.kind not in KINDS:
        raise NotWhole(gettext("Choose the column of the kind of item, or say what all rows are."))
    if not {"code", "title"} & columns.keys():
        raise NotWhole(gettext("Choose the column of the title, of the code, or of both."))
    if mapping.date_format not in FORMATS:
        raise NotWhole(gettext("Choose how the dates are written."))


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", header.lower()).strip()
