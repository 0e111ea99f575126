"""A clinic day's messages, those of the simulator and some that contradict each other, and what
they come to."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from integrations import intake, receiver
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.simulator import fhir, hl7
from integrations.simulator.catalogue import Term
from integrations.simulator.clinic import Clinic, Desk, Door, Provider, wall_clock
from integrations.simulator.clinic_day import clinic_day
from routing.models import Task
from tests.simulator.clinics import MONDAY

CLINIC = Clinic(
    slug="elm-street",
    zone=ZoneInfo("America/New_York"),
    providers=(
        Provider("1001", "Diaz", "Ana", "MAIN"),
        Provider("1002", "Okafor", "Ben", "MAIN"),
    ),
)
AFTER = 18 * 60.0
"""Minute of the day at which the tangle begins."""


def day(seed: int):
    """The sendings of a day, in the order they were sent."""
    return [*clinic_day(CLINIC, MONDAY, seed=seed), *tangle()]


def tangle():
    """Cancellations, documents through their life, merges in a chain, answers: one thing each."""
    desk = Desk(CLINIC, MONDAY + timedelta(days=1), 9, wall_clock(MONDAY, CLINIC.zone))
    people, provider = CLINIC.patients[:12], CLINIC.providers[0]
    made = [
        *_order_cancelled(desk, people[0], provider),
        *_referral_cancelled(desk, people[1], provider),
        *_document_cancelled(desk, people[2], provider),
        *_document_signed(desk, people[3], provider),
        *_missed_and_booked(desk, people[4]),
        *_result_withdrawn(desk, people[5], provider),
        *_merged_twice(desk, people[6], provider),
        *_referral_answered(desk, people[9], provider),
        *_draft_signed_and_revoked(desk, people[10], provider),
        *_risk_told_later(desk, people[11], provider),
    ]
    return sorted(made, key=lambda sending: sending.minute)


def _ehr(desk, kind, minute, *segments):
    return hl7.message(desk, Door.EHR_MLLP, kind, minute, segments)


def _lab(desk, minute, patient, provider, number, status, value, flag, code="2823-3"):
    who = hl7.xcn(provider)
    return hl7.message(desk, Door.LAB_MLLP, "ORU^R01", minute, [
        hl7.pid(patient, CLINIC),
        hl7.segment("ORC", {1: "RE", 3: number, 12: who}),
        hl7.segment("OBR", {1: "1", 3: number, 4: "24323-8^Comprehensive metabolic panel^LN",
                            16: who, 22: desk.stamp(minute), 25: status}),
        hl7.segment("OBX", {1: "1", 2: "NM", 3: f"{code}^Potassium^LN", 5: value, 7: "3.5-5.1",
                            8: flag, 11: status}),
    ])  # fmt: skip


def _order(desk, minute, patient, provider, number, control, code):
    return _ehr(
        desk, "ORM^O01", minute, hl7.pid(patient, CLINIC),
        hl7.segment("ORC", {1: control, 2: number, 9: desk.stamp(minute), 12: hl7.xcn(provider)}),
        hl7.segment("OBR", {1: "1", 2: number, 4: code, 16: hl7.xcn(provider)}),
    )  # fmt: skip


def _order_cancelled(desk, patient, provider):
    code = "REF^Referral to dermatology^L"
    for at, control in ((0, "NW"), (10, "CA")):
        yield _order(desk, AFTER + at, patient, provider, "X-1", control, code)


def _referral(desk, minute, kind, patient, provider, number):
    return _ehr(
        desk, kind, minute,
        hl7.segment("RF1", {1: "P^Pending^HL70283", 6: number, 9: desk.stamp(minute)}),
        hl7.segment("PRD", {1: "RP^Referring provider^HL70286", 7: f"{provider.id}^NPI"}),
        hl7.pid(patient, CLINIC),
    )  # fmt: skip


def _referral_cancelled(desk, patient, provider):
    yield _referral(desk, AFTER, "REF^I12", patient, provider, "X-2")
    yield _referral(desk, AFTER + 30, "REF^I14", patient, provider, "X-2")
    yield _referral(desk, AFTER, "REF^I12", patient, provider, "X-2b")


def _document(desk, minute, kind, patient, provider, number, status):
    author = hl7.xcn(provider)
    return _ehr(
        desk, kind, minute, hl7.segment("EVN", {1: kind[-3:], 2: desk.stamp(minute)}),
        hl7.pid(patient, CLINIC),
        hl7.segment("TXA", {1: "1", 2: "PR", 3: "TX", 6: desk.stamp(minute), 9: author, 10: author,
                            12: number, 17: status}),
    )  # fmt: skip


def _document_cancelled(desk, patient, provider):
    yield _document(desk, AFTER, "MDM^T02", patient, provider, "X-3", "DI")
    yield _document(desk, AFTER + 9, "MDM^T11", patient, provider, "X-3", "DI")


def _document_signed(desk, patient, provider):
    yield _document(desk, AFTER, "MDM^T02", patient, provider, "X-4", "DI")
    yield _document(desk, AFTER + 9, "MDM^T04", patient, provider, "X-4", "PA")
    yield _document(desk, AFTER + 19, "MDM^T04", patient, provider, "X-4", "AU")
    yield _document(desk, AFTER, "MDM^T02", patient, provider, "X-4b", "IN")


def _missed_and_booked(desk, patient):
    for kind, at, number in (
        ("SIU^S26", 0, "X-5"), ("SIU^S13", 20, "X-5"), ("SIU^S12", 0, "X-5b"),
        ("SIU^S26", 30, "X-5b"),
    ):  # fmt: skip
        yield _ehr(
            desk, kind, AFTER + at,
            hl7.segment("SCH", {1: number, 2: number, 7: "FOLLOWUP^Follow-up^HL70276"}),
            hl7.pid(patient, CLINIC),
        )  # fmt: skip


def _result_withdrawn(desk, patient, provider):
    yield _lab(desk, AFTER, patient, provider, "X-6", "P", "6.9", "HH")
    yield _lab(desk, AFTER + 5, patient, provider, "X-6", "F", "6.9", "HH")
    yield _lab(desk, AFTER + 9, patient, provider, "X-6", "W", "6.9", "HH")
    yield _lab(desk, AFTER, patient, provider, "X-6b", "F", "4.1", "N")
    yield _lab(desk, AFTER + 50, patient, provider, "X-6b", "C", "5.9", "H")


def _merged_twice(desk, first, provider):
    """Registered three times: third into second, second into first; the first has all the work."""
    second, third = (replace(first, mrn=f"{first.mrn}-{again}") for again in (2, 3))
    for at, who in ((0, first), (1, second), (2, third)):
        yield _lab(desk, AFTER + at, who, provider, f"X-7{at}", "F", "5.8", "H")
    for at, (kept, gone) in ((20, (second, third)), (40, (first, second))):
        yield _ehr(
            desk, "ADT^A40", AFTER + at, hl7.segment("EVN", {1: "A40"}), hl7.pid(kept, CLINIC),
            hl7.segment("MRG", {1: f"{gone.mrn}^^^{CLINIC.assigner}^MR"}),
        )  # fmt: skip


def _answer(desk, minute, patient, number, status):
    task = {
        "resourceType": "Task", "id": f"T-{number}", "status": status, "intent": "order",
        "code": {"coding": [{"code": "fulfill"}]}, "for": fhir.subject(patient, CLINIC),
        "focus": {"type": "ServiceRequest", "identifier": {"value": number}},
        "lastModified": desk.iso(minute),
    }  # fmt: skip
    return fhir.sending(desk, minute, task)


def _request(desk, minute, patient, provider, number, status, text):
    request = fhir.service_request(
        desk, minute, patient, provider, id=number, status=status,
        code=fhir.concept(Term("103696004", text, "SCT")), written=AFTER, priority="routine",
    )  # fmt: skip
    return fhir.sending(desk, minute, fhir.with_patient(desk, patient, request))


def _referral_answered(desk, patient, provider):
    yield _request(desk, AFTER, patient, provider, "X-8", "active", "Referral to cardiology")
    for at, status in ((10, "requested"), (20, "accepted"), (30, "in-progress")):
        yield _answer(desk, AFTER + at, patient, "X-8", status)


def _draft_signed_and_revoked(desk, patient, provider):
    for at, status in ((0, "draft"), (10, "active")):
        yield _request(desk, AFTER + at, patient, provider, "X-9", status, "Referral to urology")
    for at, status in ((0, "draft"), (10, "active"), (20, "revoked")):
        yield _request(desk, AFTER + at, patient, provider, "X-10", status, "Referral to allergy")


def _risk_told_later(desk, patient, provider):
    """A normal result, then what makes it more than routine; and two values far apart."""
    yield _lab(desk, AFTER, patient, provider, "X-11", "F", "4.3", "N")
    yield _ehr(
        desk, "ADT^A08", AFTER + 20, hl7.segment("EVN", {1: "A08"}), hl7.pid(patient, CLINIC),
        hl7.segment("DG1", {1: "1", 3: "N18.4^Kidney disease, stage 4^I10", 6: "W"}),
    )  # fmt: skip


def arrivals(elm, sendings):
    """What the doors make of them, in this order."""
    for sending in sendings:
        feed = elm.lab if sending.door == Door.LAB_MLLP else elm.ehr
        if sending.door != Door.FHIR_HTTP:
            yield receiver.arrival_of_hl7(
                sending.body, practice_id=elm.practice.pk, feed_id=feed.pk
            )
            continue
        parsed = fhir_body.parse(sending.body)
        assert parsed.is_valid, parsed.issues
        yield receiver.arrival_of_fhir(
            sending.body,
            practice_id=elm.practice.pk,
            feed_id=feed.pk,
            control_id=sending.id,
            resource_type=parsed.type,
            order_key=fhir_reading.order_key(parsed, zone=feed.time_zone, source=feed.slug),
            cause="",
        )


def delivered(elm, sendings, *, now, batch=40):
    """The open tasks that these messages come to; nothing of it stays."""
    with elm.scoped(), transaction.atomic():
        waiting = list(arrivals(elm, sendings))
        for start in range(0, len(waiting), batch):
            receiver.store(waiting[start : start + batch], now=now)
            intake.sweep_practice(elm.practice.pk, now=now, batch=batch)
        while intake.sweep_practice(elm.practice.pk, now=now, batch=batch):
            pass
        found = open_tasks()
        transaction.set_rollback(True)
    return found


def open_tasks():
    """What somebody sees of the open work, less what may differ: ids and instants."""
    rows = Task.objects.open().select_related("patient", "queue", "owner", "item", "location")
    return sorted(
        (
            task.item.key if task.item else "",
            task.category,
            f"{task.patient.family} {task.patient.given}" if task.patient else "",
            task.queue.name,
            task.priority,
            task.severity,
            task.owner.name if task.owner else "",
            task.status,
        )
        for task in rows
    )
