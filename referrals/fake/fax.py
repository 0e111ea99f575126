"""A fake fax service that speaks as Documo and as Telnyx, on a socket; and what it posts to us."""

import base64
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from referrals.wire import mime

PATIENCE_S = 10.0


class Mode(StrEnum):
    """What becomes of a request to send."""

    ACCEPT = "accept"
    BUSY = "429"
    REFUSE = "422"
    FAIL = "500"
    DROP = "drop"
    """The line is cut before anything is kept."""
    DROP_AFTER = "drop-after"
    """Kept, and the line is cut before the answer."""


@dataclass(slots=True)
class Sent:
    """One fax that was taken."""

    id: str
    service: str
    to: str
    pdf: bytes = field(repr=False)
    at: datetime
    reason: str = ""
    """Why it fails; empty: it is delivered."""


@dataclass(slots=True)
class FaxHouse:
    """One account at either service; every field may be changed while it runs."""

    key: str = "fake-key"
    mode: Mode = Mode.ACCEPT
    next_modes: list[Mode] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why faxes to a number fail: `user_busy` and others."""
    sent: list[Sent] = field(default_factory=list)
    came: dict[str, bytes] = field(default_factory=dict)
    """Pages of faxes to us, by the fax's id."""
    user: str = "clearchart"
    password: str = "fake-webhook"  # noqa: S105 - of the fake
    signer: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 - a program of its own
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def public_key(self) -> str:
        """With which what Telnyx posts is verified."""
        return base64.b64encode(self.signer.public_key().public_bytes_raw()).decode()

    def mode_now(self) -> Mode:
        """For this request."""
        with self.lock:
            return self.next_modes.pop(0) if self.next_modes else self.mode

    def take(self, service: str, to: str, pdf: bytes) -> Sent:
        """The fax goes out, or will fail."""
        number = f"+{to.lstrip('+')}"
        with self.lock:
            one = Sent(secrets.token_hex(12), service, number, pdf, self.clock(),
                       self.reasons.get(number, ""))  # fmt: skip
            self.sent.append(one)
        return one


def webhook(house: FaxHouse, one: Sent, event: str = "") -> tuple[bytes, dict[str, str]]:
    """What the service posts of a fax: body and headers.

    Args:
        house: whose keys sign.
        one: the fax.
        event: of Telnyx: `fax.queued` and others; empty: how it ended.
    """
    if one.service == "telnyx":
        return _telnyx(house, one, event or ("fax.failed" if one.reason else "fax.delivered"))
    body = json.dumps({
        "messageId": one.id, "deliveryId": f"{one.id}-{event or 'end'}", "direction": "outbound",
        "faxNumber": one.to, "status": "failed" if one.reason else "success",
        "pagesCount": 2, "errorInfo": one.reason, "createdAt": one.at.isoformat(),
    }).encode()  # fmt: skip
    return body, _basic(house) | {"x-webhook-event": "fax.v1.outbound.complete"}


