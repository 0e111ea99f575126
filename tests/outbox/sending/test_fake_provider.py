"""The fake answers as the real one does, and its page shows what the phones received."""

import urllib.error
import urllib.parse
import urllib.request

import pytest
from twilio.rest import Client

from outbox import fake
from outbox.channels.twilio_http import Addressed
from outbox.fake import Callbacks, Kind, Mode, inbox


@pytest.fixture
def running():
    held = fake.start()
    yield held
    held.stop()


@pytest.fixture
def client(running):
    return Client("ACfake", "fake-token", http_client=Addressed(running.address, None))


def send(client, to="+15551230001", body="Hello"):
    return client.messages.create(to=to, from_="+15550001111", body=body)


def home(running) -> str:
    with urllib.request.urlopen(running.address + "/") as answer:
        return answer.read().decode()


def press(running, path, **form) -> str:
    data = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(running.address + path, data) as answer:
        return answer.read().decode()


def test_messages_are_made_read_and_listed_newest_first(running, client):
    first, second = send(client, body="one"), send(client, body="two")
    send(client, to="+15551230002", body="to another")
    assert client.messages(first.sid).fetch().body == "one"
    listed = client.messages.list(to="+15551230001", limit=10)
    assert [one.sid for one in listed] == [second.sid, first.sid]


def test_whoever_is_not_signed_in_is_refused(running):
    from twilio.base.exceptions import TwilioRestException

    stranger = Client("ACfake", "wrong", http_client=Addressed(running.address, None))
    with pytest.raises(TwilioRestException) as refused:
        send(stranger)
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert running.provider.received() == []


def test_the_page_shows_each_phone_and_hides_no_markup_in_what_it_received(running, client):
    assert "No phone has received anything" in home(running)
    send(client, body="<script>alert(1)</script>")
    page = home(running)
    assert "+15551230001" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_call_can_be_answered_from_the_page_once(running, client):
    client.calls.create(
        to="+15551230003", from_="+15550001111", twiml="<Response><Say>Hello</Say></Response>"
    )
    (call,) = running.provider.listed(Kind.CALL)
    assert "Answer and press 1" in home(running)
    assert "Answer and press 1" not in press(running, "/press", sid=call.sid, digits="1")


def test_its_misbehaviour_is_set_from_the_page(running):
    press(running, "/mode", mode="429", callbacks="lost")
    assert running.provider.mode is Mode.BUSY
    assert running.provider.callbacks is Callbacks.LOST
    press(running, "/mode", mode="nonsense")
    assert running.provider.mode is Mode.BUSY


def test_what_is_not_there_is_not_found(running):
    with pytest.raises(urllib.error.HTTPError):
        press(running, "/elsewhere")


def test_whoever_received_nothing_yet_can_write_from_the_page_too(running):
    running.provider.names = {"+12025550111": "Maria & Co", "+12025550112": "Ferdinand"}
    shown = inbox.page(running.provider)
    assert '<option value="+12025550111">Maria &amp; Co</option>' in shown
    assert shown.index("Ferdinand") < shown.index("Maria")
