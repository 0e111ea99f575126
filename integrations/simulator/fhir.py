"""FHIR R4 resources of the play, with the same identifiers as its HL7 v2 messages. Pure."""

import json
from typing import Any

from integrations.simulator.catalogue import Term
from integrations.simulator.clinic import Clinic, Desk, Door, Provider, Sending
from integrations.simulator.patients import Patient

NPI = "http://hl7.org/fhir/sid/us-npi"
ID_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
SYSTEMS = {
    "LN": "http://loinc.org",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "I10": "http://hl7.org/fhir/sid/icd-10-cm",
    "SCT": "http://snomed.info/sct",
}
GENDERS = {"F": "female", "M": "male"}

Resource = dict[str, Any]


def sending(desk: Desk, minute: float, resource: Resource) -> Sending:
    """One resource by the FHIR door."""
    body = json.dumps(resource, separators=(",", ":")).encode()
    kind = resource["resourceType"]
    if kind == "Bundle":
        kind = resource["entry"][-1]["resource"]["resourceType"]
    return Sending(minute, Door.FHIR_HTTP, kind, body, desk.number("W"))


def with_patient(desk: Desk, patient: Patient, resource: Resource) -> Resource:
    """A Bundle that brings the patient along, for who has not been here today."""
    base = f"https://{desk.clinic.assigner}/fhir"
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one}
            for one in (patient_resource(patient, desk.clinic), resource)
        ],
    }


def patient_resource(patient: Patient, clinic: Clinic) -> Resource:
    return {
        "resourceType": "Patient",
        "id": patient.mrn,
        "identifier": [_mrn(patient, clinic)],
        "name": [{"use": "official", "family": patient.family, "given": [patient.given]}],
        "telecom": [{"system": "phone", "use": "mobile", "value": patient.phone}],
        "gender": GENDERS[patient.sex],
        "birthDate": patient.birth_date.isoformat(),
    }


def service_request(
    desk: Desk, minute: float, patient: Patient, provider: Provider,
    *, id: str, status: str, code: Resource, written: float, **more: Any,  # noqa: A002 - FHIR's own word
) -> Resource:  # fmt: skip
    """An order: a draft waits for its signer, an active one has been signed."""
    placer = {"type": {"coding": [{"system": ID_TYPES, "code": "PLAC"}]}, "value": id}
    return {
        "resourceType": "ServiceRequest", "id": id, "meta": {"lastUpdated": desk.iso(minute)},
        "identifier": [placer],
        "status": status, "intent": "order", "code": code, "subject": subject(patient, desk.clinic),
        "requester": clinician(provider), "authoredOn": desk.iso(written), **more,
    }  # fmt: skip


def task(
    desk: Desk, minute: float, patient: Patient, provider: Provider,
    *, id: str, code: str, description: str, priority: str = "routine",  # noqa: A002 - FHIR's own word
) -> Resource:  # fmt: skip
    """Work that the EHR asks for."""
    return {
        "resourceType": "Task", "id": id, "meta": {"lastUpdated": desk.iso(minute)},
        "status": "requested", "intent": "order", "priority": priority,
        "code": {"coding": [{"system": "https://clearchart.example/request", "code": code}],
                 "text": description},
        "description": description, "for": subject(patient, desk.clinic),
        "requester": clinician(provider), "authoredOn": desk.iso(minute),
    }  # fmt: skip


def medication_statement(desk: Desk, minute: float, patient: Patient, drug: Term) -> Resource:
    """What the patient takes, as told at the desk."""
    return {
        "resourceType": "MedicationStatement",
        "id": f"{patient.mrn}-{drug.code}",
        "status": "active",
        "medicationCodeableConcept": concept(drug),
        "subject": subject(patient, desk.clinic),
        "dateAsserted": desk.iso(minute),
    }


def concept(term: Term) -> Resource:
    """CodeableConcept."""
    coding = {"code": term.code, "display": term.text}
    if system := SYSTEMS.get(term.system):
        coding["system"] = system
    return {"coding": [coding], "text": term.text}


def subject(patient: Patient, clinic: Clinic) -> Resource:
    return {"reference": f"Patient/{patient.mrn}", "identifier": _mrn(patient, clinic)}


def clinician(provider: Provider) -> Resource:
    return {
        "identifier": {"system": NPI, "value": provider.id},
        "display": f"Dr {provider.given} {provider.family}",
    }


def _mrn(patient: Patient, clinic: Clinic) -> Resource:
    kind = {"coding": [{"system": ID_TYPES, "code": "MR"}]}
    return {"type": kind, "system": f"https://{clinic.assigner}", "value": patient.mrn}
