"""The one FHIR client: read, search with its pages, create, update, delete; faults typed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from integrations.ehr import smart, splicing, transport
from integrations.ehr.access import Access
from integrations.ehr.faults import (
    AddressRefused,
    Busy,
    EhrFault,
    Gone,
    Malformed,
    Refused,
    SignInRefused,
)
from integrations.ehr.transport import FHIR, Answer
from integrations.fhir import structure

MOST_PAGES = 200
LONGEST_WAIT_S = 24 * 3600.0

ONE = re.compile(r"[A-Z][A-Za-z]{2,40}/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?")
MANY = re.compile(r"[A-Z][A-Za-z]{2,40}(/_search)?\?[!-~]{1,1500}")

UNAUTHORIZED = 401
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


@dataclass(frozen=True, slots=True)
class Page:
    resources: tuple[Resource, ...]
    as_of: datetime | None
    """The server's own clock when it answered."""


class Client:
    """Asks one server as one practice. Opens no transaction, and wants none open."""

    def __init__(self, access: Access, *, now: datetime) -> None:
        self.access, self.now = access, now

    def read(self, reference: str) -> Resource:
        """The resource that a relative or absolute reference means.

        Raises:
            EhrFault: gone, refused, busy, unreachable, or not FHIR.
        """
        relative = self.relative(reference)
        if not ONE.fullmatch(relative):
            raise AddressRefused("The reference is not one to a resource of this server.")
        text, value = _sound(self._ask("GET", f"{self.access.base}/{relative}"))
        return Resource(value, text)

    def metadata(self) -> dict[str, Any]:
        """The server's CapabilityStatement.

        Raises:
            EhrFault: it could not be had.
        """
        _, value = _sound(self._ask("GET", f"{self.access.base}/metadata"))
        if value.get("resourceType") != "CapabilityStatement":
            raise Malformed("The server's metadata is no CapabilityStatement.")
        return value

    def clock(self) -> datetime | None:
        """The server's time, from the header of its metadata.

        Raises:
            EhrFault: the server could not be asked.
        """
        return _date(self._ask("GET", f"{self.access.base}/metadata"))

    def search(self, query: str) -> Iterator[Page]:
        """The pages of `Type?query`, each asked for when the one before it has been taken.

        Raises:
            EhrFault: as for `read`, and a next page that is not on this server.
        """
        if not MANY.fullmatch(query):
            raise AddressRefused("The search is not one of this server.")
        url: str | None = f"{self.access.base}/{query}"
        seen: set[str] = set()
        while url is not None:
            if url in seen or len(seen) >= MOST_PAGES:
                raise Malformed("The server's pages do not come to an end.")
            seen.add(url)
            answer = self._ask("GET", url)
            text, value = _sound(answer)
            if value.get("resourceType") != "Bundle":
                raise Malformed("The answer to a search is no Bundle.")
            yield Page(tuple(_resources(text)), _as_of(value, answer))
            url = self._next(value, url)

    def create(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource as the server made it; its id at least.

        Raises:
            EhrFault: it was not made.
        """
        url = f"{self.access.base}/{resource['resourceType']}"
        return _made(self._ask("POST", url, resource), resource)

    def update(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource as it stands now.

        Raises:
            EhrFault: it was not changed.
        """
        url = f"{self.access.base}/{resource['resourceType']}/{resource['id']}"
        return _made(self._ask("PUT", url, resource), resource)

    def delete(self, reference: str) -> None:
        """End a resource.

        Raises:
            EhrFault: it stands still.
        """
        if not ONE.fullmatch(reference):
            raise AddressRefused("The reference is not one to a resource of this server.")
        self._ask("DELETE", f"{self.access.base}/{reference}")

    def relative(self, reference: str) -> str:
        """A reference without the address of this server."""
        if "://" not in reference:
            return reference
        if not _below(reference, self.access.base):
            raise AddressRefused("The reference leads to another server.")
        return reference[len(self.access.base) :].lstrip("/")

    def _next(self, value: dict[str, Any], here: str) -> str | None:
        """The next page's address; it must be on the same server, below the same base."""
        links = value.get("link")
        for link in links if isinstance(links, list) else []:
            if isinstance(link, dict) and link.get("relation") == "next":
                url = link.get("url")
                joined = urljoin(here, url) if isinstance(url, str) else ""
                if not _below(joined, self.access.base):
                    raise AddressRefused("The next page leads to another server.")
                return joined
        return None

    def _ask(self, method: str, url: str, resource: dict[str, Any] | None = None) -> Answer:
        """Send it; where the token is not taken, once more with a new one."""
        answer = self._send(method, url, resource)
        if answer.status == UNAUTHORIZED:
            smart.forget(self.access.connection_id)
            answer = self._send(method, url, resource)
        if answer.is_ok:
            return answer
        raise _fault(answer)

    def _send(self, method: str, url: str, resource: dict[str, Any] | None) -> Answer:
        headers = {"Accept": FHIR, **smart.authorization(self.access, now=self.now)}
        body = None
        if resource is not None:
            body = json.dumps(resource).encode()
            headers["Content-Type"] = FHIR
        return transport.send(method, url, headers=headers, body=body)


def _below(url: str, base: str) -> bool:
    """Whether an absolute address is on the same server and under the same path."""
    try:
        there, ours = urlsplit(url), urlsplit(base)
        same = _origin(there) == _origin(ours)
    except ValueError:
        return False
    prefix = ours.path.rstrip("/")
    inside = there.path == prefix or there.path.startswith(f"{prefix}/")
    return same and inside and ".." not in there.path and "%2e" not in there.path.lower()


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None, bool]:
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual, "@" in parts.netloc


