"""What an EHR's server answered: a sound resource, or a fault with a name."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from integrations.ehr import splicing, transport
from integrations.ehr.faults import Busy, EhrFault, Gone, Malformed, Refused, SignInRefused
from integrations.ehr.transport import Answer
from integrations.fhir import structure

LONGEST_WAIT_S = 24 * 3600.0

ONE = re.compile(r"[A-Z][A-Za-z]{2,40}/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?")

UNAUTHORIZED, FORBIDDEN = 401, 403
GONE = {404, 410}
BUSY = {408, 423, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as read and, byte for byte, as sent."""

    value: dict[str, Any] = field(repr=False)
    text: str = field(repr=False)

    @property
    def type(self) -> str:
        return str(self.value.get("resourceType", ""))

    @property
    def reference(self) -> str:
        """`Type/id`, or empty."""
        known = f"{self.type}/{self.value.get('id', '')}"
        return known if ONE.fullmatch(known) else ""


def good(answer: Answer) -> Answer:
    """The answer itself, if it is one of success.

    Raises:
        EhrFault: it is not.
    """
    if answer.is_ok:
        return answer
    raise fault_of(answer)


def fault_of(answer: Answer) -> EhrFault:
    """What an answer other than success means."""
    status = answer.status
    if status in GONE:
        return Gone()
    if status == UNAUTHORIZED:
        return SignInRefused()
    if status in BUSY:
        return Busy(retry_after_s=_retry_after(answer))
    if 300 <= status < 400:
        return Refused("The server sent us elsewhere. Enter the address at which it answers.")
    if status == FORBIDDEN:
        return Refused("The server does not let us see this. Check the scopes that it granted.")
    return Refused(f"The server refused the request ({status}).")


def _retry_after(answer: Answer) -> float | None:
    """Seconds, from a number or a date; the date is held against the server's own clock."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit() and len(said) < 9:
        return min(float(said), LONGEST_WAIT_S)
    until, there = _moment(said), date_of(answer)
    if until is None or there is None:
        return None
    return min(max((until - there).total_seconds(), 0.0), LONGEST_WAIT_S)


def date_of(answer: Answer) -> datetime | None:
    return _moment(answer.headers.get("date", ""))


def _moment(said: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def as_of(bundle: dict[str, Any], answer: Answer) -> datetime | None:
    meta = bundle.get("meta")
    said = meta.get("lastUpdated") if isinstance(meta, dict) else None
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        at = None
    return at.astimezone(UTC) if at is not None and at.tzinfo else date_of(answer)


def sound(answer: Answer) -> tuple[str, dict[str, Any]]:
    """The body, checked before it is used: JSON of a bounded depth, an object with a type."""
    try:
        value = structure.read(answer.body, max_bytes=transport.LARGEST)
    except structure.Unreadable:
        raise Malformed from None
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise Malformed
    return answer.body.decode("utf-8-sig"), value


def resources_of(text: str) -> Iterator[Resource]:
    for part in splicing.entries(text):
        value = json.loads(part)
        if isinstance(value, dict):
            yield Resource(value, part)


def made(answer: Answer, sent: dict[str, Any]) -> dict[str, Any]:
    """What the server made: its body, or what its Location says of what we sent."""
    if answer.body.strip():
        _, value = sound(answer)
        if value.get("resourceType") == sent["resourceType"]:
            return value
    found = re.search(
        rf"{sent['resourceType']}/([A-Za-z0-9\-.]{{1,64}})", answer.headers.get("location", "")
    )
    if found is None and "id" not in sent:
        raise Malformed("The server made a resource and did not say its id.")
    return sent | ({"id": found[1]} if found else {})
