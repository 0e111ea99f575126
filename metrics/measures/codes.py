"""The codes of a measure's value sets, as the practice has loaded them. None is shipped: many of
them are licensed."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from metrics.measures.nodes import nodes, text

Coding = tuple[str, str]
"""A code system and a code of it."""

COLUMNS = ("value_set", "system", "code")

_CPT, _HCPCS = "http://www.ama-assn.org/go/cpt", "http://terminology.hl7.org/CodeSystem/HCPCS"
_SYSTEMS = {
    "urn:oid:2.16.840.1.113883.6.12": _CPT,
    "urn:oid:2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "urn:oid:2.16.840.1.113883.6.1": "http://loinc.org",
    "urn:oid:2.16.840.1.113883.6.285": _HCPCS,
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": _HCPCS,
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": _HCPCS,
}
"""Code systems of visits, referrals and reports by their other names."""


class NoCodes(Exception):
    """This is neither a table of codes nor a ValueSet that can be used."""


@dataclass(frozen=True, slots=True)
class ValueSets:
    """Which codes a value set holds, by its canonical address, OID or urn."""

    codes: Mapping[str, frozenset[Coding]]
    faults: Mapping[str, str] = field(default_factory=dict)
    """Why a value set that came cannot be used."""

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Coding]]) -> "ValueSets":
        held: defaultdict[str, set[Coding]] = defaultdict(set)
        for value_set, one in rows:
            held[key_of(value_set)].add(one)
        return cls({key: frozenset(codings) for key, codings in held.items()})

    @staticmethod
    def key(value_set: str) -> str:
        """Its OID or last name, without version: addresses of one set differ by server."""
        return key_of(value_set)

    def lack(self, *value_sets: str) -> list[str]:
        """Which of these were not loaded."""
        return [one for one in value_sets if key_of(one) not in self.codes]

    def fault(self, value_set: str) -> str:
        """Why this one cannot be used, where it came and cannot."""
        return self.faults.get(key_of(value_set), "")

    def codes_of(self, value_set: str) -> frozenset[Coding]:
        """What one value set holds; nothing where it was not loaded."""
        return self.codes.get(key_of(value_set), frozenset())

    def hold(self, concepts: Any, *value_sets: str) -> bool:
        """Is a CodeableConcept, or one of several, in one of these value sets?"""
        found = codings(concepts)
        return any(not found.isdisjoint(self.codes_of(one)) for one in value_sets)


def usual_coding(system: str, code: str) -> Coding:
    """A code under the usual name of its system."""
    return _SYSTEMS.get(system, system), code


def codings(concepts: Any) -> frozenset[Coding]:
    """The codes of a CodeableConcept, or of several."""
    return frozenset(
        usual_coding(text(one.get("system")), text(one.get("code")))
        for concept in nodes(concepts)
        for one in nodes(concept.get("coding"))
    )


def from_table(text: str) -> Iterator[tuple[str, Coding]]:
    """Rows of a table split by tabs, whose first line names `value_set`, `system` and `code`."""
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter="\t", strict=True)
    try:
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise NoCodes("its first line does not name the columns value_set, system and code")
        for row in rows:
            yield _row(rows.line_num, row)
    except csv.Error:
        why = "a quote is not closed, or it is too long"
        raise NoCodes(f"line {rows.line_num + 1} cannot be split: {why}") from None


def _row(line: int, row: Mapping[str, str | None]) -> tuple[str, Coding]:
    if any("\n" in (one or "") for one in row.values()):
        raise NoCodes(f"line {line} ends a quote of a line before it; close each quote in its line")
    value_set, system, code = ((row[one] or "").strip() for one in COLUMNS)
    if not (value_set and system and code):
        raise NoCodes(f"line {line} lacks a value set, a system or a code")
    return value_set, usual_coding(system, code)


@cache
def key_of(value_set: str) -> str:
    return value_set.split("|", 1)[0].rstrip("/").rsplit("/", 1)[-1].removeprefix("urn:oid:")
