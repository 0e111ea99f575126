"""What each phone received, and how the provider misbehaves."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Mode(StrEnum):
    """What becomes of a request to send."""

    ACCEPT = "accept"
    DROP = "drop"
    """The line is cut before anything is kept."""
    DROP_AFTER = "drop-after"
    """Accepted, and the line is cut before the answer."""
    STALL = "stall"
    """No answer for `stall_s` seconds, and nothing kept."""
    STALL_AFTER = "stall-after"
    """Accepted, and no answer for `stall_s` seconds."""
    BUSY = "429"
    """Refused: too many requests."""
    FAIL = "500"
    """A server's error, and nothing kept."""
    FAIL_AFTER = "500-after"
    """Accepted, and answered with a server's error."""
    OUTAGE = "outage"
    """Nothing answers, look-ups neither."""


KEEPS = frozenset({Mode.ACCEPT, Mode.DROP_AFTER, Mode.STALL_AFTER, Mode.FAIL_AFTER})


class Callbacks(StrEnum):
    """When and how the provider reports what became of a message."""

    IMMEDIATE = "immediate"
    LATE = "late"
    REVERSED = "reversed"
    DUPLICATED = "duplicated"
    LOST = "lost"


class Kind(StrEnum):
    MESSAGE = "message"
    CALL = "call"


@dataclass(slots=True)
class Sent:
    """One message or call that a phone received, or one that it sent."""

    sid: str
    kind: Kind
    to: str
    sender: str
    body: str
    """Of a call: its TwiML."""
    callback: str
    at: datetime
    status: str = "queued"
    error: int | None = None
    is_inbound: bool = False
    asks: str = ""
    """Of a call: where the keys go that it waits for."""
    answer: str = ""
    """What the product said to a reply or to a pressed key."""


@dataclass(slots=True)
class Provider:
    """One account; every field may be changed while it runs."""

    account: str = "ACfake"
    token: str = "fake-token"  # noqa: S105 - of the fake
    reply_url: str = ""
    number: str = ""
    """Which the phones know, before they received anything from it."""
    """Where replies are posted; empty: at the host that is told statuses."""
    mode: Mode = Mode.ACCEPT
    callbacks: Callbacks = Callbacks.IMMEDIATE
    stall_s: float = 30.0
    late_s: float = 2.0
    next_modes: list[Mode] = field(default_factory=list)
    """For the next requests, before `mode` holds again."""
    errors: dict[str, int] = field(default_factory=dict)
    """Twilio's code with which a number is refused: 21610 opted out, 21211 no number."""
    undelivered: dict[str, int] = field(default_factory=dict)
    """Accepted for this number, and reported as undelivered with this code: 30006 and others."""
    names: dict[str, str] = field(default_factory=dict)
    """Whose phone a number is, for the page."""
    sent: list[Sent] = field(default_factory=list)
    requests: int = 0
    """To send, whatever came of them."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 - a program of its own
    lock: threading.RLock = field(default_factory=threading.RLock)

    def mode_now(self) -> Mode:
        """For this request."""
        with self.lock:
            self.requests += 1
            return self.next_modes.pop(0) if self.next_modes else self.mode

    def keep(self, kind: Kind, *, to: str, sender: str, body: str, callback: str) -> Sent:
        """The phone has it."""
        prefix = "SM" if kind is Kind.MESSAGE else "CA"
        with self.lock:
            sid = f"{prefix}{secrets.token_hex(16)}"
            one = Sent(sid, kind, to, sender, body, callback, self.clock())
            self.sent.append(one)
        return one

    def heard(self, *, sender: str, to: str, body: str, answer: str) -> None:
        """A phone wrote back, and this is what it was told."""
        with self.lock:
            self.sent.append(
                Sent(
                    f"SM{secrets.token_hex(16)}", Kind.MESSAGE, to, sender, body, "", self.clock(),
                    status="received", is_inbound=True, answer=answer,
                )
            )  # fmt: skip

    def listed(self, kind: Kind, *, to: str = "") -> list[Sent]:
        """Newest first, as Twilio lists."""
        with self.lock:
            return [
                one for one in reversed(self.sent)
                if one.kind is kind and not one.is_inbound and to in ("", one.to)
            ]  # fmt: skip

    def found(self, sid: str) -> Sent | None:
        with self.lock:
            return next((one for one in self.sent if one.sid == sid), None)

    def received(self, phone: str = "") -> list[Sent]:
        """Messages and calls in the order in which they came; of one phone where it is named."""
        with self.lock:
            return [one for one in self.sent if not one.is_inbound and phone in ("", one.to)]

    def phones(self) -> list[str]:
        """Each number that received something."""
        return list(dict.fromkeys(one.to for one in self.received()))
