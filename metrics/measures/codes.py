"""The codes of a measure's value sets, as the practice has loaded them. None is shipped: many of
them are licensed."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from metrics.measures.nodes import Node, node, nodes, text

Coding = tuple[str, str]
"""A code system and a code of it."""

COLUMNS = ("value_set", "system", "code")


class NoCodes(Exception):
    """This is neither a table of codes nor a ValueSet that can be used."""


@dataclass(frozen=True, slots=True)
class ValueSets:
    """Which codes a value set holds, by its canonical address, OID or urn."""

    codes: Mapping[str, frozenset[Coding]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Coding]]) -> "ValueSets":
        held: defaultdict[str, set[Coding]] = defaultdict(set)
        for value_set, coding in rows:
            held[_key(value_set)].add(coding)
        return cls({key: frozenset(codings) for key, codings in held.items()})

    @staticmethod
    def key(value_set: str) -> str:
        """Its OID or last name, without version: addresses of one set differ by server."""
        return _key(value_set)

    def lack(self, *value_sets: str) -> list[str]:
        """Which of these were not loaded."""
        return [one for one in value_sets if _key(one) not in self.codes]

    def codes_of(self, value_set: str) -> frozenset[Coding]:
        """What one value set holds; nothing where it was not loaded."""
        return self.codes.get(_key(value_set), frozenset())

    def hold(self, concepts: Any, *value_sets: str) -> bool:
        """Is a CodeableConcept, or one of several, in one of these value sets?"""
        found = codings(concepts)
        return any(not found.isdisjoint(self.codes_of(one)) for one in value_sets)


def codings(concepts: Any) -> frozenset[Coding]:
    """The codes of a CodeableConcept, or of several."""
    return frozenset(
        (text(coding.get("system")), text(coding.get("code")))
        for concept in nodes(concepts)
        for coding in nodes(concept.get("coding"))
    )


def from_table(text: str) -> Iterator[tuple[str, Coding]]:
    """Rows of a table split by tabs, whose first line names `value_set`, `system` and `code`."""
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise NoCodes("its first line does not name the columns value_set, system and code")
    for line, row in enumerate(rows, 2):
        value_set, system, code = (row[one] or "" for one in COLUMNS)
        if not (value_set and system and code):
            raise NoCodes(f"line {line} lacks a value set, a system or a code")
        yield value_set, (system, code)


def from_bytes(raw: bytes) -> Iterator[tuple[str, Coding]]:
    """Codes of a file, whichever of these it is."""
    try:
        said = raw.decode("utf-8-sig")
        read = json.loads(said) if said.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        raise NoCodes("it is neither text in UTF-8 nor JSON") from None
    yield from from_table(said) if read is None else from_resource(read)


def from_resource(resource: Node) -> Iterator[tuple[str, Coding]]:
    """Codes of a ValueSet, or of every ValueSet in a Bundle."""
    type_, name = resource.get("resourceType"), text(resource.get("url") or resource.get("id"))
    if type_ == "Bundle":
        held = (node(entry.get("resource")) for entry in nodes(resource.get("entry")))
        for one in held:
            if one.get("resourceType") == "ValueSet":
                yield from from_resource(one)
    elif type_ == "ValueSet" and name:
        listed = _expanded if "expansion" in resource else _composed
        yield from ((name, coding) for coding in listed(resource))
    else:
        raise NoCodes("it is no ValueSet with an address, nor a Bundle of them")


def _expanded(resource: Node) -> list[Coding]:
    expansion = node(resource["expansion"])
    found, total = list(_contained(expansion.get("contains"))), expansion.get("total")
    if isinstance(total, int) and total > len(found):
        raise NoCodes(f"its expansion holds {len(found)} of {total} codes; load all pages of it")
    return [
        (text(one.get("system")), text(one["code"]))
        for one in found
        if one.get("code") and not one.get("abstract")
    ]


def _contained(contains: Any) -> Iterator[Node]:
    """What an expansion holds, groups and what is in them."""
    for one in nodes(contains):
        yield one
        yield from _contained(one.get("contains"))


def _composed(resource: Node) -> list[Coding]:
    compose = node(resource.get("compose"))
    left_out = frozenset(_listed(compose.get("exclude")))
    return [one for one in _listed(compose.get("include")) if one not in left_out]


def _listed(parts: Any) -> Iterator[Coding]:
    for part in nodes(parts):
        concepts = nodes(part.get("concept"))
        if not concepts:
            raise NoCodes("it describes its codes by a rule; load its expansion")
        yield from ((text(part.get("system")), text(one.get("code"))) for one in concepts)


@cache
def _key(value_set: str) -> str:
    return value_set.split("|", 1)[0].rstrip("/").rsplit("/", 1)[-1].removeprefix("urn:oid:")
