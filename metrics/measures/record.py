"""Whose is what: FHIR resources from any number of sources, gathered by patient."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from charts.resource_types import RESOURCE_TYPES
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

ASKED = ("Patient", *PATIENT_OF)

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
    file: str = ""
    """Which file it came in, as it may be said."""

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
    unread: tuple[str, ...] = ()
    """The file of each thing that is no FHIR resource."""

    @classmethod
    def bundle(cls, bundle: Node, file: str = "") -> "Source":
        """What a Bundle holds itself; for the Bundles inside of it see `sources_in`."""
        found = [one for one in _list(bundle.get("entry")) if _tells_something(one)]
        held = [(node(node(one).get("resource")), text(node(one).get("fullUrl"))) for one in found]
        return cls(
            tuple(chain.from_iterable(_entries(one, url, file) for one, url in held)),
            bundle.get("type") in PAGES,
            tuple(file for one, _ in held if not _is_fhir(one)),
        )

    @classmethod
    def loose(cls, told: Iterable[Node | tuple[Node, str]]) -> "Source":
        """Resources of one folder, each alone or with the file it came in."""
        held = [one if isinstance(one, tuple) else (one, "") for one in told]
        return cls(
            tuple(chain.from_iterable(_entries(one, "", file) for one, file in held)),
            unread=tuple(file for one, file in held if not _is_fhir(one)),
        )


def sources_in(bundle: Node, file: str = "") -> Iterator[Source]:
    """A Bundle, and each Bundle inside of it: what came together in one is one source."""
    waiting = [bundle]
    while waiting:
        one = waiting.pop()
        yield Source.bundle(one, file)
        held = (node(entry.get("resource")) for entry in nodes(one.get("entry")))
        waiting += [each for each in held if each.get("resourceType") == "Bundle"]


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
        self.strays: Counter[str] = Counter()
        """How many resources of each file belong to nobody here."""
        self.adopted: Counter[str] = Counter()
        """How many of each file are the only patient's there, though they name somebody else."""
        self.unread = Counter(file for source in sources for file in source.unread)
        """How many things of each file are no FHIR resources."""
        for source in sources:
            for one, patient in _owned(source, everybody):
                if patient is None:
                    self.strays[one.file] += 1
                else:
                    _keep(held[patient], one)
                    self.adopted[one.file] += _names_another(one, patient, everybody)
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


def _names_another(one: Entry, patient: str, everybody: Mapping[str, str]) -> bool:
    names = one.points_at(PATIENT_OF.get(one.type, ""))
    return bool(names) and all(everybody.get(name) != patient for name in names)


def _people(entries: Iterable[Entry]) -> dict[str, str]:
    """Every name of every patient, with the patient's id. A name of two patients is nobody's."""
    found: dict[str, str] = {}
    of_two: set[str] = set()
    for one in entries:
        if one.type == "Patient" and not one.holder:
            of_two |= {name for name in one.names if found.setdefault(name, one.id) != one.id}
    return {name: id_ for name, id_ in found.items() if name not in of_two}


def _first(people: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((people[name] for name in sorted(names) if name in people), None)


def _keep(held: dict[tuple[str, str], Entry], one: Entry) -> None:
    known = held.get((one.type, one.id))
    if known is None or one.age > known.age:
        held[one.type, one.id] = one


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _tells_something(entry: object) -> bool:
    """Of an entry that says what was searched, removed or answered there is nothing to read."""
    return "resource" in entry if isinstance(entry, dict) else entry is not None


def _is_fhir(resource: Node) -> bool:
    return text(resource.get("resourceType")) in RESOURCE_TYPES


def _entries(resource: Node, full_url: str, file: str) -> Iterator[Entry]:
    """A resource of which a measure asks, and after it those that it contains."""
    type_ = text(resource.get("resourceType"))
    if type_ not in ASKED:
        return
    id_ = text(resource.get("id")) or _last_part(full_url) or _digest(resource)
    names = names_of(type_, id_, full_url, resource.get("identifier"))
    holder = Entry(type_, id_, resource, names, file=file)
    yield holder
    for inner in nodes(resource.get("contained")):
        name = contained_name(holder.reference, text(inner.get("id")))
        inner_type = text(inner.get("resourceType"))
        yield Entry(inner_type, name, inner, frozenset({name}), holder.reference, file)


def _last_part(url: str) -> str:
    return url.rsplit("/", 1)[-1].removeprefix("urn:uuid:")


def _digest(resource: Node) -> str:
    """An id for what has none."""
    return sha256(_as_text(resource).encode()).hexdigest()[:32]


def _as_text(resource: Node) -> str:
    return json.dumps(resource, sort_keys=True, default=str)
