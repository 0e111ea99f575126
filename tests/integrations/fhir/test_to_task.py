"""FHIR bodies on the path of the door: stored, read, filed, routed; one item by any standard."""

import json

import pytest
from django.db import transaction

from audit.actors import Actor
from charts.models import ChartItem, Patient
from integrations import receiver
from integrations.fhir.body import parse
from integrations.fhir.reading import order_key
from integrations.models import InboundMessage
from routing import operations
from routing.models import Task
from tests.flows.doors import bring, sweep
from tests.integrations.fhir import golden
from tests.messages import oru


@pytest.fixture
def post(elm_street, now):
    """A FHIR body of the EHR's feed, worked on at once."""

    def stored(body):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        feed, parsed = elm_street.ehr, parse(raw)
        assert parsed.is_valid
        with elm_street.scoped(), transaction.atomic():
            arrival = receiver.arrival_of_fhir(
                raw,
                practice_id=feed.practice_id,
                feed_id=feed.pk,
                control_id="",
                resource_type=parsed.type,
                order_key=order_key(parsed, zone=feed.time_zone, source=feed.slug),
                cause="",
            )
            receiver.store([arrival], now=now)
        sweep(feed, now=now)

    return stored


def tasks(place):
    with place.scoped(), transaction.atomic():
        found = Task.objects.select_related("queue", "owner").order_by("authored_at", "pk")
        return [(task.category, task.severity, task.status, task.queue.role) for task in found]


def test_a_critical_panel_is_one_stat_task(post, elm_street):
    post(golden.raw("metabolic-panel-critical"))
    assert tasks(elm_street) == [("result-review", "critical", "ready", "physician")]
    with elm_street.scoped(), transaction.atomic():
        item = ChartItem.objects.get()
        assert (item.key, len(item.observations)) == ("L26-4471|51990-0", 8)
        assert Patient.objects.get().family == "Okafor"


def test_a_withdrawn_report_keeps_its_item(post, elm_street):
    post(golden.raw("metabolic-panel-critical"))
    post(golden.raw("report-withdrawn"))
    with elm_street.scoped(), transaction.atomic():
        assert ChartItem.objects.get().status == "withdrawn"


def test_the_same_order_by_hl7_and_by_fhir_is_one_item_and_one_task(post, elm_street, now):
    report = golden.body("report-withdrawn") | {
        "status": "final",
        "issued": "2026-11-17T09:00:00-05:00",
        "subject": {"identifier": {"system": "urn:oid:2.999.10.1", "value": "E100234"}},
    }
    sent = oru(control="1", order="L26-4471", code="51990-0^Basic metabolic panel^LN", flag="H")
    sent = sent.replace(b"508773^^^ELM^MR", b"E100234^^^&2.999.10.1&ISO^MR")
    bring(elm_street.ehr, sent, now=now)
    sweep(elm_street.ehr, now=now)
    post(report)
    with elm_street.scoped(), transaction.atomic():
        assert ChartItem.objects.get().version == 2
        assert Task.objects.count() == 1


def test_a_signature_ends_the_unsigned_order_and_a_referral_begins(post, elm_street):
    referral = golden.body("referral")
    post(referral | {"status": "draft"})
    assert tasks(elm_street) == [("unsigned-order", "", "ready", "physician")]
    post(referral | {"meta": {"lastUpdated": "2026-03-10T09:00:00Z"}})
    assert tasks(elm_street) == [
        ("unsigned-order", "", "completed", "physician"),
        ("referral", "", "ready", "care-coordinator"),
    ]


def test_an_answer_of_the_recipient_closes_no_referral(post, elm_street):
    post(golden.raw("referral"))
    post(golden.raw("referral-fulfilled"))
    assert [row[:3] for row in tasks(elm_street)] == [("referral", "", "ready")]
    with elm_street.scoped(), transaction.atomic():
        item = ChartItem.objects.get(kind="referral")
        assert item.details["answer"] == "fulfilled"
        assert item.title == "Referral to cardiology service"


def test_a_signed_note_ends_its_task(post, elm_street):
    note = golden.body("note-unsigned")
    post(note)
    assert tasks(elm_street) == [("incomplete-note", "", "ready", "physician")]
    post(note | {"docStatus": "final", "date": "2026-03-09T18:00:00Z"})
    assert [row[2] for row in tasks(elm_street)] == ["completed"]


def test_a_refill_is_asked_for_and_answered(post, elm_street):
    post(golden.raw("refill-asked-for"))
    assert tasks(elm_street) == [("refill", "", "ready", "medical-assistant")]
    post(golden.raw("refill-answered"))
    assert [row[2] for row in tasks(elm_street)] == ["completed"]


def test_a_request_of_another_system_is_work_of_its_kind(post, elm_street):
    post(golden.raw("prior-authorization"))
    assert [row[0] for row in tasks(elm_street)] == ["prior-authorization"]
    post(
        golden.body("prior-authorization")
        | {"status": "completed", "lastModified": "2026-03-10T12:00:00Z"}
    )
    assert [row[2] for row in tasks(elm_street)] == ["completed"]


def test_a_result_without_a_name_is_never_lost(post, elm_street):
    post(golden.raw("observation-without-a-name"))
    assert tasks(elm_street) == [("result-review", "critical", "ready", "physician")]
    with elm_street.scoped(), transaction.atomic():
        assert InboundMessage.objects.get().faults


def test_a_problem_told_apart_raises_the_risk_of_a_normal_result(post, elm_street):
    normal = golden.body("metabolic-panel-critical")
    for entry in normal["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "Observation":
            resource["interpretation"][0]["coding"][0]["code"] = "N"
            resource["valueQuantity"]["value"] = (
                sum(resource["referenceRange"][0][end]["value"] for end in ("low", "high")) / 2
            )
        if resource["resourceType"] == "Patient":
            resource["birthDate"] = "1991-03-02"
    post(normal)
    assert tasks(elm_street)[0][3] == "medical-assistant"
    with elm_street.scoped(), transaction.atomic():
        task = Task.objects.get()
        operations.complete(
            task_id=task.pk,
            member=elm_street.nora,
            outcome="normal-quiet",
            actor=Actor.person(elm_street.nora),
            now=task.authored_at,
        )
    post(golden.raw("problem"))
    changed = json.loads(json.dumps(normal).replace("L26-4471", "L26-4472").replace("r-77", "r-78"))
    post(changed)
    assert tasks(elm_street)[1][3] == "nurse"


def test_a_message_without_a_patient_is_set_aside_for_a_person(post, elm_street):
    post(golden.body("report-in-words") | {"subject": {"display": "Ruth"}})
    assert [row[0] for row in tasks(elm_street)] == ["quarantined-message"]
