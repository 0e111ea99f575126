"""Who and what a reference means: contained, in the Bundle, by identifier, by address."""

import json

import pytest

from tests.integrations.fhir import golden

LAB = [{"coding": [{"code": "laboratory"}]}]


def observation(subject, **more):
    return {
        "resourceType": "Observation",
        "id": "o-1",
        "status": "final",
        "category": LAB,
        "code": {"text": "Potassium"},
        "subject": subject,
        "valueString": "x",
    } | more


def patient(family, **more):
    return {"resourceType": "Patient", "name": [{"family": family}]} | more


def bundle(*entries, kind="collection"):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def of(body):
    return golden.read(body).events[0].patient


@pytest.mark.parametrize(
    "entry",
    [
        {"fullUrl": "urn:uuid:5d1f", "resource": patient("Okafor")},
        {"fullUrl": "https://a.example/fhir/Patient/p", "resource": patient("Okafor", id="p")},
    ],
)
def test_a_full_url_is_followed(entry):
    body = bundle({"resource": observation({"reference": entry["fullUrl"]})}, entry)
    assert of(body).family == "Okafor"


def test_a_relative_reference_is_followed_without_its_version():
    body = bundle(
        {"resource": observation({"reference": "Patient/p/_history/3"})},
        {"resource": patient("Okafor", id="p")},
    )
    assert of(body).family == "Okafor"


def test_a_contained_patient_is_followed():
    assert (
        of(observation({"reference": "#p"}, contained=[patient("Okafor", id="p")])).family
        == "Okafor"
    )


def test_an_identifier_is_followed():
    number = {"system": "urn:oid:2.999.1", "value": "E1"}
    body = bundle(
        {"resource": observation({"identifier": number})},
        {"resource": patient("Okafor", identifier=[number])},
    )
    assert of(body).family == "Okafor"


def test_the_same_number_of_another_assigner_is_another_patient():
    body = bundle(
        {"resource": observation({"identifier": {"system": "urn:oid:2.999.2", "value": "E1"}})},
        {"resource": patient("Okafor", identifier=[{"system": "urn:oid:2.999.1", "value": "E1"}])},
    )
    assert of(body).family is None
    assert [(i.assigner, i.value) for i in of(body).identifiers] == [("2.999.2", "E1")]


def test_a_patient_of_another_server_is_never_taken_for_ours():
    body = bundle(
        {"resource": observation({"reference": "https://b.example/fhir/Patient/p"})},
        {"fullUrl": "https://a.example/fhir/Patient/p", "resource": patient("Okafor", id="p")},
    )
    assert of(body).family is None
    assert of(body).identifiers[0].assigner == "b.example/fhir"


def test_two_sources_with_the_same_resource_id_are_two_patients():
    parsed = golden.parse(json.dumps(observation({"reference": "Patient/p"})).encode())
    said = [
        golden.interpret(parsed, zone="UTC", source=source) for source in ("fhir:elm", "fhir:oak")
    ]
    assert len({reading.events[0].patient.identifiers[0] for reading in said}) == 2


@pytest.mark.parametrize(
    "subject",
    [
        {"display": "Ruth Okafor"},
        {"reference": "#gone"},
        {"reference": "Group/7"},
        {"reference": "urn:uuid:0"},
        {},
    ],
)
def test_no_patient_is_no_patient_and_a_fault(subject):
    reading = golden.read(observation(subject))
    assert reading.events[0].patient is None
    assert [fault.code for fault in reading.faults] == ["required"]


def test_an_id_that_holds_in_one_bundle_only_names_nobody_elsewhere():
    body = bundle(
        {"resource": observation({"reference": "urn:uuid:5d1f"})},
        {
            "fullUrl": "urn:uuid:5d1f",
            "resource": patient("Okafor", id="5d1f", identifier=[{"value": "E1"}]),
        },
    )
    assert [one.value for one in of(body).identifiers] == ["E1"]


def test_a_posted_report_is_known_by_its_identifier_not_by_its_passing_id():
    report = {
        "resourceType": "DiagnosticReport",
        "id": "tmp",
        "identifier": [{"system": "urn:oid:2.999", "value": "7"}],
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p"},
    }
    posted = bundle(
        {"resource": report, "request": {"method": "POST", "url": "DiagnosticReport"}},
        kind="transaction",
    )
    assert golden.read(posted).events[0].item.key == "DiagnosticReport?2.999|7"
    assert golden.read(report).events[0].item.key == "DiagnosticReport/tmp"


def test_what_a_bundle_deletes_is_not_read():
    gone = {
        "resource": observation({"reference": "Patient/p"}),
        "request": {"method": "DELETE", "url": "Observation/o-1"},
    }
    assert golden.read(bundle(gone, kind="transaction")).events == ()


@pytest.mark.parametrize("kind", ["history", "batch-response", "transaction-response"])
def test_bundles_of_other_types_are_kept_and_make_no_work(kind):
    reading = golden.read(bundle({"resource": observation({"reference": "Patient/p"})}, kind=kind))
    assert (reading.type, reading.events) == ("ignored", ())


def test_a_role_leads_to_its_person():
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "Practitioner/d"},
    }
    person = {
        "resourceType": "Practitioner",
        "id": "d",
        "name": [{"family": "Diaz"}],
        "identifier": [
            {"value": "L1"},
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1457300012"},
        ],
    }
    order = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "draft",
        "intent": "order",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p"},
        "requester": {"reference": "PractitionerRole/r"},
    }
    item = (
        golden.read(bundle({"resource": order}, {"resource": role}, {"resource": person}))
        .events[0]
        .item
    )
    assert (item.signer.id, item.signer.assigner, item.signer.family) == (
        "1457300012",
        "NPI",
        "Diaz",
    )


def test_roles_that_lead_in_a_circle_end():
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "PractitionerRole/r"},
    }
    order = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "draft",
        "intent": "order",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p"},
        "requester": {"reference": "PractitionerRole/r"},
    }
    assert golden.read(bundle({"resource": order}, {"resource": role})).events


def test_observations_that_hold_each_other_end():
    pair = [
        {
            "resource": observation(
                {"reference": "Patient/p"}, id=a, hasMember=[{"reference": f"Observation/{b}"}]
            )
        }
        for a, b in (("x", "y"), ("y", "x"))
    ]
    [event] = golden.read(bundle(*pair)).events
    assert len(event.item.observations) <= 3


def test_a_shared_observation_grades_both_reports():
    value = observation({"reference": "Patient/p"}, interpretation=[{"coding": [{"code": "HH"}]}])
    reports = [
        {
            "resourceType": "DiagnosticReport",
            "id": name,
            "status": "final",
            "code": {"text": name},
            "subject": {"reference": "Patient/p"},
            "result": [{"reference": "Observation/o-1"}],
        }
        for name in ("a", "b")
    ]
    reading = golden.read(bundle({"resource": value}, *({"resource": one} for one in reports)))
    assert [event.item.severity for event in reading.events] == ["critical", "critical"]


def test_the_patient_is_told_once_and_those_nobody_reports_on_too():
    body = bundle(
        {"resource": observation({"reference": "Patient/p"})},
        {"resource": patient("Okafor", id="p")},
        {"resource": patient("Silva", id="q")},
    )
    told = [type(event).__name__ for event in golden.read(body).events]
    assert told == ["ItemReported", "PatientChanged"]
