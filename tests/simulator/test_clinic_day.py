"""The generated day: the same every time, as many messages as promised, all of them readable."""

import json
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from charts.values import ItemStatus, Severity
from integrations.events import ItemReported, VisitChanged
from integrations.hl7.header import glance
from integrations.models import InboundMessage
from integrations.reading import read_body
from integrations.simulator.clinic import Clock, Door, wall_clock
from integrations.simulator.clinic_day import clinic_day
from routing.categories import BY_ABSENCE, Category, category_of
from tests.simulator.clinics import CLINIC, MONDAY

ZONE = str(CLINIC.zone)


@pytest.fixture(scope="module")
def day():
    return clinic_day(CLINIC, MONDAY)


@pytest.fixture(scope="module")
def readings(day):
    """Each message with what the product reads in it."""
    return [(sending, _read(sending)) for sending in day]


def _read(sending):
    standard = InboundMessage.Standard.FHIR if _is_fhir(sending) else InboundMessage.Standard.HL7
    return read_body(sending.body, standard, time_zone=ZONE)


def _is_fhir(sending):
    return sending.door == Door.FHIR_HTTP


def items(readings):
    return [
        (sending, event.item)
        for sending, reading in readings
        for event in reading.events
        if isinstance(event, ItemReported)
    ]


def test_the_same_day_comes_out_byte_for_byte(day):
    assert clinic_day(CLINIC, MONDAY) == day


def test_another_day_and_another_seed_are_other_days_with_other_numbers(day):
    ids = {sending.id for sending in day}
    for other in (
        clinic_day(CLINIC, MONDAY + timedelta(days=1)),
        clinic_day(CLINIC, MONDAY, seed=7),
    ):
        assert not ids & {sending.id for sending in other}


def test_messages_come_in_the_order_of_their_minutes(day):
    minutes = [sending.minute for sending in day]
    assert minutes == sorted(minutes)
    assert minutes[0] >= 7 * 60
    assert minutes[-1] < 24 * 60


@pytest.mark.parametrize(("kind", "count"), [
    ("ADT^A03", 20), ("ORM^O01", 6), ("RDE^O25", 3), ("SIU^S26", 1), ("MDM^T04", 2), ("REF^I12", 2),
])  # fmt: skip
def test_each_clinician_has_as_many_as_promised(day, kind, count):
    named = Counter(
        provider.id
        for sending in day
        if sending.kind == kind
        for provider in CLINIC.providers
        if provider.id.encode() in sending.body
    )
    assert named == {provider.id: count for provider in CLINIC.providers}


def test_each_clinician_has_three_referrals_and_two_medication_changes(readings):
    found = Counter()
    for _, item in items(readings):
        category = category_of(item.kind, item.status, item.details)
        if category in (Category.REFERRAL, Category.MEDICATION_CHANGE):
            found[category, item.orderer.id] += 1
    for provider in CLINIC.providers:
        assert found[Category.REFERRAL, provider.id] == 3
        assert found[Category.MEDICATION_CHANGE, provider.id] == 2


def test_all_four_doors_are_used(day):
    assert {sending.door for sending in day} == set(Door)


def test_every_body_reads_without_a_fault_but_the_one_without_a_patient(readings):
    faults = [(sending.kind, *reading.faults) for sending, reading in readings if reading.faults]
    assert [kind for kind, *_ in faults] == ["ORU^R01"]
    assert [fault["location"] for _, *found in faults for fault in found] == ["PID"]


def test_no_message_is_of_a_type_that_makes_nothing(readings):
    for sending, reading in readings:
        assert reading.events, sending.kind
        assert reading.type not in ("ignored", "malformed", "ack")


def test_every_kind_of_work_but_quarantine_comes_from_what_messages_say(readings):
    asked = {category_of(item.kind, item.status, item.details) for _, item in items(readings)}
    assert asked - {None} == set(Category) - BY_ABSENCE - {Category.QUARANTINED_MESSAGE}


def test_about_four_of_five_results_are_normal_and_a_few_are_critical():
    finals = Counter()
    for back in range(10):
        for sending in clinic_day(CLINIC, MONDAY - timedelta(days=back)):
            if sending.kind == "ORU^R01" and b"||CH|F" in sending.body:
                finals[_read(sending).severity] += 1
    total = sum(finals.values())
    assert 0.70 < finals[Severity.NORMAL] / total < 0.85
    assert 0.10 < finals[Severity.ABNORMAL] / total < 0.22
    assert 0.02 < finals[Severity.CRITICAL] / total < 0.10
    assert finals[Severity.UNKNOWN] > 0


