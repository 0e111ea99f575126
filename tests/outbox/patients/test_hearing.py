"""What comes in from phones: whose it is, kept once, and done at once where it asks for it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from outbox import operations
from outbox.failures import Broken
from outbox.models import Channel, Consent, Contact, PatientMessage, Reply
from outbox.operations import NotWritten, Written
from outbox.patient_replies import Meaning
from outbox.patient_words import Template
from tenants.models import Topic, Wake
from tests.outbox.conftest import PUBLIC, TOKEN, critical, post, reply_of, sent
from tests.outbox.conftest import add as add_contact
from tests.outbox.patients.conftest import (
    ACTOR,
    MOBILE,
    NOON,
    agrees,
    deliver,
    intent,
    nudge,
    somebody,
    texts,
)

pytestmark = pytest.mark.django_db

LANDED = "+12025550188"


def kept(**which) -> list[PatientMessage]:
    with transaction.atomic():
        return list(PatientMessage.objects.filter(**which).order_by("at", "pk"))


def answers() -> list[str]:
    return [one.body for one in kept(template=Template.ANSWER)]


@pytest.mark.parametrize(
    "spelling", ["(202) 555-0177", "202.555.0177", "1 202 555 0177", "+12025550177"]
)
def test_a_patient_is_known_by_their_number_however_the_chart_spells_it(head, spelling):
    patient = somebody(phone=spelling)
    heard = texts("booked")
    assert (heard.patient_id, heard.meaning) == (patient.pk, Meaning.BOOKED)
    with transaction.atomic():
        assert Wake.objects.filter(topic=Topic.ANSWERED, about=heard.pk).count() == 1


def test_what_the_provider_brings_twice_is_heard_once(hana):
    assert texts("booked") is not None
    assert texts("booked") is None
    assert len(kept(direction="in")) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("booked", "thank you, we noted it"),
        ("call me", "We will call you"),
        ("my chest hurts", "A person will read this"),
        ("HELP", "text BOOKED if you have a visit"),
    ],
)
def test_it_is_said_back_at_once_what_becomes_of_it(hana, provider, text, said):
    texts(text, now=NOON + timedelta(hours=10))
    deliver(NOON + timedelta(hours=10))
    [answer] = provider.received(MOBILE)
    assert said in answer.body
    assert "202-555-0100" in answer.body


@pytest.mark.parametrize("text", ["STOP", "No me escriba más", "thanks!", "wrong number"])
def test_nothing_is_said_back_to_whoever_wants_nothing(hana, provider, text):
    texts(text)
    deliver(NOON + timedelta(hours=1))
    assert provider.received(MOBILE) == []


def test_two_machines_do_not_talk_to_each_other_for_ever(hana):
    for number in range(6):
        texts("what is this", sid=f"SM{number}", now=NOON + timedelta(minutes=number))
    assert len(answers()) == 3
    assert len(kept(direction="in")) == 6


def test_a_stop_holds_for_everybody_who_has_the_phone(hana, provider):
    other = somebody(family="Reed", given="Jo")
    agrees(other)
    first, second = nudge(hana), nudge(other, key="2")
    texts("please stop texting me", now=NOON)
    deliver()
    assert provider.received(MOBILE) == []
    assert {intent(first).state, intent(second).state} == {"cancelled"}
    assert isinstance(nudge(other, key="3"), NotWritten)


def test_start_turns_texts_on_again_and_says_so(hana, provider):
    nudge(hana)
    texts("STOP")
    texts("START", sid="SM2", now=NOON + timedelta(hours=2))
    assert isinstance(nudge(hana, key="2", now=NOON + timedelta(hours=2)), Written)
    with transaction.atomic():
        last = Consent.objects.order_by("-told_at", "-pk").first()
    assert (last.given, last.source) == (True, "reply")
    assert "texts are on again" in answers()[-1]


def test_a_start_of_somebody_who_never_agreed_is_no_consent(head):
    patient = somebody()
    texts("START")
    assert isinstance(nudge(patient), NotWritten)


def test_a_yes_turns_texts_on_where_they_were_off_confirms_a_visit_and_else_means_nothing(hana):
    nudge(hana)
    assert texts("yes").meaning == Meaning.UNCLEAR
    nudge(hana, key="2", template=Template.CONFIRM, now=NOON + timedelta(hours=2))
    assert texts("yes", sid="SM2", now=NOON + timedelta(hours=3)).meaning == Meaning.CONFIRM
    texts("stop", sid="SM3", now=NOON + timedelta(hours=4))
    assert texts("YES", sid="SM4", now=NOON + timedelta(hours=5)).meaning == Meaning.START


def test_of_two_who_share_a_phone_the_one_who_was_written_to_answers(hana):
    other = somebody(family="Reed", given="Jo")
    agrees(other)
    assert texts("booked").patient_id is None
    nudge(other, key="2")
    assert texts("booked", sid="SM2").patient_id == other.pk
    nudge(hana)
    assert texts("booked", sid="SM3").patient_id is None


def test_a_number_that_is_somebody_elses_gets_no_further_text(hana):
    nudge(hana)
    texts("You have the wrong person")
    with transaction.atomic():
        assert Contact.objects.get(patient=hana).broken_reason == Broken.NOT_THEIRS
    assert isinstance(nudge(hana, key="2"), NotWritten)


@pytest.fixture
def street(elm, settings):
    """As the provider reaches us: signed, over HTTP, at the present time."""
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, PUBLIC
    now = timezone.now()
    operations.set_letterhead(name="Elm Street", phone="+12025550100", actor=ACTOR, now=now)
    return elm, now


def write_in(elm, body, *, sender=MOBILE, sid="SM9"):
    form = {"MessageSid": sid, "From": sender, "Body": body}
    assert post(reply_of(elm.practice.pk), form).status_code == 200


def test_a_text_of_a_patient_comes_in_by_the_providers_door_and_is_no_reply_of_staff(street):
    elm, _ = street
    patient = somebody()
    write_in(elm, "I saw the doctor")
    [heard] = kept(direction="in")
    assert (heard.patient_id, heard.meaning, heard.body) == (
        patient.pk, "seen", "I saw the doctor",
    )  # fmt: skip
    with transaction.atomic():
        assert not Reply.objects.exists()


def test_a_text_of_a_stranger_is_kept_for_a_person_to_read(street):
    elm, _ = street
    write_in(elm, "is this the clinic", sender="+12025550144")
    [heard] = kept(direction="in")
    assert (heard.patient_id, heard.number) == (None, "+12025550144")
    with transaction.atomic():
        assert Wake.objects.filter(topic=Topic.ANSWERED, about=heard.pk).exists()


def test_a_member_who_is_a_patient_stops_both(street):
    elm, now = street
    with transaction.atomic():
        own = add_contact(elm.diaz, MOBILE)
    patient = somebody()
    agrees(patient)
    write_in(elm, "STOP")
    with transaction.atomic():
        assert Contact.objects.get(pk=own.pk).broken_reason == Broken.OPTED_OUT
    assert isinstance(nudge(patient, now=now), NotWritten)


def test_what_a_member_writes_from_a_phone_that_a_patient_shares_is_not_the_patients(street):
    elm, now = street
    with transaction.atomic():
        add_contact(elm.diaz, MOBILE)
    patient = somebody()
    write_in(elm, "booked")
    assert kept(direction="in")[0].patient_id is None
    agrees(patient)
    nudge(patient, now=now)
    write_in(elm, "booked", sid="SM10")
    assert kept(direction="in")[1].patient_id == patient.pk


def test_an_ok_to_a_page_is_the_members_though_a_patient_has_the_phone(street):
    from escalation import starter
    from tests.people import SETUP

    elm, now = street
    with transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now - timedelta(days=29))
        add_contact(elm.diaz, MOBILE)
    _, page = critical(elm, now)
    sent(elm, page)
    somebody()
    write_in(elm, f"OK {page.reference}")
    assert kept(direction="in") == []
    with transaction.atomic():
        assert Reply.objects.get().meaning == "take"
        assert page.channel == Channel.SMS


def test_a_text_to_the_number_of_several_practices_goes_where_the_patient_was_written_to(
    street, oak_street
):
    _, now = street
    patient = somebody()
    agrees(patient)
    nudge(patient, now=now)
    with oak_street.scoped():
        other = somebody(family="Marsh", given="Hana")
        operations.bring_patient_contact(
            patient=other, channel=Channel.SMS, address=MOBILE, actor=ACTOR, now=now
        )
    form = {"MessageSid": "SM77", "From": MOBILE, "Body": "booked"}
    assert post(f"{PUBLIC}/twilio/reply/", form).status_code == 200
    assert [one.meaning for one in kept(direction="in")] == ["booked"]
    form = {"MessageSid": "SM78", "From": MOBILE, "Body": "no me escriba mas"}
    assert post(f"{PUBLIC}/twilio/reply/", form).status_code == 200
    with oak_street.scoped():
        assert [one.meaning for one in kept(direction="in")] == ["stop"]
