"""What a provider tells afterwards: signed or not at all, once, and never back from the end."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from audit.actors import Actor
from audit.models import AuditEvent
from integrations.phone import doors
from outbox import failures
from outbox import operations as outbox
from outbox.models import Channel, Contact, Intent
from outbox.states import TRANSITIONS, IntentState, Step
from routing import operations as routing
from tenants.models import Topic, Wake
from tests.outbox.conftest import PUBLIC, critical, intents, post, sent, status_of

pytestmark = pytest.mark.django_db

S = IntentState


@pytest.fixture
def paged(elm, right_now):
    """A page to Dr Diaz that the provider has."""
    _, paged = critical(elm, right_now)
    sent(elm, paged)
    return paged


def address(elm, paged) -> str:
    return status_of(elm.practice.pk, paged.pk)


def told(elm, paged, status, *, sid="SM1", code="", **more):
    form = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": code, "To": "+12025550101"}
    return post(address(elm, paged), form, **more)


def now_of(elm, paged) -> Intent:
    with elm.scoped():
        return Intent.objects.get(pk=paged.pk)


def test_a_delivered_page_is_said_to_be(elm, paged):
    assert told(elm, paged, "delivered").status_code == 204
    after = now_of(elm, paged)
    assert (after.state, after.delivered_at is None) == (S.DELIVERED, False)
    with elm.scoped():
        assert AuditEvent.objects.filter(action="intent.delivered", entity_id=paged.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"token": "another"}, {"signed_for": "https://evil.example/twilio/status/"},
     {"signature": ""}, {"signature": "AAAA"}, {"signed_for": PUBLIC + "/twilio/reply/"}],
)  # fmt: skip
def test_s6_a_forged_call_back_is_refused_audited_and_never_processed(elm, paged, wrong):
    assert told(elm, paged, "delivered", **wrong).status_code == 403
    assert now_of(elm, paged).state == S.SENT
    with elm.scoped():
        [row] = AuditEvent.objects.filter(action="callback.refused")
    assert (row.outcome, row.detail) == ("denied", {"status": 403, "count": 1})


def test_s6_forgeries_write_one_row_a_minute_and_how_many_there_were(elm):
    begun = datetime(2026, 11, 16, 15, 1, tzinfo=UTC)
    with elm.scoped():
        for second in (0, 1, 30, 59, 60, 61, 120):
            doors.note_refusal(now=begun + timedelta(seconds=second))
        with transaction.atomic():
            rows = AuditEvent.objects.filter(action="callback.refused").order_by("at")
            assert [row.detail["count"] for row in rows] == [1, 4, 2]


def test_s6_the_signature_of_one_intent_is_none_of_anothers(elm, paged):
    other = address(elm, paged).replace(str(paged.pk), str(uuid4()))
    assert told(elm, paged, "delivered", signed_for=other).status_code == 403
    assert now_of(elm, paged).state == S.SENT


def test_s6_without_a_token_nobody_is_let_in(elm, paged, settings):
    settings.TWILIO_AUTH_TOKEN = ""
    assert told(elm, paged, "delivered", token="").status_code == 403


def test_s6_a_practice_that_is_not_there_answers_like_a_forgery(elm, paged):
    strange = status_of(uuid4(), paged.pk)
    assert post(strange, {"MessageStatus": "delivered"}).status_code == 403


def test_s6_another_practice_cannot_be_told_of_an_intent(elm, oak_street, paged):
    there = status_of(oak_street.practice.pk, paged.pk)
    assert post(there, {"MessageSid": "SM1", "MessageStatus": "delivered"}).status_code == 204
    assert now_of(elm, paged).state == S.SENT


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_s6_call_backs_in_any_order_and_twice_end_delivered(elm, paged, order):
    for status in (*order, *order):
        assert told(elm, paged, status).status_code == 204
    assert now_of(elm, paged).state == S.DELIVERED
    with elm.scoped():
        assert AuditEvent.objects.filter(action="intent.delivered").count() == 1


@pytest.mark.parametrize("end", [S.DELIVERED, S.FAILED, S.CANCELLED])
@pytest.mark.parametrize("status", ["sent", "delivered", "undelivered", "failed"])
def test_no_call_back_leads_back_from_a_final_state(elm, paged, end, status):
    with elm.scoped():
        Intent.objects.filter(pk=paged.pk).update(state=end)
    told(elm, paged, status, code="30003")
    assert now_of(elm, paged).state == end


def test_the_table_has_no_way_out_of_an_end():
    ends = {S.DELIVERED, S.FAILED, S.CANCELLED}
    assert all(not starts & ends for starts, _ in TRANSITIONS.values())


def test_what_is_said_of_another_message_than_ours_changes_nothing(elm, paged):
    told(elm, paged, "undelivered", sid="SM-of-a-repeat", code="30003")
    assert now_of(elm, paged).state == S.SENT


def test_a_call_back_may_come_before_the_sender_has_written_that_it_was_taken(elm, paged):
    with elm.scoped():
        Intent.objects.filter(pk=paged.pk).update(state=S.SENDING, provider_id="", fence=1)
    told(elm, paged, "delivered", sid="SM9")
    after = now_of(elm, paged)
    assert (after.state, after.provider_id, after.lease_until) == (S.DELIVERED, "SM9", None)


@pytest.mark.parametrize("code", failures.FAILURES)
def test_a_page_that_failed_is_tried_over_the_next_contact_at_once(elm, paged, code, right_now):
    told(elm, paged, "undelivered", code=code)
    failed = now_of(elm, paged)
    assert (failed.state, failed.failure) == (S.FAILED, failures.FAILURES[code].words)
    [call] = intents(elm, channel=Channel.VOICE)
    assert (call.task_id, call.member_id, call.reference) == (
        paged.task_id, elm.diaz.pk, paged.reference,
    )  # fmt: skip
    assert (call.until, call.state) == (paged.until, S.PENDING)
    assert call.next_at >= right_now
    with elm.scoped():
        contact = Contact.objects.get(pk=paged.contact_id)
    breaks = failures.FAILURES[code].breaks
    assert contact.broken_reason == (breaks or "")
    assert (contact.broken_at is None) == (breaks is None)


def test_the_same_failure_told_twice_makes_one_call(elm, paged):
    for _ in range(3):
        told(elm, paged, "undelivered", code="30003")
    assert len(intents(elm, channel=Channel.VOICE)) == 1


def two_hours_on() -> datetime:
    """The time by a clock that is not this host's."""
    return datetime.now(UTC) + timedelta(hours=2)


