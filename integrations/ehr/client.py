"""The one FHIR client: read, search with its pages, create, update, delete; faults typed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from integrations.ehr import smart, transport
from integrations.ehr.access import Access
from integrations.ehr.answers import (
    ONE,
    UNAUTHORIZED,
    Resource,
    as_of,
    date_of,
    good,
    made,
    resources_of,
    sound,
)
from integrations.ehr.faults import AddressRefused, Gone, Malformed
from integrations.ehr.transport import FHIR, Answer

MOST_PAGES = 200

OPERATION = re.compile(r"[A-Z][A-Za-z]{2,40}/[A-Za-z0-9\-.]{1,64}/\$[a-z\-]{1,40}(\?[!-~]{1,300})?")
MANY = re.compile(r"[A-Z][A-Za-z]{2,40}(/_search)?\?[!-~]{1,1500}")

UNKNOWN_OPERATION = {400, 404, 405, 410, 422, 501}


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
        text, value = sound(self._ask("GET", f"{self.access.base}/{relative}"))
        return Resource(value, text)

    def operation(self, reference: str) -> Resource:
        """What `Type/id/$name?parameters` answers; a server that does not know it has none.

        Raises:
            EhrFault: as for `read`.
        """
        if not OPERATION.fullmatch(reference):
            raise AddressRefused("The reference is not one to an operation of this server.")
        answer = self._answered("GET", f"{self.access.base}/{reference}", None)
        if answer.status in UNKNOWN_OPERATION:
            raise Gone("The server does not know this operation.")
        text, value = sound(good(answer))
        return Resource(value, text)

    def metadata(self) -> dict[str, Any]:
        """The server's CapabilityStatement.

        Raises:
            EhrFault: it could not be had.
        """
        _, value = sound(self._ask("GET", f"{self.access.base}/metadata"))
        if value.get("resourceType") != "CapabilityStatement":
            raise Malformed("The server's metadata is no CapabilityStatement.")
        return value

    def clock(self) -> datetime | None:
        """The server's time, from the header of its metadata.

        Raises:
            EhrFault: the server could not be asked.
        """
        return date_of(self._ask("GET", f"{self.access.base}/metadata"))

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
            text, value = sound(answer)
            if value.get("resourceType") != "Bundle":
                raise Malformed("The answer to a search is no Bundle.")
            yield Page(tuple(resources_of(text)), as_of(value, answer))
            url = self._next(value, url)

    def create(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource as the server made it; its id at least.

        Raises:
            EhrFault: it was not made.
        """
        url = f"{self.access.base}/{resource['resourceType']}"
        return made(self._ask("POST", url, resource), resource)

    def update(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource as it stands now.

        Raises:
            EhrFault: it was not changed.
        """
        url = f"{self.access.base}/{resource['resourceType']}/{resource['id']}"
        return made(self._ask("PUT", url, resource), resource)

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
        return good(self._answered(method, url, resource))

    def _answered(self, method: str, url: str, resource: dict[str, Any] | None) -> Answer:
        """Send it; where the token is not taken, once more with a new one."""
        answer = self._send(method, url, resource)
        if answer.status == UNAUTHORIZED:
            smart.forget(self.access.connection_id)
            answer = self._send(method, url, resource)
        return answer

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
