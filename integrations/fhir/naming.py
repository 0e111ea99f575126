"""By which key an item is known, the same as by HL7 v2 where both standards carry the number."""

import json
from dataclasses import dataclass
from hashlib import blake2b

from charts.values import Code, ProviderRef
from integrations.fhir.bundle import Body, literal
from integrations.fhir.element import Node, child, children, codes, identifier, identifiers, text
from integrations.fhir.people import provider_at

NAMELESS = "#"
"""In the key of an item that has no name: the digest of its content stands in for one."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Placer and filler order number (ORC-2, ORC-3; identifier types PLAC and FILL)."""

    placer: str = ""
    filler: str = ""

    def __bool__(self) -> bool:
        return bool(self.placer or self.filler)

    def __or__(self, other: "Numbers") -> "Numbers":
        return Numbers(self.placer or other.placer, self.filler or other.filler)


@dataclass(frozen=True, slots=True)
class Order:
    """What a report says about the order it answers; `key` is the order's own."""

    numbers: Numbers
    key: str = ""
    orderer: ProviderRef | None = None


def numbers(resource: Node) -> Numbers:
    """The order numbers that a resource carries itself."""
    typed = {one.type: one.value for one in reversed(identifiers(resource))}
    return Numbers(typed.get("PLAC", ""), typed.get("FILL", ""))


def ordered_by(resource: Node, body: Body) -> Order:
    """The order that a report answers (basedOn), with the numbers of the report itself."""
    own, key, orderer = numbers(resource), "", None
    for reference in children(resource, "basedOn"):
        request = body.find(reference, resource)
        if request is None:
            own |= _logical(reference)
        else:
            own |= numbers(request)
            orderer = orderer or provider_at(child(request, "requester"), request, body)
        key = key or order_number_at(reference, resource, body)
    return Order(own, key, orderer)


def result_key(resource: Node, known: Numbers, body: Body) -> str:
    """`<filler or placer>|<first code>`, as for HL7 v2 (OBR-4.1); else the resource itself."""
    number = known.filler or known.placer
    first = next(iter(codes(child(resource, "code"))), Code(""))
    return f"{number}|{first.code or first.display}"[:250] if number else own_key(resource, body)


def order_number(resource: Node, body: Body) -> str:
    """The placer number, else the filler number, else the resource itself."""
    known = numbers(resource)
    return (known.placer or known.filler)[:250] or own_key(resource, body)


def own_key(resource: Node, body: Body) -> str:
    """`Type/id`, or by identifier where the id is temporary.

    What has neither is known by its content: it makes work like any other, but a later version of
    it is taken for another item.
    """
    name = resource["resourceType"]
    known = next(iter(identifiers(resource)), None)
    if text(resource, "id") and (known is None or body.is_lasting(resource)):
        return f"{name}/{text(resource, 'id')}"[:250]
    if known is not None:
        return f"{name}?{known.assigner}|{known.value}"[:250]
    content = json.dumps(resource, sort_keys=True, default=str).encode("utf-8", "replace")
    return f"{name}{NAMELESS}{blake2b(content, digest_size=16).hexdigest()}"


def order_number_at(reference: Node, within: Node, body: Body) -> str:
    """The key of the order that a reference means, whether or not it came along."""
    found = body.find(reference, within)
    if found is not None:
        return order_number(found, body)
    logical = _logical(reference)
    return logical.placer or logical.filler or literal(reference)


def visit_number(reference: Node, within: Node, body: Body) -> str:
    """The number of the visit that a reference means."""
    found = body.find(reference, within)
    if found is not None:
        return own_visit_number(found, body)
    return identifier(child(reference, "identifier")).value or literal(reference)


def own_visit_number(encounter: Node, body: Body) -> str:
    """The visit number (PV1-19), else the resource itself."""
    typed = {one.type: one.value for one in identifiers(encounter)}
    return typed.get("VN") or own_key(encounter, body)


def _logical(reference: Node) -> Numbers:
    known = identifier(child(reference, "identifier"))
    if known.type == "FILL":
        return Numbers(filler=known.value)
    return Numbers(placer=known.value)
