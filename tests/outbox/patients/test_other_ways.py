"""By the portal, by mail, by letter and by voice: what leaves, and what does not."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from outbox import letters
from outbox.consent import PatientWay, WhyNot
from outbox.letters import Letter
from outbox.models import Letterhead, PatientMessage
from outbox.operations import NotWritten, Written
from outbox.states import IntentState
from tests.outbox.patients.conftest import NOON, agrees, deliver, intent, message, nudge, somebody
from tests.outbox.sending.test_webhooks import receiver

__all__ = ["receiver"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(hana, receiver):
    with transaction.atomic():
        Letterhead.objects.update(portal_address=receiver.url)
    return receiver


def test_the_portal_is_told_for_whom_a_message_is_and_signed_by_the_practice(hana, portal):
    written = nudge(hana, way=PatientWay.PORTAL)
    deliver()
    ((headers, body),) = portal.posted
    told = json.loads(body)
    assert told["type"] == "patient-message"
    assert told["patient"] == {"assigner": "ELM", "number": f"{hana.pk.int % 10**6}"}
    assert "202-555-0100" in told["text"]
    assert headers["webhook-id"] == str(intent(written).pk)
    assert intent(written).state == IntentState.DELIVERED


def test_a_patient_whom_the_portal_does_not_know_is_not_written_to_there_again(hana, portal):
    portal.statuses.append(404)
    written = nudge(hana, way=PatientWay.PORTAL)
    deliver()
    assert intent(written).state == IntentState.FAILED
    assert nudge(hana, key="2", way=PatientWay.PORTAL) == NotWritten(WhyNot.UNREACHABLE)
    other = somebody(given="Jo")
    assert isinstance(nudge(other, key="3", way=PatientWay.PORTAL), Written)


def test_the_portal_is_closed_to_whoever_refused_it(hana, portal):
    written = nudge(hana, way=PatientWay.PORTAL, now=NOON + timedelta(hours=12))
    agrees(hana, PatientWay.PORTAL, given=False)
    deliver(written.at)
    assert portal.posted == []
    assert nudge(hana, key="2", way=PatientWay.PORTAL) == NotWritten(WhyNot.OPTED_OUT)


def test_a_mail_to_a_patient_leads_to_no_place_of_the_staffs(hana, settings):
    settings.PUBLIC_URL = "https://clearchart.example"
    agrees(hana, PatientWay.EMAIL)
    nudge(hana, way=PatientWay.EMAIL)
    deliver()
    [sent] = mail.outbox
    assert sent.to == ["hana@example.com"]
    assert sent.subject == "Your care team made a referral for you"
    assert "202-555-0100" in sent.body
    assert "clearchart.example" not in sent.body


@pytest.mark.parametrize("way", [PatientWay.VOICE, PatientWay.LETTER])
def test_what_a_person_carries_stands_in_the_thread_and_goes_out_by_no_machine(hana, way):
    agrees(hana, given=False)
    written = nudge(hana, way=way, now=NOON + timedelta(hours=12))
    assert message(written).intent is None
    assert nudge(hana, way=way).message_id == written.message_id
    with transaction.atomic():
        assert PatientMessage.objects.count() == 1


def test_a_letter_is_the_same_twice_and_holds_what_is_written_whatever_it_is():
    written = Letter(
        sender="Elm & Sons <b>", sender_lines=("1 Elm St", "202-555-0100"), recipient="Núñez",
        address="12 Alder St\nTroy, NY 12180", written_day="November 16, 2026",
        greeting="Dear <i>Núñez,", subject="Please call us", body="One.\n\nTwo \x00 & three.",
        closing="Your care team",
    )  # fmt: skip
    assert letters.page(written) == letters.page(written)
    assert letters.page(written).startswith(b"%PDF-")
