"""Files and folders that a measure is asked about. Names of files may be names of patients, so a
file of a folder is named by its place in the order of names."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from metrics.measures.codes import Coding, NoCodes, ValueSets, from_table
from metrics.measures.nodes import Node, text
from metrics.measures.record import MeasureBundle, Source, sources_in
from metrics.measures.valuesets import Library, value_sets_in

JSON, LINES, TABLE = ".json", (".ndjson", ".jsonl"), ".tsv"


class Unusable(Exception):
    """A file cannot be used. Says which, why and what to do; nothing of what is in it."""


def read_bundle(path: Path) -> MeasureBundle:
    """A Bundle, a file of one resource a line, or a folder (with all in it) of Bundles and of
    single resources."""
    sources: list[Source] = []
    loose: defaultdict[Path, list[tuple[Node, str]]] = defaultdict(list)
    for file, name in _listed(path, JSON, *LINES):
        for resource in _resources(file, name):
            if resource.get("resourceType") == "Bundle":
                sources += sources_in(resource, name)
            elif file == path and file.suffix.lower() not in LINES:
                raise Unusable(
                    f"{path} is no FHIR Bundle. Give a Bundle, or a folder of FHIR resources."
                )
            elif text(resource.get("resourceType")):
                loose[file.parent].append((resource, name))
            else:
                raise Unusable(
                    f"{name} is no FHIR resource: it names no resourceType. Take it away."
                )
    try:
        return MeasureBundle([*sources, *map(Source.loose, loose.values())])
    except RecursionError:
        raise Unusable(f"{path} is nested too deeply to be read.") from None


def read_codes(path: Path) -> ValueSets:
    """Tables of codes (.tsv), ValueSets, Bundles of them, or a folder of all of these. A value
    set that cannot be used is refused only where the measure asks for it."""
    rows: list[tuple[str, Coding]] = []
    found: list[Node] = []
    for file, name in _listed(path, JSON, *LINES, TABLE):
        try:
            if file.suffix.lower() in (JSON, *LINES):
                found += [each for one in _resources(file, name) for each in value_sets_in(one)]
            else:
                rows += from_table(_text(file, name))
        except NoCodes as why:
            raise Unusable(f"{name} cannot be used as codes: {why}.") from None
    try:
        return _together(rows, *Library(found).read())
    except RecursionError:
        raise Unusable(f"{path} is nested too deeply to be read.") from None


def from_bytes(raw: bytes) -> list[tuple[str, Coding]]:
    """Codes of a file that was sent, a table or ValueSets; all of them can be used.

    Raises:
        NoCodes: not so.
    """
    try:
        said = raw.decode("utf-8-sig")
        read = json.loads(said) if said.lstrip().startswith("{") else None
        if read is None:
            return list(from_table(said))
        known, faults = Library(value_sets_in(read)).read()
    except (ValueError, RecursionError):
        raise NoCodes("it is neither text in UTF-8 nor JSON") from None
    for why in faults.values():
        raise NoCodes(why)
    return [(key, one) for key, codings in known.items() for one in codings]


def _together(
    rows: list[tuple[str, Coding]],
    known: Mapping[str, frozenset[Coding]],
    faults: Mapping[str, str],
) -> ValueSets:
    rows += [(key, one) for key, codings in known.items() for one in codings]
    return ValueSets(ValueSets.of(rows).codes, faults)


def _listed(path: Path, *suffixes: str) -> list[tuple[Path, str]]:
    """A file, or those of a folder with one of these endings; hidden ones are nobody's data."""
    if not path.is_dir():
        return [(path, str(path))]
    files = sorted(
        one for one in path.rglob("*")
        if one.suffix.lower() in suffixes
        and not any(part.startswith(".") for part in one.relative_to(path).parts)
        and one.is_file()
    )  # fmt: skip
    if not files:
        raise Unusable(f"{path} holds no {' or '.join(f'*{one}' for one in suffixes)} file.")
    return [
        (file, f"File {place} of {len(files)} in {path}, by name,")
        for place, file in enumerate(files, 1)
    ]


def _resources(file: Path, name: str) -> Iterator[Node]:
    """The resource of a file, or that of each of its lines."""
    said = _text(file, name)
    if file.suffix.lower() not in LINES:
        yield _json(said, name)
        return
    for number, line in enumerate(said.split("\n"), 1):
        if line.strip():
            yield _json(line, f"{name} line {number}")


def _json(said: str, name: str) -> Node:
    try:
        read = json.loads(said)
    except json.JSONDecodeError as error:
        raise Unusable(f"{name} is not JSON (line {error.lineno}).") from None
    except ValueError:
        raise Unusable(f"{name} holds a number that nobody can read.") from None
    except RecursionError:
        raise Unusable(f"{name} is nested too deeply to be read.") from None
    if not isinstance(read, dict):
        raise Unusable(f"{name} is no FHIR resource: it is not a JSON object.")
    return read


def _text(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Unusable(f"{name} is not text in UTF-8.") from None
