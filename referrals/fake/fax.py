"""A fake fax service that speaks as Documo and as Telnyx, on a socket."""

import json
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from referrals.fake.house import FaxHouse, Mode, Sent
from referrals.fake.posting import tell
from referrals.wire import mime


class Server(ThreadingHTTPServer):
    """Counts the requests that it has begun and not ended: a line that was cut is noticed late."""

    daemon_threads = True
    busy = 0
    counting = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """As ever, counted."""
        with self.counting:
            self.busy += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As ever, counted."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.counting:
                self.busy -= 1


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
        if not self._is_known():
            self._say(401, {})
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
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        mode = self.house.mode_now()
        if not self._is_known():
            self._say(401, {})
        elif mode in (Mode.BUSY, Mode.REFUSE, Mode.FAIL):
            self._say(int(mode.value), {})
        elif mode is Mode.DROP:
            self.close_connection = True
        else:
            self._take(body, mode, self.house.lines.get(self._key, self.tells))

    @property
    def _key(self) -> str:
        return self.headers.get("Authorization", "").partition(" ")[2]

    def _is_known(self) -> bool:
        return self._key == self.house.key or self._key in self.house.lines

    def _take(self, body: bytes, mode: Mode, tells: str) -> None:
        is_telnyx = urlsplit(self.path).path == "/v2/faxes"
        fields = self._fields(body)
        to = fields.get("to" if is_telnyx else "faxNumber", b"").decode()
        pdf = fields.get("contents" if is_telnyx else "attachments", b"")
        one = self.house.take("telnyx" if is_telnyx else "documo", to, pdf)
        if tells:
            threading.Thread(target=self._tell, args=(one, tells), daemon=True).start()
        if mode is Mode.DROP_AFTER:
            self.close_connection = True
            return
        self._say(202, {"data": {"id": one.id}} if is_telnyx else {"messageId": one.id})

    def _tell(self, one: Sent, tells: str) -> None:
        time.sleep(0.2)
        tell(self.house, one, tells)

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