def test_r30_what_a_call_back_causes_is_due_by_the_clock_of_the_sweeps(
    elm, paged, right_now, settings
):
    settings.CLOCK = "tests.outbox.test_callbacks.two_hours_on"
    told(elm, paged, "undelivered", code="30003")
    [call] = intents(elm, channel=Channel.VOICE)
    assert call.next_at >= right_now + timedelta(hours=2)


def test_where_no_way_is_left_somebody_else_is_found(elm, paged):
    told(elm, paged, "undelivered", code="30003")
    [call] = intents(elm, channel=Channel.VOICE)
    with elm.scoped():
        Intent.objects.filter(pk=call.pk).update(state=S.SENT, provider_id="CA1")
    post(address(elm, call), {"CallSid": "CA1", "CallStatus": "no-answer"})
    assert now_of(elm, call).failure == "Nobody picked up."
    assert Wake.objects.filter(topic=Topic.UNREACHED, about=paged.pk).exists()
    with elm.scoped():
        assert AuditEvent.objects.filter(action="intent.unreached").count() == 1


def test_a_page_that_failed_after_somebody_acted_rings_nobody(elm, paged, right_now):
    with elm.scoped():
        routing.acknowledge(
            task_id=paged.task_id, member=elm.diaz, actor=Actor.person(elm.diaz), now=right_now
        )
    told(elm, paged, "undelivered", code="30003")
    assert intents(elm, channel=Channel.VOICE) == []


@pytest.mark.parametrize("junk", ["", "no-id", "%00", "a" * 400])
def test_an_address_that_names_no_intent_changes_nothing(elm, paged, junk):
    strange = address(elm, paged).partition("=")[0] + "=" + junk
    assert post(strange, {"MessageStatus": "delivered"}).status_code == 204
    assert now_of(elm, paged).state == S.SENT


def test_a_status_is_posted_and_never_asked_for(elm, paged):
    assert Client().get(address(elm, paged).removeprefix(PUBLIC)).status_code == 405


def test_an_intent_that_is_not_there_is_no_error(elm, right_now):
    with elm.scoped():
        assert not outbox.deliver(
            intent_id=uuid4(), step=Step.DELIVER, actor=Actor.machine("tests"), now=right_now
        )