def _basic(house: FaxHouse) -> dict[str, str]:
    pair = base64.b64encode(f"{house.user}:{house.password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def _telnyx(house: FaxHouse, one: Sent, event: str) -> tuple[bytes, dict[str, str]]:
    return _posted(house, f"{one.id}-{event}", event, {
        "fax_id": one.id, "direction": "outbound", "to": one.to, "page_count": 2,
        "failure_reason": one.reason,
    })  # fmt: skip


def _posted(
    house: FaxHouse, name: str, event: str, payload: dict[str, Any]
) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({"data": {
        "record_type": "event", "event_type": event, "id": name,
        "occurred_at": house.clock().isoformat(), "payload": payload,
    }}).encode()  # fmt: skip
    stamp = str(int(house.clock().timestamp()))
    signed = house.signer.sign(stamp.encode() + b"|" + body)
    return body, {
        "telnyx-signature-ed25519": base64.b64encode(signed).decode(), "telnyx-timestamp": stamp,
    }  # fmt: skip


def inbound(
    house: FaxHouse, service: str, pdf: bytes, *, sender: str, address: str, name: str = ""
) -> tuple[bytes, dict[str, str]]:
    """What the service posts of a fax that came to us: body and headers.

    Args:
        house: keeps its pages.
        service: as which it speaks.
        pdf: its pages.
        sender: the number it came from.
        address: of the fake, where its pages are fetched.
        name: of the fax; empty: another one.
    """
    name = name or secrets.token_hex(12)
    house.came[name] = pdf
    if service == "telnyx":
        return _posted(house, f"{name}-fax.received", "fax.received", {
            "fax_id": name, "direction": "inbound", "from": sender, "page_count": 2,
            "media_url": f"{address}/media/{name}.pdf",
        })  # fmt: skip
    body = json.dumps({
        "messageId": name, "deliveryId": f"{name}-end", "direction": "inbound",
        "faxNumber": "12025550100", "faxCallerId": sender.lstrip("+"), "status": "success",
        "pagesComplete": 2,
    }).encode()  # fmt: skip
    return body, _basic(house) | {"x-webhook-event": "fax.v1.inbound.complete"}


def tell(house: FaxHouse, one: Sent, url: str) -> int:
    """Post how a fax ended; the product's answer, or 0 where it is not there."""
    body, headers = webhook(house, one)
    if not url.startswith(("http://", "https://")):
        return 0
    request = urllib.request.Request(  # noqa: S310 - checked above
        url, data=body, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)
    except OSError:
        return 0


class Server(ThreadingHTTPServer):
    daemon_threads = True


@dataclass(slots=True)
class Running:
    """A fake service that serves on a thread of this process."""

    house: FaxHouse
    server: Server

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def start(
    house: FaxHouse | None = None, *, host: str = "127.0.0.1", port: int = 0, tells: str = ""
) -> Running:
    """Serve on a thread, on a free port where none is named.

    Args:
        house: whose account it is.
        host: where to listen.
        port: likewise.
        tells: where it posts how each fax ended, a moment after; empty: nowhere.
    """
    held = house or FaxHouse()
    server = Server((host, port), type("Bound", (Handler,), {"house": held, "tells": tells}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return Running(held, server)


class Handler(BaseHTTPRequestHandler):
    house: ClassVar[FaxHouse]
    tells: ClassVar[str] = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """What was sent; or the pages of a fax that came."""
        held = [pdf for name, pdf in self.house.came.items() if f"/{name}" in self.path]
        if held or "/download" in self.path or "/media/" in self.path:
            self._give(held)
            return
        service = "telnyx" if self.path.startswith("/v2/") else "documo"
        rows = [_shown(one) for one in self.house.sent if one.service == service]
        self._say(
            200, {"data": rows} if service == "telnyx" else {"rows": rows, "count": len(rows)}
        )

    def _give(self, held: list[bytes]) -> None:
        self.send_response(200 if held else 404)
        body = held[0] if held else b""
        self.send_header("Content-Type", "application/pdf")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """One fax."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mode = self.house.mode_now()
        if self.headers.get("Authorization", "").partition(" ")[2] != self.house.key:
            self._say(401, {})
        elif mode in (Mode.BUSY, Mode.REFUSE, Mode.FAIL):
            self._say(int(mode.value), {})
        elif mode is Mode.DROP:
            self.close_connection = True
        else:
            self._take(body, mode)

    def _take(self, body: bytes, mode: Mode) -> None:
        is_telnyx = urlsplit(self.path).path == "/v2/faxes"
        fields = self._fields(body)
        to = fields.get("to" if is_telnyx else "faxNumber", b"").decode()
        pdf = fields.get("contents" if is_telnyx else "attachments", b"")
        one = self.house.take("telnyx" if is_telnyx else "documo", to, pdf)
        if self.tells:
            threading.Thread(target=self._tell, args=(one,), daemon=True).start()
        if mode is Mode.DROP_AFTER:
            self.close_connection = True
            return
        self._say(202, {"data": {"id": one.id}} if is_telnyx else {"messageId": one.id})

    def _tell(self, one: Sent) -> None:
        time.sleep(0.2)
        tell(self.house, one, self.tells)

    def _fields(self, body: bytes) -> dict[str, bytes]:
        kind = self.headers.get("Content-Type", "")
        mail = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        parts = mail.get_payload() if mail.is_multipart() else []
        return {
            str(part.get_param("name", header="content-disposition")): mime.body(part)
            for part in parts if isinstance(part, Message)
        }  # fmt: skip

    def _say(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


def _shown(one: Sent) -> dict[str, Any]:
    status = "failed" if one.reason else "delivered"
    if one.service == "telnyx":
        return {"id": one.id, "to": one.to, "status": status, "failure_reason": one.reason,
                "created_at": one.at.isoformat(), "direction": "outbound"}  # fmt: skip
    return {"messageId": one.id, "faxNumber": one.to, "createdAt": one.at.isoformat(),
            "status": "failed" if one.reason else "success", "errorInfo": one.reason}  # fmt: skip
