"""The senders' side of the doors: MLLP that waits for each ACK, HTTP that signs."""

import http.client
import socket
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from integrations import signing
from integrations.hl7 import mllp
from integrations.simulator.clinic import Sending

TIMEOUT_SECONDS = 10.0
MOST_READ = 65_536
ACCEPTED = frozenset({"AA", "CA"})
FAILURES = (OSError, http.client.HTTPException)


class DoorDown(Exception):
    """No answer, or none that means stored: send the same again later."""


class Refused(Exception):
    """The door answered that it does not take this; sending it again would not help."""


class Sender(Protocol):
    """One feed's way in."""

    @property
    def name(self) -> str:
        """As said to the person who watches."""
        ...

    def send(self, sending: Sending, *, now: datetime) -> str:
        """Send and wait; the answer's code.

        Raises:
            DoorDown: not known to be stored.
            Refused: answered with an error.
        """
        ...


@dataclass(slots=True)
class MllpSender:
    """One persistent connection; the next message goes when the last one is acknowledged."""

    host: str
    port: int
    timeout: float = TIMEOUT_SECONDS
    _socket: socket.socket | None = None
    _decoder: mllp.Decoder = field(default_factory=mllp.Decoder)

    @property
    def name(self) -> str:
        return f"MLLP {self.host}:{self.port}"

    def send(self, sending: Sending, *, now: datetime) -> str:  # noqa: ARG002 - of the protocol
        try:
            answer = self._exchange(sending.body)
        except OSError as error:
            raise DoorDown(self.name) from error
        code, control = acknowledgment(answer)
        if control != sending.id:
            self.close()  # the answer to something else: nothing that follows can be trusted
            raise DoorDown(self.name)
        if code not in ACCEPTED:
            raise Refused(code)
        return code

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._decoder = None, mllp.Decoder()

    def _exchange(self, body: bytes) -> bytes:
        """A connection that was left open may have ended meanwhile: then a new one, once."""
        if self._socket is not None:
            try:
                return self._answered(self._socket, body)
            except OSError:
                self.close()
        self._socket = socket.create_connection((self.host, self.port), self.timeout)
        try:
            return self._answered(self._socket, body)
        except OSError:
            self.close()
            raise

    def _answered(self, connection: socket.socket, body: bytes) -> bytes:
        connection.sendall(mllp.frame(body))
        while True:
            received = connection.recv(MOST_READ)
            if not received:
                raise ConnectionResetError
            if frames := self._decoder.feed(received):
                return frames[0].payload


def acknowledgment(answer: bytes) -> tuple[str, str]:
    """MSA-1 and MSA-2; empty where there is no MSA."""
    for line in answer.decode("utf-8", "replace").split("\r"):
        if line.startswith("MSA|"):
            _, code, control, *_ = [*line.split("|"), "", ""]
            return code, control
    return "", ""


@dataclass(slots=True)
class HttpSender:
    """Posts to one door of a feed, each request signed with the feed's key."""

    base: str
    path: str
    content_type: str
    key_id: UUID
    secret: str
    timeout: float = TIMEOUT_SECONDS
    _connection: http.client.HTTPConnection | None = None

    @property
    def name(self) -> str:
        return f"{self.base}{self.path}"

    def send(self, sending: Sending, *, now: datetime) -> str:
        signature = signing.sign(sending.body, key_id=self.key_id, secret=self.secret, at=now)
        headers = {
            "Content-Type": self.content_type, signing.HEADER: signature, "webhook-id": sending.id,
        }  # fmt: skip
        try:
            status = self._post(sending.body, headers)
        except FAILURES as error:
            raise DoorDown(self.name) from error
        if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise DoorDown(self.name)
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise Refused(str(status))
        return str(status)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _post(self, body: bytes, headers: dict[str, str]) -> int:
        """Servers end a connection that is idle for seconds: then a new one, once.

        The door knows a body that comes twice, so sending it again is safe.
        """
        if self._connection is not None:
            try:
                return self._answered(self._connection, body, headers)
            except FAILURES:
                self.close()
        self._connection = self._opened()
        try:
            return self._answered(self._connection, body, headers)
        except FAILURES:
            self.close()
            raise

    def _answered(
        self, connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]
    ) -> int:
        connection.request("POST", self.path, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status

    def _opened(self) -> http.client.HTTPConnection:
        address = urlsplit(self.base)
        kind = (
            http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        )
        return kind(address.hostname or "127.0.0.1", address.port, timeout=self.timeout)
