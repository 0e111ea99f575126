"""A resource with what it cannot be understood without: its patient, its values, its clinicians.

An id-only event, or a page of changes, gives a report whose values and patient are further
resources. They are read along and put into one Bundle, so that one message tells the whole.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from integrations.ehr import splicing
from integrations.ehr.answers import ONE, Resource
from integrations.ehr.client import Client
from integrations.ehr.faults import AddressRefused, Gone, Malformed, Refused

COMPANIONS: dict[str, tuple[str, ...]] = {
    "Composition": ("subject", "author"),
    "DiagnosticReport": ("subject", "result", "basedOn", "performer", "resultsInterpreter"),
    "DocumentReference": ("subject", "author", "authenticator"),
    "Encounter": ("subject",),
    "MedicationRequest": ("subject", "requester", "medicationReference"),
    "Observation": ("subject", "hasMember", "performer"),
    "PractitionerRole": ("practitioner", "organization"),
    "ServiceRequest": ("subject", "requester", "performer"),
    "Task": ("for", "focus", "basedOn", "requester", "owner"),
}
"""The elements of each type whose resources are read along."""

LASTING = frozenset({"Location", "Medication", "Organization", "Practitioner", "PractitionerRole"})
"""Change seldom: read once for a batch."""

MOST = 80
DEEPEST = 3

Knows = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A body to store, and what it is about."""

    version: str
    """`Type/id/_history/version`: the same one is the same happening."""
    raw: bytes = field(repr=False)


class Gatherer:
    """Reads for one batch of one connection."""

    def __init__(self, client: Client, knows: Knows) -> None:
        self.client, self.knows = client, knows
        self.lasting: dict[str, Resource | None] = {}

    def one(self, reference: str) -> Gathered:
        """The resource that is meant, with its companions.

        Raises:
            EhrFault: it could not be read, or a companion could not for now.
        """
        return self.whole(self.client.read(reference), {})

    def whole(self, resource: Resource, pool: dict[str, Resource]) -> Gathered:
        """A resource that was read, with its companions; those in the pool need no request.

        Raises:
            EhrFault: a companion could not be read for now.
        """
        parts = [resource, *self._companions(resource, pool)]
        if len(parts) == 1:
            return Gathered(version_of(resource), resource.text.encode())
        base = self.client.access.base
        return Gathered(
            version_of(resource),
            splicing.bundle([(f"{base}/{part.reference}", part.text) for part in parts]),
        )

    def _companions(self, resource: Resource, pool: dict[str, Resource]) -> Iterator[Resource]:
        seen = {resource.reference}
        ahead = deque((one, 1) for one in self._named(resource))
        while ahead and len(seen) <= MOST:
            reference, depth = ahead.popleft()
            if reference in seen:
                continue
            seen.add(reference)
            found = pool.get(reference) or self._companion(reference)
            if found is None or not found.reference:
                continue
            yield found
            if depth < DEEPEST:
                ahead.extend((one, depth + 1) for one in self._named(found))

    def _companion(self, reference: str) -> Resource | None:
        """None where there is none for us: what it was to explain is still worth having."""
        if reference.startswith("Patient/") and self.knows(reference):
            return None
        if reference in self.lasting:
            return self.lasting[reference]
        try:
            found = self.client.read(reference)
        except (Gone, Refused, Malformed):
            found = None
        if reference.partition("/")[0] in LASTING:
            self.lasting[reference] = found
        return found

    def _named(self, resource: Resource) -> Iterator[str]:
        """The references to read along, relative to the server, without their versions."""
        for element in COMPANIONS.get(resource.type, ()):
            said = resource.value.get(element)
            for one in said if isinstance(said, list) else [said]:
                address = one.get("reference") if isinstance(one, dict) else None
                if isinstance(address, str) and (relative := self._ours(address)):
                    yield relative

    def _ours(self, address: str) -> str:
        try:
            relative = self.client.relative(address).partition("/_history/")[0]
        except AddressRefused:
            return ""
        return relative if ONE.fullmatch(relative) else ""


def version_of(resource: Resource) -> str:
    """`Type/id/_history/version`; the time of change where there is no version; else `Type/id`."""
    meta: Any = resource.value.get("meta")
    said = (meta.get("versionId") or meta.get("lastUpdated")) if isinstance(meta, dict) else None
    return f"{resource.reference}/_history/{said}" if isinstance(said, str) else resource.reference


def is_versioned(version: str) -> bool:
    """Whether it tells one state of the resource from the next."""
    return "/_history/" in version
