"""Delivery over real sockets: what is due is sent once, whatever the provider does."""

import pytest

from outbox.models import Attempt, Channel
from tests.outbox.sending.conftest import NOW, contact, critical, deliver, say

pytestmark = pytest.mark.django_db


def test_a_page_is_sent_over_the_real_client_and_recorded(elm, provider):
    intent = say(contact(elm.diaz), task=critical())
    assert deliver() == 1
    (sent,) = provider.received("+15551230001")
    assert "4K7Q" in sent.body
    intent.refresh_from_db()
    assert (intent.state, intent.provider_id) == ("sent", sent.sid)
    assert [one.result for one in Attempt.objects.filter(intent=intent)] == ["accepted"]
    assert deliver() == 0


def test_a_call_reads_the_page_and_asks_for_a_key(elm, provider):
    say(contact(elm.diaz, Channel.VOICE), task=critical())
    deliver()
    (call,) = provider.received()
    assert "Press 1" in call.body
    assert "/twilio/reply/" in call.body
    assert NOW
