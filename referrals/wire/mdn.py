"""What became of a Direct message: disposition notifications (MDN) and delivery reports (DSN).

`processed` means that the other HISP took it, `dispatched` that it reached the mailbox. None of
them means that a person read it, and none that the patient was accepted. Pure and total.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from referrals.wire import mime


class Word(StrEnum):
    """What a report says, in one list for both kinds."""

    PROCESSED = "processed"
    DISPATCHED = "dispatched"
    FAILED = "failed"
    OTHER = "other"
    """It moves nothing: delayed, deleted, denied, or a word that nobody knows."""


DISPOSITIONS = {
    "processed": Word.PROCESSED,
    "dispatched": Word.DISPATCHED,
    "displayed": Word.DISPATCHED,
    "failed": Word.FAILED,
}
BROKEN = frozenset({"error", "failure"})
"""After a slash, these turn any disposition into a failure."""

ACTIONS = {
    "relayed": Word.PROCESSED,
    "delivered": Word.DISPATCHED,
    "failed": Word.FAILED,
}

GRAVEST = (Word.FAILED, Word.DISPATCHED, Word.PROCESSED, Word.OTHER)
"""Of a report about several recipients, which word holds: we write to one at a time."""

REPORTS = {
    "message/disposition-notification": "Disposition",
    "message/delivery-status": "Action",
}
ORIGINALS = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})


@dataclass(frozen=True, slots=True)
class Notification:
    """One report about one message of ours."""

    id: str
    """Its own Message-ID: the same one again is the same report."""
    about: str
    """The Message-ID of what it reports on; empty where it does not say."""
    word: Word
    recipient: str = ""


def read(message: Message) -> Notification | None:
    """What the message reports; None where it is no report."""
    found = [part for part in mime.parts(message) if part.get_content_type() in REPORTS]
    if not found:
        return None
    blocks = [(block, REPORTS[part.get_content_type()]) for part in found for block in fields(part)]
    words = {_word(block, name) for block, name in blocks}
    return Notification(
        id=mime.message_id(mime.header(message, "Message-ID")),
        about=_about(message, [block for block, _ in blocks]),
        word=next((word for word in GRAVEST if word in words), Word.OTHER),
        recipient=_first(
            mime.address(mime.header(block, "Final-Recipient")) for block, _ in blocks
        ),
    )


def fields(part: Message) -> Iterator[Message]:
    """Its groups of fields. The parser takes them for messages; a blank line before them makes
    it see a body instead."""
    payload = part.get_payload()
    inner = (
        [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    )
    for block in inner or [part]:
        if not inner or not block.keys():
            text = block.get_payload()
            again = (
                mime.parse(text.strip().encode("utf-8", "replace"))
                if isinstance(text, str)
                else None
            )
            yield again if again is not None else block
        else:
            yield block


def _word(block: Message, name: str) -> Word:
    said = mime.header(block, name).lower()
    if name == "Action":
        return ACTIONS.get(said.split(";")[0].strip(), Word.OTHER)
    kind, *modifiers = said.rpartition(";")[2].replace(",", "/").split("/")
    if BROKEN & {modifier.strip() for modifier in modifiers}:
        return Word.FAILED
    return DISPOSITIONS.get(kind.strip(), Word.OTHER)


def _about(message: Message, blocks: list[Message]) -> str:
    """Named in the report, else in the original that it brings along, else in the thread."""
    named = [mime.header(one, "Original-Message-ID") for one in blocks]
    named += [mime.header(one, "X-Original-Message-ID") for one in blocks]
    named += [
        mime.header(held, "Message-ID")
        for part in mime.parts(message) if part.get_content_type() in ORIGINALS
        for held in _original(part)
    ]  # fmt: skip
    named.append(mime.header(message, "In-Reply-To"))
    return _first(mime.message_id(one) for one in named)


def _original(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))
    elif (held := mime.parse(mime.body(part))) is not None:
        yield held


def _first(values: Iterator[str]) -> str:
    return next((value for value in values if value), "")
