"""What patients answer moves their referrals; what is not certain, or not sent, a person does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from outbox import operations as outbox
from outbox.consent import PatientWay
from outbox.models import Intent, PatientMessage
from outbox.patient_words import Template
from outbox.states import IntentState
from referrals import hearing, operations
from referrals.models import Fact, FollowUp, Referral
from referrals.states import Appointment, Attendance, Closure
from referrals.works import WORKS, Work
from routing.models import Task
from tenants import wake
from tenants.models import Topic
from tests.outbox.patients.conftest import (
    ACTOR,
    MOBILE,
    NOON,
    agrees,
    deliver,
    provider,
    somebody,
    texts,
)

__all__ = ["provider"]

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped():
        outbox.set_letterhead(name="Elm Street", phone="+12025550100", actor=ACTOR, now=NOON)
        yield elm_street


@pytest.fixture
def hana(elm):
    patient = somebody()
    agrees(patient)
    return patient


def refer(patient, number="N-1") -> Referral:
    opening = operations.Opening(
        patient_id=patient.pk, number=number, ordered_at=NOON, specialty="Cardiology"
    )
    return operations.open_by_hand(opening=opening, actor=ACTOR, now=NOON)[0]


def nudge(referral, *, now=NOON, key=""):
    return outbox.write_to_patient(
        patient_id=referral.patient_id, key=key or f"nudge:{referral.pk}", way=PatientWay.SMS,
        template=Template.NUDGE, about_id=referral.pk, actor=ACTOR, now=now,
    )  # fmt: skip


def hear(*bodies, now=LATER):
    for body in bodies:
        texts(body, sid=str(uuid4()), now=now)
    while hearing.sweep(now=now):
        pass


def fresh(referral) -> Referral:
    with transaction.atomic():
        return Referral.objects.get(pk=referral.pk)


def work_of(referral) -> set[str]:
    with transaction.atomic():
        return set(operations.open_work(referral.pk).values())


def tasks(**which) -> list[Task]:
    with transaction.atomic():
        return list(Task.objects.open().filter(**which))


def test_a_patient_who_booked_has_booked_and_is_nudged_no_more(hana, provider):
    referral = refer(hana)
    nudge(referral)
    waiting = nudge(referral, key="again", now=NOON + timedelta(hours=12))
    hear("Booked!")
    after = fresh(referral)
    assert (after.appointment, after.patient_id) == (Appointment.BOOKED, hana.pk)
    with transaction.atomic():
        fact = Fact.objects.get(referral=referral)
        message = PatientMessage.objects.select_related("intent").get(pk=waiting.message_id)
        heard = PatientMessage.objects.get(direction="in")
    assert fact.source == "patient"
    assert message.intent.state == IntentState.CANCELLED
    assert heard.about_id == referral.pk
    assert work_of(referral) == set()


def test_a_patient_who_was_there_was_seen(hana):
    referral = refer(hana)
    nudge(referral)
    hear("ya fui")
    assert fresh(referral).attendance == Attendance.SEEN


@pytest.mark.parametrize(
    ("said", "work"),
    [
        ("I don't want to go", Work.PATIENT_DECLINED),
        ("call me", Work.CALL_BACK),
        ("wrong number", Work.CALL_PATIENT),
        ("my knee hurts", Work.READ_REPLY),
        ("R", Work.CALL_BACK),
        ("C", Work.READ_REPLY),
        ("yes", Work.READ_REPLY),
    ],
)
def test_what_only_a_person_can_do_is_asked_of_one_once(hana, said, work):
    referral = refer(hana)
    nudge(referral)
    hear(said)
    assert work_of(referral) == {work}
    assert fresh(referral).appointment == Appointment.NONE
    with transaction.atomic():
        wake.call(Topic.ANSWERED, [(PatientMessage.objects.get(direction="in").pk, LATER)])
    hear()
    with transaction.atomic():
        assert FollowUp.objects.count() == 1


@pytest.mark.parametrize("said", ["thanks", "HELP", "STOP", "START"])
def test_what_asks_for_nothing_makes_no_work(hana, said):
    referral = refer(hana)
    nudge(referral)
    deliver_nothing_and(said)
    assert tasks() == []


def deliver_nothing_and(said):
    with transaction.atomic():
        Intent.objects.update(state=IntentState.SENT, sent_at=NOON)
    hear(said)


def test_a_confirmed_visit_needs_nobody_and_one_to_be_changed_does(hana):
    referral = refer(hana)
    nudge(referral)
    hear("booked", "C")
    assert work_of(referral) == set()
    hear("cancel my appointment", now=LATER + timedelta(hours=1))
    assert work_of(referral) == {Work.CALL_BACK}
    assert WORKS[Work.CALL_BACK].lack is None


def test_of_two_open_referrals_none_is_guessed(hana):
    first, second = refer(hana), refer(hana, "N-2")
    nudge(first)
    nudge(second)
    hear("booked")
    assert {fresh(one).appointment for one in (first, second)} == {Appointment.NONE}
    assert work_of(first) | work_of(second) == {Work.READ_REPLY}


def test_of_two_open_referrals_the_one_that_was_written_of_is_meant(hana):
    first, second = refer(hana), refer(hana, "N-2")
    nudge(first)
    hear("booked")
    assert fresh(first).appointment == Appointment.BOOKED
    assert fresh(second).appointment == Appointment.NONE


def test_without_an_open_referral_a_person_reads_it_with_the_administrative_messages(hana):
    referral = refer(hana)
    operations.close(referral_id=referral.pk, because=Closure.NO_LONGER_NEEDED, actor=ACTOR,
                     now=NOON)  # fmt: skip
    hear("when is my next visit")
    [task] = tasks()
    assert (task.category, task.patient_id) == ("administrative-message", hana.pk)
    assert task.title == f"{hearing.READ}: when is my next visit"
    hear()
    assert len(tasks()) == 1


def test_a_text_of_a_stranger_is_work_without_a_patient(elm):
    texts("is this the clinic", number="+12025550144", sid="x", now=LATER)
    hear()
    [task] = tasks()
    assert (task.category, task.patient_id) == ("administrative-message", None)
    assert task.title == f"{hearing.READ}: +1 202 555 0144: is this the clinic"


def test_a_landline_becomes_a_call_or_a_letter(hana, provider):
    provider.errors[MOBILE] = 21614
    referral = refer(hana)
    nudge(referral)
    deliver()
    hear()
    assert work_of(referral) == {Work.CALL_PATIENT}


def test_a_nudge_that_a_stop_took_back_becomes_a_call_or_a_letter(hana, provider):
    referral = refer(hana)
    nudge(referral, now=NOON + timedelta(hours=12))
    hear("STOP", now=NOON + timedelta(hours=12))
    assert work_of(referral) == {Work.CALL_PATIENT}


def test_a_message_of_no_referral_that_did_not_arrive_is_work_too(hana, provider):
    provider.errors[MOBILE] = 30005
    outbox.write_to_patient(patient_id=hana.pk, key="free", way=PatientWay.SMS, actor=ACTOR,
                            template=Template.CALL_US, now=NOON)  # fmt: skip
    deliver()
    hear()
    [task] = tasks()
    assert task.title == hearing.NOT_SENT


def test_nothing_is_asked_for_a_nudge_that_nobody_needs_any_more(hana, provider):
    referral = refer(hana)
    nudge(referral, now=NOON + timedelta(hours=12))
    outbox.call_off_patient(referral.pk, actor=ACTOR, now=NOON + timedelta(hours=12))
    hear(now=NOON + timedelta(hours=13))
    assert tasks() == []
