"""Encounter, Patient, Condition, MedicationStatement: visits, and what is known of the patient."""

from collections.abc import Iterator
from dataclasses import replace

from charts.values import ProviderRef, VisitType
from charts.visit_types import visit_type_of
from integrations.events import Event, PatientChanged, VisitChanged, VisitStatus
from integrations.fhir.bundle import Body
from integrations.fhir.element import (
    Node,
    child,
    children,
    code_values,
    codes,
    identifiers,
    moment,
    text,
    wording,
)
from integrations.fhir.issues import Issue, IssueCode, Level
from integrations.fhir.links import is_replaced
from integrations.fhir.naming import own_visit_number
from integrations.fhir.people import described, patient_at, provider_at

V = VisitStatus

STATUSES = {
    "planned": V.PLANNED,
    "arrived": V.IN_PROGRESS,
    "triaged": V.IN_PROGRESS,
    "in-progress": V.IN_PROGRESS,
    "onleave": V.IN_PROGRESS,
    "finished": V.FINISHED,
    "cancelled": V.CANCELLED,
    "entered-in-error": V.CANCELLED,
}

ATTENDING = ("ATND", "PPRF", "CON")

OVER = frozenset({"inactive", "remission", "resolved"})
UNTRUE = frozenset({"refuted", "entered-in-error"})
TAKEN = frozenset({"active", "intended", "on-hold"})

NO_PATIENT = "The Encounter names no patient. Send its subject."


def read(body: Body) -> Iterator[Event | Issue]:
    for patient in body.of_type("Patient"):
        named = identifiers(patient) or body.is_lasting(patient)
        if named and not is_replaced(patient):
            yield PatientChanged(patient=described(patient, body))
    for known in body.of_type("Condition", "MedicationStatement"):
        yield from _listed(known, body)
    for encounter in body.of_type("Encounter"):
        if text(encounter, "status") in STATUSES:
            yield _changed(encounter, body)


def _listed(known: Node, body: Body) -> Iterator[Event]:
    """What the patient has and takes, for it may raise the risk of a normal result."""
    patient = patient_at(child(known, "subject"), known, body)
    if patient is None:
        return
    if known["resourceType"] == "MedicationStatement":
        taken = codes(child(known, "medicationCodeableConcept"))
        if text(known, "status") in TAKEN and taken:
            yield PatientChanged(patient=replace(patient, medications=tuple(taken)))
        return
    status = code_values(child(known, "clinicalStatus"))
    doubt = code_values(child(known, "verificationStatus"))
    had = codes(child(known, "code"))
    if had and not status & OVER and not doubt & UNTRUE:
        yield PatientChanged(patient=replace(patient, problems=tuple(had)))


def _changed(encounter: Node, body: Body) -> Event | Issue:
    patient = patient_at(child(encounter, "subject"), encounter, body)
    if patient is None:
        return Issue(IssueCode.REQUIRED, NO_PATIENT, "Encounter.subject", Level.WARNING)
    period = child(encounter, "period")
    return VisitChanged(
        patient=patient,
        number=own_visit_number(encounter, body),
        status=STATUSES[text(encounter, "status")],
        location=_location(encounter, body),
        attending=_attending(encounter, body),
        started_at=moment(period.get("start"), body.zone),
        ended_at=moment(period.get("end"), body.zone),
        visit_type=_type(encounter),
    )


def _type(encounter: Node) -> VisitType | None:
    said = [*children(encounter, "type"), child(encounter, "serviceType")]
    return visit_type_of(
        kind=text(child(encounter, "class"), "code"),
        codes=[code for one in said for code in code_values(one)],
        words=[wording(one) for one in said],
    )


def _attending(encounter: Node, body: Body) -> ProviderRef | None:
    """The attending, else the primary performer, else whoever is named first."""
    ranked = sorted(children(encounter, "participant"), key=_rank)
    found = (provider_at(child(one, "individual"), encounter, body) for one in ranked)
    return next((one for one in found if one is not None), None)


def _rank(participant: Node) -> int:
    kinds = {code for kind in children(participant, "type") for code in code_values(kind)}
    return next((rank for rank, kind in enumerate(ATTENDING) if kind in kinds), len(ATTENDING))


def _location(encounter: Node, body: Body) -> str:
    """The code of where the patient is now, else how it is called."""
    places = sorted(
        children(encounter, "location"), key=lambda one: text(one, "status") == "completed"
    )
    for place in places:
        reference = child(place, "location")
        found = body.find(reference, encounter)
        known = identifiers(found) if found is not None else []
        name = known[0].value if known else text(found or {}, "name") or text(reference, "display")
        if name:
            return name
    return ""
