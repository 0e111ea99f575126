"""Real servers on this machine that take what the second route sends, and the dead-man's pings."""

import json
import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TypeVar

S = TypeVar("S", bound=socketserver.BaseServer)


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of SMTP (RFC 5321) as a sender needs."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.letters: list[Message] = []
        super().__init__(("127.0.0.1", 0), _Smtp)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 mailbox")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.letters.append(message_from_bytes(b"".join(lines)))
            self._say("221 bye" if word == b"QUIT" else "250 mailbox")
            if word == b"QUIT":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Door(ThreadingHTTPServer):
    """Answers everything with `answers`, and keeps when each request came and what it said."""

    def __init__(self) -> None:
        self.came: list[float] = []
        self.said: list[dict] = []
        self.answers = 200
        super().__init__(("127.0.0.1", 0), _Http)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def since(self, moment: float) -> int:
        return sum(at > moment for at in self.came)


class _Http(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.answers == 200:
            self.server.said.append(json.loads(body))
        self._answer()

    def _answer(self) -> None:
        self.server.came.append(time.monotonic())
        self.send_response(self.server.answers)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(server: S) -> Iterator[S]:
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
