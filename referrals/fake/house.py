"""What a fake fax service holds: its account, the faxes it took, and those that came to us."""

import base64
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


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
    lines: dict[str, str] = field(default_factory=dict)
    """Other accounts: each key, with where the service posts how that account's faxes ended."""
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
