"""A Direct message as our own HISP takes and gives it: MIME, signed and sealed beyond that edge.

The subject and the words say nothing of the patient: a mail program may show them anywhere. Pure;
reading is total.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

from referrals.wire import mdn, mime, xdm
from referrals.wire.documents import Document, Kind, document
from referrals.wire.mdn import Notification

LARGEST = 25 * 1024 * 1024
"""Of a message as it comes; larger ones are left where they are."""

SUBJECT = "Referral"
WORDS = "A referral is attached. Please read the attached documents.\r\n"
"""Said to a person whose program shows no attachments first."""

RECEIPT_OPTIONS = "X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true"
"""Asks for word that the message reached its mailbox, beside word that the HISP took it."""

UNFOLDED = SMTP.clone(max_line_length=998)
"""Some HISPs read an option only where it stands on the line of its name."""

SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


class Fault(StrEnum):
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    SEALED = "sealed"
    """Still encrypted: the HISP should have opened it."""
    PACKAGE = "package"
    """A zip in it was not read whole."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way out."""

    id: str
    """Its Message-ID without angle brackets; receipts name it."""
    sender: str
    recipient: str
    documents: Sequence[Document] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message that came: a report about one of ours, or documents."""

    id: str = ""
    sender: str = ""
    recipient: str = ""
    answers: str = ""
    """The Message-ID of ours that it replies to, if it says."""
    notification: Notification | None = None
    documents: tuple[Document, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def may_be_answered(self) -> bool:
        """A report is never answered: two programs that answer each other never end."""
        return self.notification is None and bool(self.sender)


def compose(letter: Letter) -> bytes:
    """The message as it goes to the HISP, asking for both receipts; the same letter gives the same
    bytes, so that a repeat can be told.

    Raises:
        ValueError: an address holds a line break; none that the directory took does.
    """
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = letter.sender
    message["To"] = letter.recipient
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}>"
    message["Disposition-Notification-To"] = letter.sender
    message["Disposition-Notification-Options"] = RECEIPT_OPTIONS
    message.set_content(WORDS)
    for one in letter.documents:
        kind, _, subtype = one.content_type.partition("/")
        message.add_attachment(one.body, maintype=kind, subtype=subtype, filename=one.name)
    if message.is_multipart():
        message.set_boundary(f"=_{hashlib.sha256(letter.id.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def read(raw: bytes) -> Arrived:
    """What a message says. Never raises."""
    if len(raw) > LARGEST:
        return Arrived(faults=(Fault.TOO_LARGE,))
    message = mime.parse(raw)
    if message is None:
        return Arrived(faults=(Fault.UNREADABLE,))
    notification = _notification(message)
    documents, faults = ([], []) if notification else _documents(message)
    if not documents and not faults and notification is None:
        faults.append(Fault.EMPTY)
    return Arrived(
        id=mime.message_id(mime.header(message, "Message-ID")),
        sender=mime.address(mime.header(message, "From")),
        recipient=mime.address(mime.header(message, "To")),
        answers=mime.message_id(mime.header(message, "In-Reply-To")),
        notification=notification,
        documents=tuple(documents),
        faults=tuple(dict.fromkeys(faults)),
    )


def _notification(message: Message) -> Notification | None:
    try:
        return mdn.read(message)
    except Exception:  # noqa: BLE001 - a report that breaks its reader reports nothing
        return None


def _documents(message: Message) -> tuple[list[Document], list[Fault]]:
    """Every attachment, and what zips among them hold; the words of the message are none."""
    found: list[Document] = []
    faults: list[Fault] = []
    for part in mime.parts(message):
        if part.get_content_type() in SEALED:
            faults.append(Fault.SEALED)
        elif not part.is_multipart():
            one = document(mime.file_name(part), mime.body(part))
            if one.kind is Kind.ZIP:
                package = xdm.unpack(one.body)
                found += package.documents
                faults += [Fault.PACKAGE] if package.faults else []
            elif _is_attachment(part, one):
                found.append(one)
    return found, faults


def _is_attachment(part: Message, one: Document) -> bool:
    """What can be read by machine is one, however it was sent."""
    is_words = part.get_content_type() in ("text/plain", "text/html") and not one.name
    return bool(one.body) and (one.kind is not Kind.OTHER or not is_words)
