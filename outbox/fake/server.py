"""The fake provider's server: REST, the inbox page, and the switches of its modes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from outbox.fake import inbox, rest, telling
from outbox.fake.provider import Callbacks, Kind, Mode, Provider
from outbox.fake.rest import Answer

LONGEST = 100_000
HTML, JSON = "text/html; charset=utf-8", "application/json"
CUTS = frozenset({Mode.DROP, Mode.DROP_AFTER, Mode.OUTAGE})


@dataclass(slots=True)
class Running:
    """A fake provider that serves on a thread of this process."""

    provider: Provider
    server: ThreadingHTTPServer

    @property
    def address(self) -> str:
        """For TWILIO_ADDRESS."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def start(provider: Provider | None = None, *, port: int = 0, host: str = "127.0.0.1") -> Running:
    """Serve on a thread, on a free port where none is named."""
    held = provider or Provider()
    server = Server((host, port), handler_of(held))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return Running(held, server)


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    """A handler for this account."""
    return type("Bound", (Handler,), {"provider": provider})


class Handler(BaseHTTPRequestHandler):
    provider: Provider
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Listings, one message or call, or the inbox."""
        parts = urlsplit(self.path)
        found = rest.PATH.fullmatch(parts.path)
        if found is None:
            is_home = parts.path == "/"
            self._say(200 if is_home else 404, inbox.page(self.provider).encode(), HTML)
            return
        if self.provider.mode is Mode.OUTAGE:
            self.close_connection = True
            return
        if not self._enters():
            return
        sid, query = found[3], dict(parse_qsl(parts.query))
        self._answer(
            rest.one(self.provider, sid)
            if sid
            else rest.listing(self.provider, found[2], query)
        )  # fmt: skip

    def do_POST(self) -> None:
        """Something to send, or a switch."""
        form = dict(parse_qsl(self._body(), keep_blank_values=True))
        found = rest.PATH.fullmatch(urlsplit(self.path).path)
        if found is None:
            work = SWITCHES.get(self.path)
            if work:
                work(self.provider, form)
            self.send_response(303 if work else 404)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        mode = self.provider.mode_now()
        if mode is Mode.OUTAGE:
            self.close_connection = True
        elif self._enters():
            self._take(rest.RESOURCES[found[2]], form, mode)

    def _take(self, kind: Kind, form: rest.Form, mode: Mode) -> None:
        if mode is Mode.STALL:
            time.sleep(self.provider.stall_s)
        if mode in (Mode.STALL, Mode.DROP):
            self.close_connection = True
            return
        answer, kept = rest.post(self.provider, kind, form, mode)
        if kept is not None:
            telling.report(self.provider, kept)
        if mode is Mode.STALL_AFTER:
            time.sleep(self.provider.stall_s)
        if mode in (Mode.STALL_AFTER, Mode.DROP_AFTER):
            self.close_connection = True
            return
        self._answer(answer)

    def _enters(self) -> bool:
        if rest.may_enter(self.provider, self.headers.get("Authorization", "")):
            return True
        self._answer(rest.problem(401, rest.NOT_SIGNED_IN))
        return False

    def _body(self) -> str:
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST)
        return self.rfile.read(length).decode("utf-8", "replace")

    def _answer(self, answer: Answer) -> None:
        self._say(answer.status, rest.written(answer), JSON)

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: what is sent stays on the page."""


def _set_modes(provider: Provider, form: rest.Form) -> None:
    if form.get("mode") in list(Mode):
        provider.mode = Mode(form["mode"])
    if form.get("callbacks") in list(Callbacks):
        provider.callbacks = Callbacks(form["callbacks"])


def _reply(provider: Provider, form: rest.Form) -> None:
    telling.reply(provider, form.get("phone", ""), form.get("body", ""))


def _press(provider: Provider, form: rest.Form) -> None:
    call = provider.found(form.get("sid", ""))
    if call is not None:
        telling.press(provider, call, form.get("digits", ""))


SWITCHES: dict[str, Callable[[Provider, rest.Form], None]] = {
    "/mode": _set_modes, "/reply": _reply, "/press": _press,
}  # fmt: skip
