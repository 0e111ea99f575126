"""What happened, in our words. Readers of HL7 v2 and FHIR yield these; intake turns them into
operations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charts.values import Identifier, ItemReport, PatientDetails, ProviderRef, VisitType


class VisitStatus(StrEnum):
    """FHIR Encounter.status, the part used here."""

    PLANNED = "planned"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientChanged:
    """ADT without a merge; FHIR Patient inside a Bundle."""

    patient: PatientDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientsMerged:
    """ADT^A18, A34, A40: `gone` (MRG-1) ends in `survivor` (PID-3)."""

    survivor: PatientDetails
    gone: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChanged:
    """A visit began, ended or moved (PV1, FHIR Encounter)."""

    patient: PatientDetails
    number: str
    status: VisitStatus
    location: str = ""
    attending: ProviderRef | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    visit_type: VisitType | None = None
    """None: the message does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReported:
    """A result, order, document, referral, refill, medication change, appointment or request was
    reported."""

    patient: PatientDetails | None
    """None: the message names no patient at all. It is quarantined, with a human task."""
    item: ItemReport


Event = PatientChanged | PatientsMerged | VisitChanged | ItemReported
