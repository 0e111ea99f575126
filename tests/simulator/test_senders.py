"""The senders against real sockets: answers, idle connections, doors that are down."""

import http.server
import socket
import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest

from integrations import signing
from integrations.hl7 import mllp
from integrations.simulator.clinic import Door, Sending
from integrations.simulator.senders import (
    DoorDown,
    HttpSender,
    MllpSender,
    Refused,
    acknowledgment,
)

NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
KEY = UUID("01970000-0000-7000-8000-000000000001")


def sending(control="M1"):
    body = f"MSH|^~\\&|L|E|C|E|||ORU^R01|{control}|P|2.5.1\r".encode()
    return Sending(0, Door.LAB_MLLP, "ORU^R01", body, control)


class Listener:
    """Answers each frame with what `answer` makes of its control id; None ends the connection."""

    def __init__(self, answer):
        self.answer = answer
        self.received = []
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._talk(connection)

    def _talk(self, connection):
        decoder = mllp.Decoder()
        while data := connection.recv(4096):
            for frame in decoder.feed(data):
                self.received.append(frame.payload)
                answer = self.answer(frame.payload.split(b"|")[9].decode())
                if answer is None:
                    return
                connection.sendall(mllp.frame(answer.encode()))

    def close(self):
        self._server.close()


@pytest.fixture
def listening():
    opened = []

    def listen(answer):
        listener = Listener(answer)
        opened.append(listener)
        return listener

    yield listen
    for listener in opened:
        listener.close()


def ack(code):
    return lambda control: f"MSH|^~\\&|C|E|L|E|||ACK|X|P|2.5.1\rMSA|{code}|{control}\r"


def test_mllp_keeps_one_connection_and_waits_for_each_ack(listening):
    listener = listening(ack("AA"))
    sender = MllpSender("127.0.0.1", listener.port, timeout=5)
    assert [sender.send(sending(f"M{n}"), now=NOW) for n in range(3)] == ["AA"] * 3
    sender.close()
    assert (listener.connections, len(listener.received)) == (1, 3)


def test_mllp_opens_anew_when_the_listener_ended_the_idle_connection(listening):
    answers = iter([ack("AA"), lambda _: None, ack("AA")])
    listener = listening(lambda control: next(answers)(control))
    sender = MllpSender("127.0.0.1", listener.port, timeout=5)
    sender.send(sending("M1"), now=NOW)
    assert sender.send(sending("M2"), now=NOW) == "AA"
    sender.close()
    assert listener.connections == 2


def test_mllp_without_an_answer_is_a_door_that_is_down(listening):
    listener = listening(lambda _: None)
    with pytest.raises(DoorDown):
        MllpSender("127.0.0.1", listener.port, timeout=5).send(sending(), now=NOW)
    listener.close()
    with pytest.raises(DoorDown):
        MllpSender("127.0.0.1", listener.port, timeout=5).send(sending(), now=NOW)


@pytest.mark.parametrize("code", ["AE", "AR", "CE", ""])
def test_mllp_refused_is_not_sent_again(listening, code):
    listener = listening(ack(code))
    with pytest.raises(Refused):
        MllpSender("127.0.0.1", listener.port, timeout=5).send(sending(), now=NOW)


def test_mllp_does_not_take_the_answer_to_another_message(listening):
    listener = listening(lambda _: ack("AA")("another"))
    with pytest.raises(DoorDown):
        MllpSender("127.0.0.1", listener.port, timeout=5).send(sending(), now=NOW)


def test_an_answer_without_msa_says_nothing():
    assert acknowledgment(b"\xff garbage") == ("", "")


class Web:
    """Answers with the statuses in turn, the last one for ever; keeps what came."""

    def __init__(self, *statuses, keeps=True):
        self.requests = []
        web, left = self, list(statuses)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.requests.append((self.path, dict(self.headers), body))
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.send_header("Content-Length", "0")
                self.end_headers()
                self.close_connection = not keeps  # without saying so, as a server that times out

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serving():
    opened = []

    def serve(*statuses, keeps=True):
        web = Web(*statuses, keeps=keeps)
        opened.append(web)
        return web

    yield serve
    for web in opened:
        web.close()


def sender_to(web):
    return HttpSender(
        web.base, "/integrations/hl7v2/x", "application/hl7-v2", KEY, "s3cret", timeout=5
    )


def test_http_signs_the_raw_body_with_the_feeds_key(serving):
    web = serving(200)
    sender = sender_to(web)
    assert sender.send(sending(), now=NOW) == "200"
    sender.close()
    [(path, headers, body)] = web.requests
    assert (path, body) == ("/integrations/hl7v2/x", sending().body)
    signature = signing.read(headers[signing.HEADER])
    assert signature.key_id == KEY
    signing.verify(body, signature, secret="s3cret", now=NOW)


def test_http_opens_anew_when_the_server_ended_the_idle_connection(serving):
    web = serving(200, keeps=False)
    sender = sender_to(web)
    assert [sender.send(sending(f"M{n}"), now=NOW) for n in range(3)] == ["200"] * 3
    sender.close()


@pytest.mark.parametrize(("status", "error"), [
    (400, Refused), (401, Refused), (422, Refused), (500, DoorDown), (503, DoorDown),
])  # fmt: skip
def test_http_tells_what_may_be_sent_again(serving, status, error):
    sender = sender_to(serving(status))
    with pytest.raises(error):
        sender.send(sending(), now=NOW)
    sender.close()


def test_http_without_a_server_is_a_door_that_is_down():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sender = HttpSender(f"http://127.0.0.1:{port}", "/x", "text/plain", KEY, "s", timeout=5)
    with pytest.raises(DoorDown):
        sender.send(sending(), now=NOW)
