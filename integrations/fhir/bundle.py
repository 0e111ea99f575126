"""The resources of one body, and which of them a reference means. One pass, nothing fetched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from integrations.fhir.element import Node, child, children, identifier, text
from integrations.fhir.subscriptions import status_entries

READ_BUNDLES = frozenset({"transaction", "batch", "collection", "message", "searchset", "document"})
VERSION = re.compile(r"/_history/[^/]*$")
LITERAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})$")


@dataclass(frozen=True, slots=True)
class Body:
    """One resource or the entries of a Bundle.

    `source` names who gives out resource ids, so that `Patient/12` of two systems are two patients.
    """

    resources: tuple[Node, ...]
    zone: tzinfo
    source: str
    by_address: dict[str, Node] = field(default_factory=dict)
    by_identifier: dict[tuple[str, str], Node] = field(default_factory=dict)
    urls: dict[int, str] = field(default_factory=dict)
    """fullUrl of each resource that has one, by `id()`."""
    posted: set[int] = field(default_factory=set)
    """`id()` of those whose own id a server would replace (request.method POST)."""

    def of_type(self, *types: str) -> Iterator[Node]:
        return (resource for resource in self.resources if resource["resourceType"] in types)

    def find(self, reference: Node, within: Node) -> Node | None:
        """The resource that a reference in `within` points at, if it came along."""
        address = VERSION.sub("", text(reference, "reference"))
        if address.startswith("#"):
            contained = children(within, "contained")
            return next((one for one in contained if f"#{text(one, 'id')}" == address), None)
        if address:
            return self.by_address.get(address) or self._unaddressed(reference)
        key = _identity(child(reference, "identifier"))
        return self.by_identifier.get(key) if key[1] else None

    def find_all(self, references: list[Node], within: Node) -> list[Node]:
        found = [self.find(reference, within) for reference in references]
        return [resource for resource in found if resource is not None]

    def is_lasting(self, resource: Node) -> bool:
        """Whether the resource's id means the same in the next message."""
        is_temporary = id(resource) in self.posted or self.url(resource).startswith("urn:")
        return bool(text(resource, "id")) and not is_temporary

    def url(self, resource: Node) -> str:
        return self.urls.get(id(resource), "")

    def _unaddressed(self, reference: Node) -> Node | None:
        """`Patient/12` of another server is another patient: the servers must agree."""
        found = self.by_address.get(literal(reference))
        return found if found is not None and not self.url(found) else None


def body_of(resource: Node, *, zone: tzinfo, source: str) -> Body:
    """The readable resources of a body; none for a Bundle of a type that is not read."""
    if resource.get("resourceType") != "Bundle":
        return _indexed([{"resource": resource}], zone, source)
    entries = children(resource, "entry")
    if text(resource, "type") in READ_BUNDLES:
        return _indexed(entries, zone, source)
    # Of a history only what a notification brings along: as the server holds it, under its own id.
    told = [_as_held(entry) for entry in entries[1:]] if status_entries(resource) else []
    return _indexed(told, zone, source)


def literal(reference: Node) -> str:
    """`Type/id` of a literal reference, relative or absolute, without its version; else empty."""
    found = LITERAL.search(VERSION.sub("", text(reference, "reference")))
    return found[1] if found else ""


def _indexed(entries: list[Node], zone: tzinfo, source: str) -> Body:
    kept = [entry for entry in entries if _is_kept(entry)]
    body = Body(tuple(child(entry, "resource") for entry in kept), zone, source)
    for entry in kept:
        resource, url = child(entry, "resource"), text(entry, "fullUrl")
        if url:
            body.by_address.setdefault(url, resource)
            body.urls[id(resource)] = url
        if text(child(entry, "request"), "method") == "POST":
            body.posted.add(id(resource))
        if text(resource, "id"):
            address = f"{resource['resourceType']}/{text(resource, 'id')}"
            body.by_address.setdefault(address, resource)
        for one in children(resource, "identifier"):
            body.by_identifier.setdefault(_identity(one), resource)
    return body


def _as_held(entry: Node) -> Node:
    """An entry of a history: POST says how the resource came to be, and its id lasts."""
    if text(child(entry, "request"), "method") == "DELETE":
        return entry
    return {name: value for name, value in entry.items() if name != "request"}


def _is_kept(entry: Node) -> bool:
    name = child(entry, "resource").get("resourceType")
    is_deleted = text(child(entry, "request"), "method") == "DELETE"
    return isinstance(name, str) and name != "Bundle" and not is_deleted


def _identity(node: Node) -> tuple[str, str]:
    read = identifier(node)
    return read.assigner, read.value
