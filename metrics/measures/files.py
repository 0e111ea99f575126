"""Files and folders that a measure is asked about. Names of files may be names of patients, so a
file of a folder is named by its place in the order of names."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from metrics.measures.codes import Coding, NoCodes, ValueSets, from_resource, from_table
from metrics.measures.nodes import Node, text
from metrics.measures.record import MeasureBundle, Source


class Unusable(Exception):
    """A file cannot be used. Says which, why and what to do; nothing of what is in it."""


def read_bundle(path: Path) -> MeasureBundle:
    """A Bundle, or a folder (with all in it) of Bundles and of single resources."""
    if not path.is_dir():
        bundle = _json(path, str(path))
        if bundle.get("resourceType") != "Bundle":
            raise Unusable(
                f"{path} is no FHIR Bundle. Give a Bundle, or a folder of FHIR resources."
            )
        return MeasureBundle([Source.bundle(bundle)])
    sources: list[Source] = []
    loose: defaultdict[Path, list[Node]] = defaultdict(list)
    for file, name in _listed(path, "*.json"):
        resource = _json(file, name)
        if resource.get("resourceType") == "Bundle":
            sources.append(Source.bundle(resource))
        elif text(resource.get("resourceType")):
            loose[file.parent].append(resource)
        else:
            raise Unusable(f"{name} is no FHIR resource: it names no resourceType. Take it away.")
    return MeasureBundle([*sources, *map(Source.loose, loose.values())])


def read_codes(path: Path) -> ValueSets:
    """A table of codes (.tsv), a ValueSet, a Bundle of them, or a folder of all of these."""
    files = _listed(path, "*.json", "*.tsv") if path.is_dir() else [(path, str(path))]
    return ValueSets.of(row for file, name in files for row in _codes(file, name))


def _codes(file: Path, name: str) -> Iterator[tuple[str, Coding]]:
    try:
        if file.suffix == ".json":
            yield from from_resource(_json(file, name))
        else:
            yield from from_table(_text(file, name))
    except NoCodes as why:
        raise Unusable(f"{name} cannot be used as codes: {why}.") from None


def _listed(folder: Path, *patterns: str) -> list[tuple[Path, str]]:
    files = sorted(one for each in patterns for one in folder.rglob(each) if one.is_file())
    if not files:
        raise Unusable(f"{folder} holds no {' or '.join(patterns)} file.")
    return [
        (file, f"File {place} of {len(files)} in {folder}, by name,")
        for place, file in enumerate(files, 1)
    ]


def _json(file: Path, name: str) -> Node:
    try:
        read = json.loads(_text(file, name))
    except json.JSONDecodeError as error:
        raise Unusable(f"{name} is not JSON (line {error.lineno}).") from None
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
