"""The words in which the edges tell the charts what they read: plain values, no database.

A reader of HL7 v2 or FHIR makes these; `charts.operations` files them. Past this point nobody knows
which standard a fact came from.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ItemKind(StrEnum):
    """What keeps a chart open (FHIR Task.focus)."""

    RESULT = "result"
    ORDER = "order"
    DOCUMENT = "document"
    REFERRAL = "referral"
    REFILL = "refill"
    MEDICATION = "medication"
    APPOINTMENT = "appointment"
    REQUEST = "request"
    MESSAGE = "message"


class VisitType(StrEnum):
    """What a visit was for; each type has its own checklist."""

    OFFICE = "office"
    TELEHEALTH = "telehealth"
    WELLNESS = "wellness"
    PROCEDURE = "procedure"
    OTHER = "other"


AWAITING = frozenset({ItemKind.ORDER, ItemKind.REFERRAL})
"""Something is to come of these by a date: a result, a report."""

ANSWERS = frozenset({"answer", "response"})
"""Details of a referral that only the other side tells: RRI, a Task that fulfils it."""


class ItemStatus(StrEnum):
    """Where the item stands at its source, in one list for all kinds.

    Results: registered, preliminary, final, amended, corrected, withdrawn.
    Orders, referrals, refills, medications, requests: draft, active, on-hold, completed, withdrawn.
    Documents: preliminary (not signed), final (signed), amended, unknown (signing not stated),
    withdrawn.
    Appointments: active (booked), completed, missed, cancelled-by-source becomes withdrawn.
    """

    DRAFT = "draft"
    REGISTERED = "registered"
    PRELIMINARY = "preliminary"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    FINAL = "final"
    AMENDED = "amended"
    CORRECTED = "corrected"
    COMPLETED = "completed"
    MISSED = "missed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


CONSULT_NOTE = "consult-note"
"""`details["document_type"]` of what a clinician writes who was asked."""


class Severity(StrEnum):
    """How bad a result is by its own flags (HL7 table 0078, FHIR interpretation).

    Never guessed from text.
    """

    CRITICAL = "critical"
    ABNORMAL = "abnormal"
    UNKNOWN = "unknown"
    NORMAL = "normal"


SEVERITY_ORDER = (Severity.NORMAL, Severity.UNKNOWN, Severity.ABNORMAL, Severity.CRITICAL)


def worst(severities: "list[Severity]") -> Severity | None:
    """The gravest of them; None for an empty list."""
    return max(severities, key=SEVERITY_ORDER.index, default=None)


class Priority(StrEnum):
    """FHIR request-priority."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept; `system` is a short name: loinc, snomed, rxnorm, ndc, cpt, icd10, local."""

    code: str
    display: str = ""
    system: str = "local"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An id and who gave it (PID-3.4, Identifier.system). Never matched without the assigner."""

    value: str
    assigner: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class ProviderRef:
    """A clinician as a message names one (XCN, Reference): an id where there is one, and a name."""

    id: str = ""
    family: str = ""
    given: str = ""
    assigner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDetails:
    """Who the patient is, as one message says. `None`: not said; `""`: delete (HL7 null)."""

    identifiers: tuple[Identifier, ...] = ()
    family: str | None = None
    given: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    """Where letters go, line by line."""
    state: str | None = None
    """Of the address, as its two letters: by it their time zone is known."""
    language: str | None = None
    deceased: bool | None = None
    restricted: bool | None = None
    problems: tuple[Code, ...] = ()
    medications: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One measured or described value of a result (OBX, FHIR Observation)."""

    code: Code
    alternate: Code | None = None
    sub_id: str = ""
    value: str = ""
    number: float | None = None
    units: str = ""
    reference_range: str = ""
    low: float | None = None
    high: float | None = None
    flags: tuple[str, ...] = ()
    severity: Severity | None = None
    """None: carries no result (order detail, cannot be obtained, pending)."""
    status: ItemStatus = ItemStatus.FINAL
    observed_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document carried inside a message (OBX ED or RP, DocumentReference.content)."""

    content_type: str
    title: str = ""
    data: bytes = b""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReport:
    """What one message says about one chart item.

    `key` names the item within its source for ever: filler order number and report code for a
    result, document number, placer order number, referral id, appointment id. `issued_at` and
    `status` together decide which of two reports is the newer, whatever order they came in.
    """

    kind: ItemKind
    key: str
    status: ItemStatus
    code: Code
    placer: str = ""
    filler: str = ""
    alternate: Code | None = None
    severity: Severity | None = None
    observations: tuple[Observation, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    orderer: ProviderRef | None = None
    author: ProviderRef | None = None
    signer: ProviderRef | None = None
    recipient: ProviderRef | None = None
    """Whom a referral goes to (PRD RT, ServiceRequest.performer)."""
    location: str = ""
    encounter: str = ""
    priority: Priority | None = None
    issued_at: datetime | None = None
    effective_at: datetime | None = None
    due_date: date | None = None
    replaces: str = ""
    """Key of the item this one takes the place of (TXA-13 with T09/T10, relatesTo replaces)."""
    text: str = ""
    details: dict[str, str] = field(default_factory=dict)
    """Few further facts, in docs/hl7.md: `specialty`, `question`, `drug`, `reason`, `request`."""
