"""Whose is what: FHIR resources from any number of sources, gathered by patient."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from metrics.measures.dates import Moment, moment
from metrics.measures.nodes import Node, node, nodes, text
from metrics.measures.references import contained_name, names_of, pointers

PATIENT_OF = {
    "Encounter": "subject",
    "Procedure": "subject",
    "ServiceRequest": "subject",
    "Task": "for",
}
"""What a measure asks of a patient, and the element that says whose it is."""

PAGES = ("searchset", "history")
"""Bundles that are a page of many: what is on one need not be about a patient on it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource, and every name by which a reference may mean it."""

    type: str
    id: str
    resource: Node
    names: frozenset[str]
    holder: str = ""
    """The resource that contains it."""

    @property
    def reference(self) -> str:
        return self.holder or f"{self.type}/{self.id}"

    def points_at(self, element: str) -> frozenset[str]:
        """The names that an element's references use."""
        return pointers(self.resource.get(element), within=self.reference)

    @property
    def age(self) -> tuple[Moment, str]:
        """Of two versions the one updated later counts; of two without a date always the same."""
        updated = moment(node(self.resource.get("meta")).get("lastUpdated"))
        return updated or (), _as_text(self.resource)


@dataclass(frozen=True, slots=True)
class Source:
    """What came together: a Bundle, or the loose resources of a folder."""

    entries: tuple[Entry, ...]
    is_page: bool = False

    @classmethod
    def bundle(cls, bundle: Node) -> "Source":
        found = nodes(bundle.get("entry"))
        entries = (_entries(node(one.get("resource")), text(one.get("fullUrl"))) for one in found)
        return cls(tuple(chain.from_iterable(entries)), bundle.get("type") in PAGES)

    @classmethod
    def loose(cls, resources: Iterable[Node]) -> "Source":
        return cls(tuple(chain.from_iterable(_entries(one, "") for one in resources)))


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """What is known of one patient, each resource once."""

    id: str
    entries: tuple[Entry, ...]

    def of(self, type_: str) -> list[Entry]:
        return [one for one in self.entries if one.type == type_]


class MeasureBundle:
    """Every source by patient. A patient who is in several is one patient.

    A resource belongs to the patient it names. What came together with one patient only, and names
    somebody who did not come, is that patient's; so it is in the official cases.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        sources = tuple(sources)
        everybody = _people(one for source in sources for one in source.entries)
        held: dict[str, dict[tuple[str, str], Entry]] = {id_: {} for id_ in everybody.values()}
        self.strays = 0
        """How many resources belong to nobody here."""
        for source in sources:
            for one, patient in _owned(source, everybody):
                if patient is None:
                    self.strays += 1
                else:
                    _keep(held[patient], one)
        self.patients = [
            PatientRecord(id_, tuple(entries[key] for key in sorted(entries)))
            for id_, entries in sorted(held.items())
        ]


def _owned(source: Source, everybody: Mapping[str, str]) -> Iterator[tuple[Entry, str | None]]:
    """Each entry with the patient whose it is; what is contained belongs to its holder's."""
    here = _people(source.entries)
    ids = frozenset(here.values())
    alone = next(iter(ids)) if len(ids) == 1 and not source.is_page else None
    owners: dict[str, str | None] = {}
    for one in source.entries:
        if one.type not in PATIENT_OF:
            continue
        if one.holder not in owners:
            names = one.points_at(PATIENT_OF[one.type])
            owners[one.reference] = _first(here, names) or alone or _first(everybody, names)
        yield one, owners[one.reference]


def _people(entries: Iterable[Entry]) -> dict[str, str]:
    """Every name of every patient, with the patient's id."""
    found: dict[str, str] = {}
    for one in entries:
        if one.type == "Patient" and not one.holder:
            found |= dict.fromkeys(one.names, one.id)
    return found


def _first(people: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((people[name] for name in sorted(names) if name in people), None)


def _keep(held: dict[tuple[str, str], Entry], one: Entry) -> None:
    known = held.get((one.type, one.id))
    if known is None or one.age > known.age:
        held[one.type, one.id] = one


def _entries(resource: Node, full_url: str) -> Iterator[Entry]:
    """A resource, and after it those that it contains."""
    type_ = text(resource.get("resourceType"))
    if not type_:
        return
    id_ = text(resource.get("id")) or _last_part(full_url) or _digest(resource)
    names = names_of(type_, id_, full_url, resource.get("identifier"))
    holder = Entry(type_, id_, resource, names)
    yield holder
    for inner in nodes(resource.get("contained")):
        name = contained_name(holder.reference, text(inner.get("id")))
        inner_type = text(inner.get("resourceType"))
        yield Entry(inner_type, name, inner, frozenset({name}), holder.reference)


def _last_part(url: str) -> str:
    return url.rsplit("/", 1)[-1].removeprefix("urn:uuid:")


def _digest(resource: Node) -> str:
    """An id for what has none."""
    return sha256(_as_text(resource).encode()).hexdigest()[:32]


def _as_text(resource: Node) -> str:
    return json.dumps(resource, sort_keys=True, default=str)
