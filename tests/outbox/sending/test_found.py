"""What the provider lists for an attempt that nobody knows of is believed with its status."""

import time

import pytest

from outbox import delivery, operations
from outbox.channels import CHANNELS, Way, pace
from outbox.channels.outcomes import Accepted, Refused, Sighting
from outbox.failures import Broken
from outbox.fake import Mode
from outbox.models import Attempt, Channel, Contact, Intent
from outbox.statuses import came_of
from tests.outbox.sending.conftest import NOW, SECOND, contact, critical, deliver, say

pytestmark = pytest.mark.django_db

LATER = NOW + pace.LEASE + SECOND


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_text_that_failed_was_refused(status):
    assert isinstance(came_of(Sighting("SM1", status), is_call=False), Refused)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_call_that_nobody_took_was_refused(status):
    assert isinstance(came_of(Sighting("CA1", status), is_call=True), Refused)


@pytest.mark.parametrize(
    ("status", "is_call"), [("delivered", False), ("read", False), ("completed", True)]
)
def test_what_arrived_is_delivered(status, is_call):
    assert came_of(Sighting("X1", status), is_call=is_call) == Accepted("X1", is_delivered=True)


@pytest.mark.parametrize(
    ("status", "is_call"),
    [("queued", False), ("sent", False), ("new-word", False), ("ringing", True), ("queued", True)],
)
def test_what_is_on_its_way_was_accepted(status, is_call):
    assert came_of(Sighting("X1", status), is_call=is_call) == Accepted("X1")


def test_a_code_says_that_the_number_is_of_no_more_use():
    came = came_of(Sighting("SM1", "undelivered", "30006"), is_call=False)
    assert isinstance(came, Refused)
    assert came.broken == Broken.LANDLINE


def lost(provider, intent, status, error=None):
    """It was accepted, its answer and call-backs were lost, and this became of it."""
    (sent,) = provider.received(intent.contact.address)
    sent.status, sent.error = status, error


def test_a_call_found_unanswered_goes_another_way_at_once(elm, provider):
    first = contact(elm.diaz, Channel.VOICE)
    contact(elm.diaz, Channel.SMS, "+15551230002", position=1)
    provider.next_modes = [Mode.DROP_AFTER]
    call = say(first, task=critical())
    deliver()
    lost(provider, call, "no-answer")
    deliver(LATER)
    call.refresh_from_db()
    assert (call.state, call.failure) == ("failed", "Nobody picked up.")
    assert list(
        Attempt.objects.filter(intent=call).order_by("fence").values_list("result", flat=True)
    ) == ["unknown", "found"]
    instead = Intent.objects.get(origin=call)
    assert (instead.channel, instead.state) == ("sms", "sent")


def test_a_call_found_unanswered_is_counted_for_one_page_only(elm, provider):
    to = contact(elm.diaz, Channel.VOICE)
    provider.next_modes = [Mode.DROP_AFTER]
    call = say(to, task=critical(), key="k-1")
    deliver()
    lost(provider, call, "busy")
    provider.next_modes = [Mode.DROP]
    other = say(to, task=critical("L-2"), key="k-2")
    deliver()
    deliver(LATER)
    states = [Intent.objects.get(pk=one.pk).state for one in (call, other)]
    assert sorted(states) == ["failed", "sent"]  # calls bear no reference, so either may


def test_a_text_found_undelivered_for_good_breaks_its_contact(elm, provider):
    to = contact(elm.diaz)
    provider.next_modes = [Mode.DROP_AFTER]
    text = say(to, task=critical())
    deliver()
    lost(provider, text, "undelivered", 30006)
    deliver(LATER)
    assert Contact.objects.get(pk=to.pk).broken_reason == Broken.LANDLINE


def test_a_text_found_on_its_phone_is_delivered(elm, provider):
    provider.next_modes = [Mode.DROP_AFTER]
    text = say(contact(elm.diaz), task=critical())
    deliver()
    lost(provider, text, "delivered")
    deliver(LATER)
    text.refresh_from_db()
    assert text.state == "delivered"
    assert text.delivered_at is not None


def test_what_cannot_be_compared_with_the_list_is_not_sent_again(elm, provider, monkeypatch):
    provider.next_modes = [Mode.DROP_AFTER]
    text = say(contact(elm.diaz), task=critical())
    deliver()

    def fails(*_):
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(operations, "unclaimed_sighting", fails)
        deliver(LATER)
    assert len(provider.received()) == 1
    text.refresh_from_db()
    assert text.state == "sending"
    deliver(LATER + pace.LEASE + SECOND)
    assert len(provider.received()) == 1
    text.refresh_from_db()
    assert text.state == "delivered"


def test_a_process_that_will_not_sweep_again_soon_waits_for_its_answers(elm, provider, monkeypatch):
    way = CHANNELS[Channel.SMS]

    def slowly(parcel):
        time.sleep(delivery.PATIENCE_S + 0.3)
        return way.send(parcel)

    monkeypatch.setitem(CHANNELS, Channel.SMS, Way(slowly, way.find))
    text = say(contact(elm.diaz), task=critical())
    assert delivery.sweep(now=NOW)
    text.refresh_from_db()
    assert text.state == "sending"
    assert delivery.finish() == 1
    text.refresh_from_db()
    assert text.state == "sent"
