"""A mail server that is slow at every step holds nobody beyond the lease."""

import socketserver
import threading
import time
from contextlib import suppress

import pytest

from outbox.channels import email, pace
from outbox.channels.outcomes import Accepted, Busy, Parcel, Unknown
from tenants.ids import uuid7
from tests.outbox.sending.conftest import NOW


class Slow(socketserver.StreamRequestHandler):
    """Speaks SMTP, a moment late each time."""

    def handle(self):
        with suppress(OSError):
            self.say("220 mail.example")
            while line := self.rfile.readline().decode().strip():
                verb = line.upper().partition(" ")[0]
                self.server.heard.append(verb)
                if verb == "DATA":
                    self.say("354 go on")
                    while self.rfile.readline().strip() != b".":
                        pass
                self.say("250 fine" if verb != "QUIT" else "221 bye")

    def say(self, text):
        time.sleep(self.server.pause_s)
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server(settings):
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, allow_reuse_address = True, True

    running = Server(("127.0.0.1", 0), Slow)
    running.heard, running.pause_s = [], 0.0
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.server_address[1]
    yield running
    running.shutdown()
    running.server_close()


def parcel(*, until=None):
    return Parcel(
        intent_id=uuid7(), contact_id=None, address="diaz@elm.example", subject="A task",
        body="ClearChart: open it.", reference="", is_page=True, since=NOW, at=NOW,
        status_url="", answer_url="", until=until,
    )  # fmt: skip


def test_a_mail_is_handed_over(server):
    assert email.send(parcel(until=time.monotonic() + 5)) == Accepted()
    assert server.heard.count("DATA") == 1


def test_a_mail_whose_lease_is_nearly_over_is_not_begun(server):
    assert isinstance(email.send(parcel(until=time.monotonic() - 0.1)), Busy)
    assert not {"MAIL", "DATA"} & set(server.heard)


def test_a_server_slow_at_every_step_is_cut_off_after_the_seconds_of_one_request(
    server, monkeypatch
):
    monkeypatch.setattr(pace, "WHOLE_S", 0.5)
    server.pause_s = 0.3
    assert isinstance(email.send(parcel(until=time.monotonic() + 5)), Unknown)
    assert server.heard.count("DATA") == 0


def test_a_server_that_says_nothing_was_certainly_given_nothing(server, monkeypatch):
    monkeypatch.setattr(pace, "WHOLE_S", 0.2)
    server.pause_s = 1.0
    assert email.send(parcel()) == email.UNREACHED
