"""A message to a patient: once, by day, with consent, in their language, and saying nothing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import AuditEvent
from charts import patients
from outbox import delivery, operations
from outbox.consent import BY_A_PERSON, Basis, PatientWay, WhyNot
from outbox.fake.provider import Mode
from outbox.models import Consent, Contact, Intent, PatientMessage
from outbox.operations import NotWritten, Written
from outbox.operations.consenting import ContactRefused
from outbox.patient_words import Template
from outbox.states import IntentState, Step
from tenants.models import Topic, Wake
from tests.outbox.patients.conftest import (
    ACTOR,
    MOBILE,
    NOON,
    agrees,
    deliver,
    intent,
    message,
    nudge,
    somebody,
    texts,
)

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 11, 17, 2, 30, tzinfo=UTC)
"""Half past nine in New York, half past eight in Chicago."""
HOUR = timedelta(hours=1)
OUT = (IntentState.SENT, IntentState.DELIVERED)


def received(provider) -> list[str]:
    return [one.body for one in provider.received(MOBILE)]


def test_a_nudge_goes_out_once_however_often_it_is_written(hana, provider):
    first, again = nudge(hana), nudge(hana)
    assert first.is_new
    assert not again.is_new
    assert first.message_id == again.message_id
    deliver()
    deliver(NOON + HOUR)
    [body] = received(provider)
    assert body.startswith("Elm Street Family Medicine: ")
    assert "202-555-0100" in body
    assert intent(first).state == IntentState.SENT


def test_without_consent_it_is_not_written_and_with_half_of_it_neither(head, elm):
    patient = somebody()
    assert nudge(patient) == NotWritten(WhyNot.NO_CONSENT)
    agrees(patient, bases=[Basis.TREATMENT])
    assert nudge(patient) == NotWritten(WhyNot.NO_CONSENT)
    agrees(patient, bases=[Basis.TCPA])
    assert isinstance(nudge(patient), Written)
    agrees(patient, given=False, bases=[Basis.TREATMENT])
    assert nudge(patient, key="2") == NotWritten(WhyNot.OPTED_OUT)
    with transaction.atomic():
        assert PatientMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "ways"),
    [
        ({}, "sms portal"),
        ({"phone": "none"}, "portal"),
        ({"phone": ""}, "portal"),
        ({"is_deceased": True}, ""),
    ],
)
def test_the_ways_are_those_that_consent_and_addresses_allow(head, change, ways):
    patient = somebody(**change)
    agrees(patient)
    human = [] if change.get("is_deceased") else list(BY_A_PERSON)
    assert operations.ways_to(patient.pk) == tuple(
        [PatientWay(one) for one in ways.split()] + human
    )


def test_mail_is_a_way_only_for_those_who_asked_for_it(hana):
    assert PatientWay.EMAIL not in operations.ways_to(hana.pk)
    assert nudge(hana, way=PatientWay.EMAIL) == NotWritten(WhyNot.NO_CONSENT)
    agrees(hana, PatientWay.EMAIL)
    assert operations.ways_to(hana.pk)[:3] == (PatientWay.SMS, PatientWay.PORTAL, PatientWay.EMAIL)


def test_the_ways_come_in_the_practices_order(hana):
    operations.set_letterhead(
        name="Elm Street", phone="+12025550100", portal_address="https://portal.example/m",
        order=[PatientWay.PORTAL, PatientWay.VOICE], actor=ACTOR, now=NOON,
    )  # fmt: skip
    assert operations.ways_to(hana.pk)[:2] == (PatientWay.PORTAL, PatientWay.VOICE)


def test_without_a_letterhead_nothing_goes_out_by_machine(elm):
    patient = somebody()
    agrees(patient)
    assert nudge(patient) == NotWritten(WhyNot.NO_LETTERHEAD)
    assert operations.ways_to(patient.pk) == BY_A_PERSON


@pytest.mark.parametrize("name", ["Elm Oncology", "Clínica de salud mental", "Clinic 5550100", "E"])
def test_a_name_that_tells_a_condition_is_no_letterhead(elm, name):
    with pytest.raises(ContactRefused):
        operations.set_letterhead(name=name, phone="+12025550100", actor=ACTOR, now=NOON)


def test_what_is_written_at_night_waits_for_the_patients_morning(hana, provider):
    written = nudge(hana, now=EVENING)
    assert written.at == datetime(2026, 11, 17, 13, 0, tzinfo=UTC)
    deliver(EVENING)
    assert received(provider) == []
    deliver(written.at)
    assert len(received(provider)) == 1


def test_it_is_the_patients_evening_and_not_the_practices(head, provider):
    in_chicago = somebody(state="IL")
    agrees(in_chicago)
    assert nudge(in_chicago, now=EVENING).at == EVENING


def test_an_engine_that_wakes_up_at_night_sends_nothing_until_it_is_day(hana, provider):
    written = nudge(hana, now=EVENING - HOUR)
    deliver(EVENING)
    assert received(provider) == []
    assert intent(written).next_at == datetime(2026, 11, 17, 13, 0, tzinfo=UTC)
    deliver(datetime(2026, 11, 17, 13, 0, tzinfo=UTC))
    assert len(received(provider)) == 1


def test_a_patient_is_written_to_in_their_language(head, provider):
    patient = somebody(language="spa")
    agrees(patient)
    written = nudge(patient)
    assert message(written).language == "es"
    assert "remisión" in message(written).body


def test_whoever_opts_out_between_claim_and_send_gets_nothing(hana, provider, monkeypatch):
    written, real = nudge(hana), delivery._still_ours

    def meanwhile(jobs):
        if jobs:
            assert intent(written).state == IntentState.SENDING
            texts("please stop texting me", now=NOON)
        return real(jobs)

    monkeypatch.setattr(delivery, "_still_ours", meanwhile)
    deliver()
    assert received(provider) == []
    assert intent(written).state == IntentState.CANCELLED
    monkeypatch.setattr(delivery, "_still_ours", real)
    deliver(NOON + HOUR)
    assert received(provider) == []


def test_what_waits_is_called_off_by_a_stop_and_the_next_one_is_not_written(hana, provider):
    written = nudge(hana, now=EVENING)
    texts("STOP", now=EVENING)
    assert intent(written).state == IntentState.CANCELLED
    assert nudge(hana, key="2") == NotWritten(WhyNot.OPTED_OUT)
    deliver(written.at)
    assert received(provider) == []
    with transaction.atomic():
        last = Consent.objects.order_by("-told_at", "-pk").first()
    assert (last.given, last.source) == (False, "reply")


def test_what_is_about_something_that_is_over_is_called_off_and_nothing_else(hana, provider):
    about = uuid4()
    mine, other = nudge(hana, about=about, now=EVENING), nudge(hana, key="2", now=EVENING)
    assert operations.call_off_patient(about, actor=ACTOR, now=EVENING) == 1
    assert operations.call_off_patient(about, actor=ACTOR, now=EVENING) == 0
    deliver(mine.at)
    assert (intent(mine).state, intent(other).state) == (IntentState.CANCELLED, IntentState.SENT)
    assert len(received(provider)) == 1


def test_called_off_while_it_is_claimed_it_is_not_sent(hana, provider, monkeypatch):
    about = uuid4()
    written, real = nudge(hana, about=about), delivery._still_ours

    def meanwhile(jobs):
        operations.call_off_patient(about, actor=ACTOR, now=NOON)
        return real(jobs)

    monkeypatch.setattr(delivery, "_still_ours", meanwhile)
    deliver()
    assert received(provider) == []
    assert intent(written).state == IntentState.CANCELLED


def test_consent_that_is_withdrawn_while_it_waits_holds_at_once(hana, provider):
    written = nudge(hana, now=EVENING)
    agrees(hana, given=False, now=EVENING)
    deliver(written.at)
    assert received(provider) == []
    assert intent(written).state == IntentState.CANCELLED


def test_a_number_that_opted_out_at_the_provider_has_withdrawn_its_consent(hana, provider):
    provider.errors[MOBILE] = 21610
    written = nudge(hana)
    deliver()
    assert intent(written).state == IntentState.FAILED
    with transaction.atomic():
        last = Consent.objects.order_by("-told_at", "-pk").first()
        assert Wake.objects.filter(topic=Topic.ANSWERED, about=written.message_id).exists()
    assert (last.given, last.source, last.way) == (False, "provider", "sms")
    assert nudge(hana, key="2") == NotWritten(WhyNot.OPTED_OUT)


@pytest.mark.parametrize("code", [21614, 30006])
def test_a_landline_gets_no_second_text(hana, provider, code):
    if code == 21614:
        provider.errors[MOBILE] = code
    written = nudge(hana)
    deliver()
    if code == 30006:
        operations.deliver(
            intent_id=intent(written).pk, step=Step.FAIL, code=str(code), actor=ACTOR, now=NOON
        )  # fmt: skip
    assert intent(written).state == IntentState.FAILED
    assert nudge(hana, key="2") == NotWritten(WhyNot.LANDLINE)
    assert operations.ways_to(hana.pk) == (PatientWay.PORTAL, *BY_A_PERSON)
    with transaction.atomic():
        assert Wake.objects.filter(topic=Topic.ANSWERED, about=written.message_id).exists()


def test_another_number_that_a_person_wrote_down_goes_before_the_charts(hana, provider):
    nudge(hana)
    provider.errors[MOBILE] = 21614
    deliver()
    operations.write_down_contact(patient_id=hana.pk, way=PatientWay.SMS, address="202 555 0188",
                                  actor=ACTOR, now=NOON)  # fmt: skip
    nudge(hana, key="2")
    deliver(NOON + HOUR)
    assert len(provider.received("+12025550188")) == 1


def test_an_opted_out_number_is_not_written_down_again(hana):
    nudge(hana)
    texts("STOP")
    with pytest.raises(ContactRefused):
        operations.write_down_contact(patient_id=hana.pk, way=PatientWay.SMS, address=MOBILE,
                                      actor=ACTOR, now=NOON)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Hana, please call", "a name"),
        ("Come on 11/20/2026", "a date"),
        ("Your potassium is back", "a test or its value"),
        ("Oncology will call you", "a sensitive specialty"),
    ],
)
def test_words_of_a_member_that_say_something_are_refused(hana, words, kind):
    refused = nudge(hana, template=Template.FREE, words=words)
    assert refused == NotWritten(WhyNot.BLOCKED, (kind,))
    with transaction.atomic():
        assert not PatientMessage.objects.exists()
        row = AuditEvent.objects.filter(action="patient.not-written-to").get()
    assert row.detail["kinds"] == [kind]
    assert words not in str(row.detail)


def test_what_was_clean_when_it_was_written_is_looked_at_again_before_it_goes(hana, provider):
    written = nudge(hana, template=Template.FREE, words="Please ask for Rivera.", now=EVENING)
    with transaction.atomic():
        hana.family = "Rivera"
        hana.save(update_fields=["family"])
    deliver(written.at)
    assert received(provider) == []
    assert intent(written).state == IntentState.FAILED
    with transaction.atomic():
        assert AuditEvent.objects.filter(action="intent.blocked").exists()


def test_a_member_may_say_what_says_nothing_and_the_phone_stands_in_it(hana):
    written = nudge(hana, template=Template.FREE, words="Did the visit work out?")
    assert message(written).body == (
        "Elm Street Family Medicine: Did the visit work out? Phone: 202-555-0100."
    )


def test_a_patient_whose_name_is_a_word_of_the_template_is_written_to(head, provider):
    patient = somebody(family="Call", given="Elm")
    agrees(patient)
    assert isinstance(nudge(patient), Written)
    deliver()
    assert len(received(provider)) == 1


@pytest.mark.parametrize("mode", [one for one in Mode if one is not Mode.STALL])
def test_whatever_the_provider_does_it_comes_once(hana, provider, mode):
    provider.mode = mode
    written = nudge(hana)
    deliver()
    provider.mode = Mode.ACCEPT
    for minute in range(1, 5):
        deliver(NOON + timedelta(minutes=minute))
    assert len(received(provider)) == 1
    assert intent(written).state in OUT


def test_two_nudges_of_the_same_words_are_two_messages(hana, provider):
    provider.mode = Mode.FAIL_AFTER
    nudge(hana, key="1")
    nudge(hana, key="2")
    deliver()
    provider.mode = Mode.ACCEPT
    for minute in range(1, 4):
        deliver(NOON + timedelta(minutes=minute))
    assert len(received(provider)) == 2
    with transaction.atomic():
        assert all(row.state in OUT for row in Intent.objects.all())


def test_after_a_merge_what_was_said_holds_for_the_survivor(hana, elm):
    nudge(hana)
    texts("STOP")
    kept = somebody(family="Marsh", given="Hanna")
    patients.unite(kept=kept, gone=[hana], actor=ACTOR, now=NOON)
    assert nudge(kept, key="2") == NotWritten(WhyNot.OPTED_OUT)
    assert nudge(hana, key="3") == NotWritten(WhyNot.OPTED_OUT)


def test_a_contact_is_a_members_or_a_patients(hana, elm):
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(channel="sms", address=MOBILE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(channel="sms", address=MOBILE, patient=hana, member=elm.sam)


def test_what_was_said_of_consent_cannot_be_changed(hana):
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(given=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.all().delete()
