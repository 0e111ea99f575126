"""The phones of the fake provider and the product's doors, over real sockets, both ways."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from escalation import starter
from integrations.phone import wording
from outbox import operations
from outbox.fake import Callbacks, telling
from outbox.models import Channel, Intent
from outbox.operations.contacts import phone_key
from tenants.models import Door, DoorKind
from tests.outbox.sending.conftest import contact, critical, deliver, say
from tests.people import SETUP

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 8.0


@pytest.fixture
def stage(elm_street, provider, settings, live_server):
    """A product that serves, and a provider that knows where."""
    settings.PUBLIC_URL = live_server.url
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=timezone.now())
    return elm_street


def page(elm, channel=Channel.SMS):
    now = timezone.now()
    with elm.scoped():
        with transaction.atomic():
            to, task = contact(elm.diaz, channel), critical()
            intent = say(to, task=task, at=now, now=now)
        deliver(now + timedelta(seconds=1))
    return intent, task


def state_of(elm, intent, *, wanted: str) -> str:
    """As soon as it is so, or what it is in the end."""
    until = time.monotonic() + PATIENCE_S
    while True:
        with elm.scoped(), transaction.atomic():
            state = Intent.objects.get(pk=intent.pk).state
        if state == wanted or time.monotonic() > until:
            return state
        time.sleep(0.05)


@pytest.mark.parametrize("callbacks", [Callbacks.IMMEDIATE, Callbacks.LATE, Callbacks.DUPLICATED])
def test_r16_delivered_is_known_whenever_and_however_often_it_is_told(stage, provider, callbacks):
    provider.callbacks, provider.late_s = callbacks, 0.5
    intent, _ = page(stage)
    assert state_of(stage, intent, wanted="delivered") == "delivered"


def test_r16_call_backs_in_the_wrong_order_do_not_undo_the_end(stage, provider):
    provider.callbacks = Callbacks.REVERSED
    intent, _ = page(stage)
    assert state_of(stage, intent, wanted="delivered") == "delivered"
    time.sleep(0.5)
    assert state_of(stage, intent, wanted="delivered") == "delivered"


def test_r16_a_lost_call_back_leaves_the_page_sent(stage, provider):
    provider.callbacks = Callbacks.LOST
    intent, _ = page(stage)
    assert state_of(stage, intent, wanted="sent") == "sent"


def test_r16_what_is_reported_as_undelivered_goes_another_way(stage, provider):
    provider.undelivered["+15551230001"] = 30006
    with stage.scoped(), transaction.atomic():
        contact(stage.diaz, Channel.VOICE, "+15551230002", position=1)
    intent, _ = page(stage)
    assert state_of(stage, intent, wanted="failed") == "failed"
    with stage.scoped():
        deliver(timezone.now() + timedelta(seconds=1))
    assert [one.to for one in provider.received()] == ["+15551230001", "+15551230002"]


def test_a_reply_from_the_inbox_takes_the_task(stage, provider):
    _, task = page(stage)
    Door.objects.create(kind=DoorKind.PHONE, key=phone_key("+15551230001"), practice=stage.practice)
    telling.reply(provider, "+15551230001", "ok 4k7q")
    with stage.scoped():
        deliver(timezone.now() + timedelta(seconds=1))
    asked, answer = provider.received("+15551230001")
    assert answer.body != asked.body
    with stage.scoped(), transaction.atomic():
        task.refresh_from_db()
        assert task.acknowledged_at is not None


def test_a_key_and_the_pin_in_a_call_take_the_task(stage, provider):
    with stage.scoped():
        operations.set_pin(member=stage.diaz, pin="4826", actor=SETUP, now=timezone.now())
    intent, task = page(stage, Channel.VOICE)
    (call,) = provider.received()
    assert telling.press(provider, call, "1") == wording.PIN_ASKED
    assert telling.press(provider, call, "0000") == wording.PIN_WRONG
    assert "taken" in telling.press(provider, call, "4826")
    assert (call.asks, state_of(stage, intent, wanted="delivered")) == ("", "delivered")
    with stage.scoped(), transaction.atomic():
        task.refresh_from_db()
        assert task.acknowledged_at is not None


def test_whoever_received_nothing_yet_writes_to_the_number_that_all_know(stage, provider, settings):
    provider.number = "+12025550100"
    provider.reply_url = f"{settings.PUBLIC_URL}{telling.REPLIES}"
    telling.reply(provider, "+15551239999", "hello")
    [heard] = [one for one in provider.sent if one.is_inbound]
    assert (heard.sender, heard.to) == ("+15551239999", "+12025550100")
