"""What a fake HISP holds: mailboxes, what was handed over, and what it says of each message."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum

from referrals.wire import mime


class Mode(StrEnum):
    """What becomes of a message that is handed over."""

    ACCEPT = "accept"
    BUSY = "busy"
    REFUSE = "refuse"
    """No such mailbox."""
    DROP = "drop"
    """The line is cut before anything is kept."""
    DROP_AFTER = "drop-after"
    """Kept, and the line is cut before the answer."""


class Receipts(StrEnum):
    """How the other side reports."""

    IMMEDIATE = "immediate"
    REVERSED = "reversed"
    DUPLICATED = "duplicated"
    LOST = "lost"


BOTH = ("processed", "dispatched")


@dataclass(frozen=True, slots=True)
class Handed:
    """One message that was taken."""

    sender: str
    recipient: str
    message_id: str
    raw: bytes = field(repr=False)


@dataclass(slots=True)
class Hisp:
    """One HISP; every field may be changed while it runs."""

    password: str = "fake-password"  # noqa: S105 - of the fake
    mode: Mode = Mode.ACCEPT
    receipts: Receipts = Receipts.IMMEDIATE
    next_modes: list[Mode] = field(default_factory=list)
    """For the next messages, before `mode` holds again."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What is reported of messages to an address; others are processed and dispatched."""
    handed: list[Handed] = field(default_factory=list)
    mailboxes: dict[str, list[bytes]] = field(default_factory=dict)
    validity: int = 1
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: TID251 - a program of its own
    lock: threading.RLock = field(default_factory=threading.RLock)

    def mode_now(self) -> Mode:
        """For this message."""
        with self.lock:
            return self.next_modes.pop(0) if self.next_modes else self.mode

    def take(self, sender: str, recipient: str, raw: bytes) -> None:
        """Keep it, and report on it."""
        message = mime.parse(raw)
        name = mime.message_id(mime.header(message, "Message-ID")) if message else ""
        with self.lock:
            self.handed.append(Handed(sender, recipient, name, raw))
            if message is not None and "Disposition-Notification-To" in message:
                self._report(sender, recipient, name)

    def deliver(self, mailbox: str, raw: bytes) -> None:
        """Put a message into a mailbox."""
        with self.lock:
            self.mailboxes.setdefault(mailbox.lower(), []).append(raw)

    def report(
        self, sender: str, recipient: str, message_id: str, word: str, number: int = 1
    ) -> None:
        """One receipt about a message of `sender`."""
        self.deliver(sender, receipt(sender, recipient, message_id, word, number, self.clock()))

    def _report(self, sender: str, recipient: str, name: str) -> None:
        words = self.words.get(recipient.lower(), BOTH)
        if self.receipts is Receipts.LOST:
            words = ()
        if self.receipts is Receipts.REVERSED:
            words = words[::-1]
        times = 2 if self.receipts is Receipts.DUPLICATED else 1
        for word in words:
            for _ in range(times):
                self.report(sender, recipient, name, word)

    def inbox(self, mailbox: str) -> list[bytes]:
        """What lies in a mailbox, the oldest first."""
        with self.lock:
            return list(self.mailboxes.get(mailbox.lower(), ()))


def receipt(
    sender: str, recipient: str, message_id: str, word: str, number: int, at: datetime
) -> bytes:
    """A disposition notification, as the other side's HISP writes it."""
    domain = recipient.rpartition("@")[2]
    return (
        f"From: postmaster@{domain}\r\nTo: {sender}\r\nSubject: Receipt\r\n"
        f"Date: {format_datetime(at)}\r\n"
        f"Message-ID: <{word}-{number}-{message_id.partition('@')[0]}@{domain}>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=receipt"
        "\r\n\r\n--receipt\r\nContent-Type: text/plain\r\n\r\nA receipt.\r\n"
        "--receipt\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Reporting-UA: {domain}; fake HISP\r\nFinal-Recipient: rfc822;{recipient}\r\n"
        f"Original-Message-ID: <{message_id}>\r\n"
        f"Disposition: automatic-action/MDN-sent-automatically;{word}\r\n--receipt--\r\n"
    ).encode()
