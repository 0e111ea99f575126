"""The forms of a FHIR reference, brought to one: relative, absolute, of a version, urn, contained,
by identifier. The server in an address is left aside, as the measure's own logic does."""

from collections.abc import Iterator
from typing import Any

from metrics.measures.nodes import Node, nodes, text


def names_of(type_: str, id_: str, full_url: str, identifiers: Any) -> frozenset[str]:
    """Every name by which a reference may mean this resource."""
    own = {id_, f"{type_}/{id_}", f"urn:uuid:{id_.lower()}"}
    return frozenset(own | ({_name(full_url)} if full_url else set()) | set(_known_as(identifiers)))


def pointers(references: Any, *, within: str) -> frozenset[str]:
    """The names that a reference, or a list of them, uses."""
    return frozenset(name for one in nodes(references) for name in _pointed(one, within))


def contained_name(holder: str, id_: str) -> str:
    """The name of a resource inside of another."""
    return f"{holder}#{id_}"


def _pointed(reference: Node, within: str) -> Iterator[str]:
    literal = text(reference.get("reference"))
    if literal.startswith("#"):
        yield contained_name(within, literal[1:])
    elif literal:
        yield _name(literal)
    else:
        yield from _known_as(reference.get("identifier"))


def _name(url: str) -> str:
    """`https://ehr.test/r4/Task/7/_history/2` is `Task/7`; a urn is itself."""
    if url.startswith("urn:"):
        return url.lower()
    return "/".join(url.split("/_history/", 1)[0].rstrip("/").split("/")[-2:])


def _known_as(identifiers: Any) -> Iterator[str]:
    """A number says who is meant only together with the system that gave it."""
    for one in nodes(identifiers):
        if text(one.get("system")) and text(one.get("value")):
            yield f"{one['system']}|{one['value']}"
