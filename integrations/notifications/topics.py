"""What a topic is about: the resource types to ask for, and the EHR's own closing signals. Pure."""

import re
from dataclasses import dataclass

from integrations.fhir.vocabulary import READ


@dataclass(frozen=True, slots=True)
class Closing:
    """What a topic says of work at the EHR: finished there, or begun again."""

    kind: str
    """Of our chart items: result, document."""
    is_closed: bool


ATHENA: dict[str, tuple[str, ...]] = {
    "LabResult": ("DiagnosticReport",),
    "ImagingResult": ("DiagnosticReport", "DocumentReference"),
    "Order": ("ServiceRequest", "MedicationRequest"),
    "Encounter": ("Encounter", "DocumentReference"),
    "Prescription": ("MedicationRequest",),
    "PatientCase": ("Task",),
    "Patient": ("Patient",),
    "Appointment": ("Appointment",),
    "ClinicalDocument": ("DocumentReference",),
    "PatientProblem": ("Condition",),
}
"""The first word of an athenahealth topic. It has none for referrals: a referral is an Order."""

CLOSED, OPEN = True, False

CLOSINGS: dict[str, Closing] = {
    "LabResult.close": Closing("result", CLOSED),
    "LabResult.create": Closing("result", OPEN),
    "LabResult.update": Closing("result", OPEN),
    "ImagingResult.close": Closing("result", CLOSED),
    "ImagingResult.create": Closing("result", OPEN),
    "ImagingResult.update": Closing("result", OPEN),
    "ImagingResult.reopen": Closing("result", OPEN),
    "Encounter.signoff": Closing("document", CLOSED),
    "Encounter.reopen": Closing("document", OPEN),
}

ASKED_BY_DEFAULT = (
    "DiagnosticReport", "DocumentReference", "Encounter", "MedicationRequest", "ServiceRequest",
    "Task",
)  # fmt: skip
"""Where neither topic nor criteria name a type: all that makes work here."""

CRITERION = re.compile(r"([A-Z][A-Za-z]+)[?.]")
VISITS = frozenset({"admission", "admit", "discharge", "visit"})
"""Words of topics that name a patient and mean a visit."""
WORDS = re.compile(r"[A-Za-z]+")


def name_of(topic: str) -> str:
    """The last part of a topic's address: `LabResult.close`, `patient-admission`."""
    return topic.rstrip("/").rpartition("/")[2]


def closing_of(topic: str) -> Closing | None:
    """What an event of the topic says of work at the EHR, if anything."""
    return CLOSINGS.get(name_of(topic))


def types_of(topic: str, criteria: str = "", otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The resource types to ask for when an event of the topic names no resource.

    `otherwise`: where neither topic nor criteria name one.
    """
    name = name_of(topic)
    if (known := ATHENA.get(name.partition(".")[0])) and "." in name:
        return known
    said = {word.lower() for word in WORDS.findall(name)}
    if said & VISITS:
        return ("Encounter",)
    named = [found for found in CRITERION.findall(criteria) if found in READ]
    named = named or [one for one in sorted(READ) if one.lower() in said]
    if named:
        return tuple(dict.fromkeys(named))
    return otherwise or ASKED_BY_DEFAULT
