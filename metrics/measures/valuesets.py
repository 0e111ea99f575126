"""What FHIR ValueSets hold: an expansion in one piece or in pages, codes listed, or other value
sets that came with them. What stands there as a rule only cannot be used, and is said so."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metrics.measures.codes import Coding, NoCodes, key_of, usual_coding
from metrics.measures.nodes import Node, node, nodes, text


def value_sets_in(resource: Node) -> Iterator[Node]:
    """The ValueSets of a resource: itself, or those of a Bundle.

    Raises:
        NoCodes: it is neither.
    """
    waiting, found = [resource], False
    while waiting:
        one = waiting.pop(0)
        if one.get("resourceType") == "Bundle":
            waiting += [node(entry.get("resource")) for entry in nodes(one.get("entry"))]
            found = True
        elif one.get("resourceType") == "ValueSet" and _name(one):
            yield one
            found = True
        elif one is resource:
            break
    if not found:
        raise NoCodes("it is no ValueSet with an address, nor a Bundle of them")


class Library:
    """Value sets that came together, each of them in its latest version."""

    def __init__(self, resources: Iterable[Node]) -> None:
        held: defaultdict[str, list[Node]] = defaultdict(list)
        for one in resources:
            held[key_of(_name(one))].append(one)
        self._parts = {key: _latest(parts) for key, parts in held.items()}
        self._known: dict[str, frozenset[Coding]] = {}

    def read(self) -> tuple[Mapping[str, frozenset[Coding]], Mapping[str, str]]:
        """The codes of each value set; and of each that cannot be used, why."""
        faults: dict[str, str] = {}
        for key in self._parts:
            try:
                self._codes(key, ())
            except NoCodes as why:
                faults[key] = str(why)
        return self._known, faults

    def _codes(self, key: str, asking: tuple[str, ...]) -> frozenset[Coding]:
        if key not in self._known:
            if key not in self._parts or key in asking:
                raise NoCodes("it names a value set that did not come with it; load that too")
            self._known[key] = self._listed(self._parts[key], (*asking, key))
        return self._known[key]

    def _listed(self, parts: list[Node], asking: tuple[str, ...]) -> frozenset[Coding]:
        pages = [page for one in parts if "contains" in (page := node(one.get("expansion")))]
        composed = [node(one["compose"]) for one in parts if "compose" in one]
        if pages or not composed:
            return _expanded(pages)
        compose = composed[0]
        left_out = self._all_of(compose.get("exclude"), asking)
        return self._all_of(compose.get("include"), asking) - left_out

    def _all_of(self, parts: Any, asking: tuple[str, ...]) -> frozenset[Coding]:
        return frozenset(one for part in nodes(parts) for one in self._part(part, asking))

    def _part(self, part: Node, asking: tuple[str, ...]) -> frozenset[Coding]:
        """What all that is said here have in common: the codes listed, the value sets named."""
        named = part.get("valueSet")
        named = named if isinstance(named, list) else [named]
        sets = [self._codes(key_of(one), asking) for one in map(text, named) if one]
        system, concepts = text(part.get("system")), nodes(part.get("concept"))
        if concepts:
            sets.append(frozenset(usual_coding(system, text(one.get("code"))) for one in concepts))
        if not sets or part.get("filter") or (system and not concepts):
            raise NoCodes("it describes its codes by a rule; load its expansion")
        return frozenset.intersection(*sets)


def _expanded(pages: list[Node]) -> frozenset[Coding]:
    by_place: dict[int, list[Node]] = defaultdict(list)
    for page in pages:
        at, listed = _number(page.get("offset")), list(_contained(page["contains"]))
        by_place[at] = max(by_place[at], listed, key=len)
    found = [one for listed in by_place.values() for one in listed]
    total = max((_number(page.get("total")) for page in pages), default=0)
    if total > len(found):
        raise NoCodes(f"its expansion holds {len(found)} of {total} codes; load all pages of it")
    return frozenset(
        usual_coding(text(one.get("system")), text(one["code"]))
        for one in found
        if one.get("code") and not one.get("abstract")
    )


def _contained(contains: Any) -> Iterator[Node]:
    """What an expansion holds, groups and what is in them."""
    for one in nodes(contains):
        yield one
        yield from _contained(one.get("contains"))


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _latest(parts: list[Node]) -> list[Node]:
    """Those of the highest version; several, where an expansion came in pages."""
    highest = max(map(_version, parts))
    return [one for one in parts if _version(one) == highest]


def _version(resource: Node) -> list[int]:
    return [int(part[:18]) for part in re.findall(r"[0-9]+", text(resource.get("version")))]


def _name(resource: Node) -> str:
    return text(resource.get("url") or resource.get("id"))
