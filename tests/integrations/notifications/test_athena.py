"""athenahealth: counts that begin anew, events with ids of their own, its own closing signals."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from charts.models import Patient
from integrations.models import NotifiedEvent
from integrations.notifications import topics
from tests.integrations.notifications import bundles
from tests.integrations.notifications.bundles import report

pytestmark = pytest.mark.django_db

EARLIER, LATER = "2026-11-16T14:00:00Z", "2026-11-16T16:00:00Z"
PRACTICE = "&ah-practice=Organization/a-1.Practice-4321"


def test_each_event_is_told_by_its_own_id_and_no_count_makes_a_gap(athena):
    first = {"id": "ev-1", "focus": "Encounter/a-4321.encounter-1"}
    second = {"id": "ev-2", "focus": "Encounter/a-4321.encounter-2"}
    athena.tell(bundles.athena("Encounter.check-in", first))
    athena.tell(bundles.athena("Encounter.check-in", second))
    assert athena.fetches() == ["Encounter/a-4321.encounter-1", "Encounter/a-4321.encounter-2"]
    assert athena.row().gap_from is None
    athena.finish_fetches()
    athena.tell(bundles.athena("Encounter.check-in", first, second, trailing=b"\n"))
    assert athena.fetches() == [], "both are repeats, whatever bundle brings them"
    with athena.elm.scoped(), transaction.atomic():
        assert set(NotifiedEvent.objects.values_list("event", flat=True)) == {"ev-1", "ev-2"}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_focus_by_identifier_alone_is_searched_for_at_the_patient(athena, scheme):
    event = {"id": "ev-1", "value": "157479", "patient": "Patient/a-4321.E-8", "scheme": scheme}
    athena.tell(bundles.athena("Order.signoff", event))
    since = "_lastUpdated=ge2026-11-16T14:54:00Z&patient=Patient/a-4321.E-8"
    assert athena.fetches() == [
        f"MedicationRequest?{since}{PRACTICE}", f"ServiceRequest?{since}{PRACTICE}"]  # fmt: skip


def test_without_a_patient_the_identifier_itself_is_searched(athena):
    athena.tell(
        bundles.athena("LabResult.update", {"id": "ev-1", "value": "9", "what": "labresult"})
    )
    found = "DiagnosticReport?identifier=urn:athenahealth:athenanet:labresult:4321%7C9"
    assert athena.fetches() == [found + PRACTICE]


def test_with_both_the_reference_is_read(athena):
    event = {"id": "ev-1", "value": "8", "what": "patient", "focus": "Patient/a-4321.E-8"}
    athena.tell(bundles.athena("Patient.merge", event))
    assert athena.fetches() == ["Patient/a-4321.E-8"]


@pytest.mark.parametrize(("topic", "types"), [
    ("LabResult.create", ("DiagnosticReport",)),
    ("ImagingResult.reopen", ("DiagnosticReport", "DocumentReference")),
    ("Order.submit", ("ServiceRequest", "MedicationRequest")),
    ("Encounter.signoff", ("Encounter", "DocumentReference")),
    ("Prescription.refill-create", ("MedicationRequest",)),
    ("PatientCase.create", ("Task",)),
    ("Patient.merge", ("Patient",)),
    ("Appointment.cancel", ("Appointment",)),
    ("patient-admission", ("Encounter",)),
    ("encounter-start", ("Encounter",)),
    ("anything", topics.ASKED_BY_DEFAULT),
])  # fmt: skip
def test_a_topic_names_what_to_ask_for(topic, types):
    assert topics.types_of(f"https://ehr.example/topics/{topic}") == types


def test_criteria_name_what_to_ask_for_where_the_topic_does_not():
    assert topics.types_of("urn:x", "Task?owner=Organization/1") == ("Task",)
    assert topics.types_of("urn:x", "", ("Task", "Encounter")) == ("Task", "Encounter")


def brought(number: str, **more) -> bytes:
    """What our own fetch of the report would store."""
    return bundles.alone(report(number, **more))


def closing(topic: str, *, at: str = LATER, number: str = "r1") -> bytes:
    return bundles.athena(topic, {"id": f"{topic} {at}", "at": at,
                                  "focus": f"DiagnosticReport/{number}"})  # fmt: skip


def test_what_the_ehr_closes_is_closed_here(athena):
    athena.tell(brought("r1"))
    assert [state for _, state, _ in athena.tasks()] == ["ready"]
    athena.tell(closing("LabResult.close"))
    assert athena.tasks() == [("result-review", "completed", "closed in the EHR")]


def test_an_older_closing_does_not_close_a_newer_result(athena):
    athena.tell(brought("r1", issued=LATER), closing("LabResult.close", at=EARLIER))
    assert [state for _, state, _ in athena.tasks()] == ["ready"]


def test_what_was_opened_again_at_the_ehr_stays_open(athena):
    athena.tell(closing("ImagingResult.close", at=EARLIER), closing("ImagingResult.reopen"))
    athena.tell(brought("r1", issued="2026-11-16T13:00:00Z"))
    assert [state for _, state, _ in athena.tasks()] == ["ready"]


def test_a_correction_after_the_closing_is_looked_at(athena):
    athena.tell(closing("LabResult.close"), brought("r1", status="corrected"))
    assert [state for _, state, _ in athena.tasks()] == ["ready"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    athena.tell(closing("LabResult.close", at=tomorrow))
    assert [state for _, state, _ in athena.tasks()] == ["completed"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_any_order_the_same_tasks_are_open(athena, order):
    day = [
        brought("r1", issued=EARLIER), closing("LabResult.close"),
        brought("r2", issued=EARLIER), closing("LabResult.update", number="r2"),
    ]  # fmt: skip
    athena.tell(*(day[number] for number in order))
    athena.tell(day[order[0]] + b" ")
    assert sorted(state for _, state, _ in athena.tasks()) == ["completed", "ready"]


def test_a_signed_visit_closes_its_incomplete_note(athena):
    note = {
        "resourceType": "DocumentReference", "id": "d1", "status": "current",
        "docStatus": "preliminary", "date": EARLIER, "content": [{"attachment": {"title": "x"}}],
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
        "subject": {"identifier": {"system": "urn:oid:1.2.3", "value": "77"}},
        "context": {"encounter": [{"reference": "Encounter/a-4321.encounter-1"}]},
    }  # fmt: skip
    athena.tell(bundles.alone(note))
    assert [category for category, _, _ in athena.tasks()] == ["incomplete-note"]
    signed = {"id": "ev-9", "at": LATER, "focus": "Encounter/a-4321.encounter-1"}
    athena.tell(bundles.athena("Encounter.signoff", signed))
    assert athena.tasks() == [("incomplete-note", "completed", "closed in the EHR")]


def test_the_door_answers_well_inside_two_seconds(athena):
    events = [{"id": f"ev-{number}", "focus": f"Encounter/e{number}"} for number in range(100)]
    body = bundles.athena("Encounter.check-in", *events)
    began = datetime.now(UTC)
    assert athena.post(body).status_code == 202
    assert (datetime.now(UTC) - began).total_seconds() < 1
    athena.work()
    assert len(athena.fetches()) == 100


def person(number: str, *links: tuple[str, str]) -> bytes:
    return bundles.alone({
        "resourceType": "Patient", "id": number, "name": [{"family": f"Made-up {number}"}],
        "link": [{"type": kind, "other": {"reference": f"Patient/{other}"}}
                 for kind, other in links],
    })  # fmt: skip


@pytest.mark.parametrize(("told", "kept"), [
    (person("a", ("replaces", "b")), "Made-up a"),
    (person("b", ("replaced-by", "a")), "Made-up a"),
])  # fmt: skip
def test_a_patient_who_replaces_another_is_one_patient(athena, told, kept):
    athena.tell(person("a"), person("b"))
    athena.tell(told)
    athena.tell(told + b" ")
    with athena.elm.scoped(), transaction.atomic():
        alive = Patient.objects.filter(merged_into__isnull=True)
        assert [one.family for one in alive] == [kept]
        assert Patient.objects.count() == 2


def test_a_patient_to_see_also_stays_another(athena):
    athena.tell(person("a"), person("b"), person("a", ("seealso", "b")))
    with athena.elm.scoped(), transaction.atomic():
        assert not Patient.objects.filter(merged_into__isnull=False).exists()
