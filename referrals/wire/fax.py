"""Fax services behind one protocol: what is asked of them, and what they say in their own words.

A fax that was delivered reached a number. Nobody has read it, and nobody has accepted anything.
Pure; reading an answer is total.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from referrals.wire.answers import Outcome, Trouble

Json = Mapping[str, Any]

LARGEST = 20 * 1024 * 1024
"""Of a PDF: the services take no larger one with its request."""


class Progress(StrEnum):
    """How far one fax is."""

    UNDER_WAY = "under-way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Account:
    """What a service knows us by."""

    number: str
    """Ours, as +15551234567."""
    key: str = field(repr=False)
    connection: str = ""
    """Which application of the account sends (Telnyx)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One fax on its way out."""

    id: UUID
    to: str
    pdf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, without the address of the service."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A fax as the service lists it: it may be the one asked about."""

    fax_id: str
    progress: Progress
    reason: str = ""
    at: datetime | None = None


class Service(Protocol):
    """One fax service."""

    address: str
    """Of the real one."""

    def send(self, sheet: Sheet, account: Account) -> Request:
        """The request that sends it."""

    def sent(self, status: int, body: bytes) -> Outcome:
        """What its answer says."""

    def find(self, to: str, since: datetime, account: Account) -> Request:
        """The request that lists what was sent to a number since an instant."""

    def found(self, body: bytes, *, to: str, since: datetime) -> Sequence[Sighting] | None:
        """What the list says, oldest first; None where it cannot be read."""

    def file(self, fax_id: str, url: str, account: Account) -> Request:
        """The request for the pages of a fax that came; its path may be a whole address."""


REASONS = {
    "user_busy": Trouble.BUSY,
    "busy": Trouble.BUSY,
    "receiver_no_response": Trouble.NO_PICK_UP,
    "receiver_no_answer": Trouble.NO_PICK_UP,
    "no_answer": Trouble.NO_PICK_UP,
    "receiver_decline": Trouble.NO_PICK_UP,
    "receiver_call_dropped": Trouble.CUT_OFF,
    "sender_call_dropped": Trouble.CUT_OFF,
    "receiver_communication_error": Trouble.CUT_OFF,
    "receiver_unallocated_number": Trouble.NO_SUCH_ADDRESS,
    "receiver_invalid_number_format": Trouble.NO_SUCH_ADDRESS,
    "receiver_incompatible_destination": Trouble.NO_SUCH_ADDRESS,
    "destination_not_in_country_whitelist": Trouble.REFUSED,
    "destination_not_in_service_plan": Trouble.REFUSED,
    "rejected": Trouble.REFUSED,
    "file_size_limit_exceeded": Trouble.TOO_LARGE,
    "page_count_limit_exceeded": Trouble.TOO_LARGE,
    "account_disabled": Trouble.SIGN_IN,
}
"""Telnyx's codes, and what Documo says in words when it is folded."""

WORDS = (
    ("busy", Trouble.BUSY),
    ("no answer", Trouble.NO_PICK_UP),
    ("no fax", Trouble.NO_PICK_UP),
    ("voice", Trouble.NO_PICK_UP),
    ("disconnect", Trouble.CUT_OFF),
    ("dropped", Trouble.CUT_OFF),
    ("invalid number", Trouble.NO_SUCH_ADDRESS),
    ("not in service", Trouble.NO_SUCH_ADDRESS),
    ("unallocated", Trouble.NO_SUCH_ADDRESS),
)
"""What free text must hold; the first that fits."""


def trouble_of(reason: str) -> Trouble:
    """What a service says of a fax that failed. Its words are kept nowhere."""
    said = reason[:200].strip().lower()
    if said in REASONS:
        return REASONS[said]
    plain = said.replace("_", " ")
    return next((trouble for words, trouble in WORDS if words in plain), Trouble.OTHER)


def read(body: bytes) -> Json:
    """An object of JSON; an empty one where it is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def text(value: Json, name: str) -> str:
    held = value.get(name)
    return held if isinstance(held, str) else ""


def node(value: Json, name: str) -> Json:
    held = value.get(name)
    return held if isinstance(held, Mapping) else {}


def rows(value: Json, name: str) -> list[Json]:
    held = value.get(name)
    return [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []


def moment(said: str) -> datetime | None:
    """An instant as services write it; None where it is none, or of no zone."""
    try:
        at = datetime.fromisoformat(said.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo else None


def form(fields: Mapping[str, str], *, file: str, name: str, pdf: bytes, boundary: UUID) -> bytes:
    """A multipart form with one PDF.

    Args:
        fields: what goes before it; numbers and words of ours, no line breaks.
        file: the name of the field that holds the PDF.
        name: what the file is called; says nothing of the patient.
        pdf: its bytes.
        boundary: an id that stands nowhere in them.
    """
    mark = f"--{boundary.hex}\r\n"
    said = "".join(
        f'{mark}Content-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    )
    head = (
        f'{mark}Content-Disposition: form-data; name="{file}"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return said.encode() + head.encode() + pdf + f"\r\n--{boundary.hex}--\r\n".encode()


def form_type(boundary: UUID) -> str:
    """The content type of `form`."""
    return f"multipart/form-data; boundary={boundary.hex}"