def _fault(answer: Answer) -> EhrFault:
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
    if status == 403:
        return Refused("The server does not let us see this. Check the scopes that it granted.")
    return Refused(f"The server refused the request ({status}).")


def _retry_after(answer: Answer) -> float | None:
    """Seconds, from a number or a date; the date is held against the server's own clock."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit() and len(said) < 9:
        return min(float(said), LONGEST_WAIT_S)
    until, there = _moment(said), _date(answer)
    if until is None or there is None:
        return None
    return min(max((until - there).total_seconds(), 0.0), LONGEST_WAIT_S)


def _date(answer: Answer) -> datetime | None:
    return _moment(answer.headers.get("date", ""))


def _moment(said: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _as_of(bundle: dict[str, Any], answer: Answer) -> datetime | None:
    meta = bundle.get("meta")
    said = meta.get("lastUpdated") if isinstance(meta, dict) else None
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        at = None
    return at.astimezone(UTC) if at is not None and at.tzinfo else _date(answer)


def _sound(answer: Answer) -> tuple[str, dict[str, Any]]:
    """The body, checked before it is used: JSON of a bounded depth, an object with a type."""
    try:
        value = structure.read(answer.body, max_bytes=transport.LARGEST)
    except structure.Unreadable:
        raise Malformed from None
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise Malformed
    return answer.body.decode("utf-8-sig"), value


def _resources(text: str) -> Iterator[Resource]:
    for part in splicing.entries(text):
        value = json.loads(part)
        if isinstance(value, dict):
            yield Resource(value, part)


def _made(answer: Answer, sent: dict[str, Any]) -> dict[str, Any]:
    """What the server made: its body, or what its Location says of what we sent."""
    if answer.body.strip():
        _, value = _sound(answer)
        if value.get("resourceType") == sent["resourceType"]:
            return value
    found = re.search(
        rf"{sent['resourceType']}/([A-Za-z0-9\-.]{{1,64}})", answer.headers.get("location", "")
    )
    if found is None and "id" not in sent:
        raise Malformed("The server made a resource and did not say its id.")
    return sent | ({"id": found[1]} if found else {})
