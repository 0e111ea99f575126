"""One request and its answer: to the checked address, over checked TLS, bounded in size and time.

No redirect is followed, no proxy of the environment is asked, nothing is unpacked, and no
connection outlives its request: the next one is resolved and checked anew.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from outbox.wire.addresses import Target
from outbox.wire.faults import NotConnected, TooLarge, Unreachable
from outbox.wire.faults import gettext_noop as _

CHUNK = 65536


class Connected(Protocol):
    """Whatever holds a socket, once it is connected."""

    sock: Any


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, between two parts of the answer, and for all of it."""

    connect_s: float
    read_s: float
    whole_s: float
    until: float | None = None
    """The monotonic second after which nothing is sent any more, however late the line stood."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def send(
    method: str,
    target: Target,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    largest: int,
    patience: Patience,
    ca_file: str = "",
) -> Answer:
    """Send one request and read its answer.

    Raises:
        NotConnected: no connection or no valid certificate; nothing was sent.
        Unreachable: no whole answer in time; what was sent may have been taken.
        TooLarge: the answer is.
    """
    connection = _connection(target, patience, ca_file)
    sent = {"Host": target.authority, "User-Agent": "ClearChart", **(headers or {})}
    try:
        _connect(connection, patience)
        with deadline(connection, patience.whole_s):
            connection.request(method, target.path, body=body, headers=sent, preload_content=False)
            answer = connection.getresponse()
            return Answer(answer.status, _lowered(answer.headers), _read(answer, largest))
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        raise Unreachable(_why(error)) from None
    finally:
        connection.close()


def _connect(connection: HTTPConnection, patience: Patience) -> None:
    try:
        with deadline(connection, patience.whole_s):
            connection.connect()
            connection.sock.settimeout(patience.read_s)
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        raise NotConnected(_why(error)) from None
    except Unreachable as fault:
        raise NotConnected(fault.phrase) from None
    if patience.until is not None and time.monotonic() > patience.until:
        connection.close()
        raise NotConnected(_("It took too long to connect."))


def _connection(target: Target, patience: Patience, ca_file: str) -> HTTPConnection:
    """To the address that was checked; the certificate must be the name's."""
    if target.scheme == "http":
        return HTTPConnection(target.address, target.port, timeout=patience.connect_s)
    return HTTPSConnection(
        target.address,
        target.port,
        timeout=patience.connect_s,
        ssl_context=_tls(ca_file),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _tls(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


@contextmanager
def deadline(connection: Connected, seconds: float) -> Iterator[None]:
    """Cut the line after so long, however slowly bytes still trickle."""
    cut = threading.Event()

    def end() -> None:
        cut.set()
        sock = connection.sock
        if sock is not None:
            # The plain socket's own: TLS must not be taken apart under the thread that reads.
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPError, HTTPException, ValueError):
        if cut.is_set():
            raise Unreachable(_("The server took too long to answer.")) from None
        raise
    finally:
        timer.cancel()
    if cut.is_set():
        raise Unreachable(_("The server took too long to answer."))


def _read(answer: Any, largest: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(CHUNK, decode_content=False):
        size += len(part)
        if size > largest:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _lowered(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _why(error: Exception) -> str:
    """A constant sentence for what the libraries say in many."""
    said = f"{type(error).__name__} {error}".lower()
    if "certificate" in said or "ssl" in said:
        return _("The server's certificate is not valid for its name.")
    if "timed out" in said or "timeout" in said:
        return _("The server took too long to answer.")
    return _("The server could not be reached.")
