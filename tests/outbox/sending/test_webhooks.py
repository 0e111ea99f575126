"""Webhooks and chat lines: signed, told apart when they repeat, and to public addresses alone."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from outbox.channels import webhook
from outbox.models import Channel, Contact
from tests.outbox.sending.conftest import NOW, SECOND, contact, critical, deliver, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    """Somebody's server on this machine; keeps what was posted, answers as told."""
    settings.EHR_LOOPBACK = True
    posted, statuses = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            posted.append((dict(self.headers), self.rfile.read(length)))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    server.posted, server.statuses = posted, statuses
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_is_signed_over_its_id_time_and_bytes(elm, receiver):
    to = contact(elm.diaz, Channel.WEBHOOK, receiver.url)
    intent = say(to, task=critical())
    deliver()
    ((headers, body),) = receiver.posted
    key = base64.b64decode(webhook.secret_of(to.pk).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(intent.pk)
    assert json.loads(body)["reference"] == "4K7Q"
    intent.refresh_from_db()
    assert intent.state == "delivered"


def test_a_chat_line_says_where_to_look_and_nothing_of_the_patient(elm, receiver):
    say(contact(elm.diaz, Channel.CHAT, receiver.url), task=critical(), body="Marsh, K 6.9 mmol/L")
    deliver()
    text = json.loads(receiver.posted[0][1])["text"]
    assert "4K7Q" in text
    assert "Marsh" not in text


def test_an_answer_that_nobody_understands_is_sent_again_under_the_same_id(elm, receiver):
    from outbox.channels import pace

    receiver.statuses.append(500)
    say(contact(elm.diaz, Channel.WEBHOOK, receiver.url), task=critical())
    deliver()
    deliver(NOW + pace.LEASE + SECOND)
    ids = [headers["webhook-id"] for headers, _ in receiver.posted]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_hook_that_is_gone_is_broken_and_not_asked_again(elm, receiver):
    receiver.statuses.append(410)
    to = contact(elm.diaz, Channel.CHAT, receiver.url)
    say(to, task=critical())
    deliver()
    assert Contact.objects.get(pk=to.pk).broken_at is not None
    assert len(receiver.posted) == 1


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest", "https://10.0.0.1/", "https://[::1]/", "http://localhost/x",
     "ftp://example.org/", "https://user:word@example.org/"],
)  # fmt: skip
@pytest.mark.parametrize("channel", [Channel.WEBHOOK, Channel.CHAT])
def test_s7_nothing_is_posted_to_an_address_that_is_not_public(elm, settings, address, channel):
    settings.EHR_LOOPBACK = False
    intent = say(contact(elm.diaz, channel, address), task=critical())
    deliver()
    intent.refresh_from_db()
    assert intent.state == "failed"
