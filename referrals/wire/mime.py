"""Mail as it comes, whatever is wrong with it. Pure and total."""

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

MOST_PARTS = 200
LONGEST_HEADER = 1000


def parse(raw: bytes) -> Message | None:
    """The message; None where it is none that can be taken apart."""
    try:
        message = message_from_bytes(raw)
        list(parts(message))
    except Exception:  # noqa: BLE001 - the parser fails on hostile bytes in ways of its own
        return None
    return message


def parts(message: Message) -> Iterator[Message]:
    """The message and all that is in it, up to a number that no real one has."""
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        yield part


def header(message: Message, name: str) -> str:
    """Its first value, on one line, decoded; empty where there is none or it cannot be read."""
    try:
        value = str(message.get(name, ""))[:LONGEST_HEADER]
        return " ".join(str(make_header(decode_header(value))).split()).replace("\x00", "")
    except Exception:  # noqa: BLE001 - as above
        return ""


def message_id(text: str) -> str:
    """The first id of a header, without its angle brackets: so ids are kept and compared."""
    start, end = text.find("<"), text.find(">")
    inner = text[start + 1 : end] if 0 <= start < end else text
    return inner.strip().partition(" ")[0]


def address(text: str) -> str:
    """The mailbox of a header, in lower case; `rfc822;` before it, as reports write, is left."""
    bare = text.partition(";")[2] if ";" in text.partition("@")[0] else text
    return parseaddr(bare)[1].strip().lower()


def body(part: Message) -> bytes:
    """The bytes of a part, whatever its encoding; empty where there are none."""
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - as above
        return b""
    return payload if isinstance(payload, bytes) else b""


def file_name(part: Message) -> str:
    """As its sender called it; never a path."""
    try:
        name = part.get_filename() or ""
    except Exception:  # noqa: BLE001 - as above
        return ""
    return str(name).replace("\\", "/").rpartition("/")[2].replace("\x00", "")[:120]