def test_results_come_preliminary_then_final_and_a_few_are_corrected_after(readings):
    stages = defaultdict(list)
    for sending, item in items(readings):
        if sending.kind == "ORU^R01":
            stages[item.key].append(item.status)
    orders = [ItemStatus.PRELIMINARY, ItemStatus.FINAL, ItemStatus.CORRECTED]
    for found in stages.values():
        assert found == sorted(found, key=orders.index)
        assert ItemStatus.FINAL in found
    assert any(ItemStatus.PRELIMINARY in found for found in stages.values())
    assert 1 <= sum(ItemStatus.CORRECTED in found for found in stages.values()) <= 4


def test_what_is_signed_later_was_unsigned_before(readings):
    seen = defaultdict(list)
    for sending, item in items(readings):
        if sending.kind in ("MDM^T02", "MDM^T04"):
            seen[item.key].append((sending.kind, item.status))
    later = [found for found in seen.values() if len(found) > 1]
    assert len(later) == 8
    assert all(
        found == [("MDM^T02", ItemStatus.PRELIMINARY), ("MDM^T04", ItemStatus.FINAL)]
        for found in later
    )


def test_one_message_is_resent_unchanged_and_no_other_shares_its_control_id(day):
    ids = Counter(sending.id for sending in day)
    [resent] = [number for number, count in ids.items() if count > 1]
    first, second = [sending for sending in day if sending.id == resent]
    assert (first.body, first.kind) == (second.body, "ORU^R01")
    assert second.minute > first.minute


def test_one_message_is_a_test_and_one_names_no_patient(day):
    hl7 = [sending.body for sending in day if not _is_fhir(sending)]
    assert sum(glance(body).processing_id == "T" for body in hl7) == 1
    assert sum(b"\rPID|" not in body for body in hl7) == 1


def test_a_merge_ends_a_number_that_was_given_the_same_day(day):
    [merge] = [sending for sending in day if sending.kind == "ADT^A40"]
    gone = merge.body.split(b"\rMRG|")[1].split(b"^")[0]
    first = next(sending for sending in day if gone in sending.body)
    assert (first.kind, first.minute < merge.minute) == ("ADT^A04", True)


def test_consult_notes_answer_referrals_of_the_day_before(day):
    before = clinic_day(CLINIC, MONDAY - timedelta(days=1))
    sent = b"".join(
        sending.body for sending in before if sending.kind in ("REF^I12", "ServiceRequest")
    )
    notes = [sending.body for sending in day if b"11488-4" in sending.body]
    assert len(notes) == 8
    for note in notes:
        number = note.split(b"\rORC|RE|")[1].split(b"|")[0]
        assert number in sent


def test_nothing_is_dated_after_the_instant_at_which_it_is_sent(readings):
    clock = wall_clock(MONDAY, CLINIC.zone)
    for sending, item in items(readings):
        latest = clock.at(sending.minute)
        moments = [item.issued_at, item.effective_at]
        moments += [one.observed_at for one in item.observations]
        assert all(moment <= latest for moment in moments if moment), sending.kind


def test_a_faster_clock_shrinks_the_times_inside_the_messages_too(readings):
    clock = Clock(wall_clock(MONDAY, CLINIC.zone).at(600), minute=600, speed=60)
    slow = dict(_issued(readings))
    fast = _issued(
        [(sending, _read(sending)) for sending in clinic_day(CLINIC, MONDAY, clock=clock)]
    )
    for key, issued in fast:
        real = (slow[key] - wall_clock(MONDAY, CLINIC.zone).at(600)).total_seconds()
        assert abs((issued - clock.start).total_seconds() - real / 60) <= 1.1


def _issued(readings):
    return [
        ((sending.id, item.kind, item.key), item.issued_at)
        for sending, item in items(readings)
        if item.issued_at
    ]


def test_the_location_of_every_visit_is_the_clinicians(readings):
    sites = {provider.id: provider.site for provider in CLINIC.providers}
    visits = [
        e for _, r in readings for e in r.events if isinstance(e, VisitChanged) if e.attending
    ]
    assert visits
    assert all(visit.location == sites[visit.attending.id] for visit in visits)


def test_patients_are_the_same_person_by_either_standard(day):
    bundle = next(
        json.loads(sending.body) for sending in day
        if _is_fhir(sending) and b'"Bundle"' in sending.body
    )  # fmt: skip
    patient = bundle["entry"][0]["resource"]
    number = patient["identifier"][0]
    hl7 = f"{number['value']}^^^{number['system'].removeprefix('https://')}^MR"
    others = b"".join(
        sending.body
        for offset in range(-3, 4)
        for sending in clinic_day(CLINIC, MONDAY + timedelta(days=offset))
    )
    assert hl7.encode() in others
