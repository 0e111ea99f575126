"""Is it FHIR R4? fhir.resources checks the structure, our own tables the codes we rely on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from charts.resource_types import RESOURCE_TYPES
from integrations.fhir import subscriptions
from integrations.fhir.issues import Issue, IssueCode, Level
from integrations.fhir.vocabulary import CONTEXT, READ, REQUIRED_CODES

MAX_ISSUES = 20

# What the classes let through besides ValidationError on input that is JSON but not FHIR.
BROKEN = (
    ValidationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)

APART = frozenset({"contained", "text"})
"""Contained resources are checked one by one; the narrative is never read nor shown."""

ELEMENT = re.compile(r"_?[a-z][A-Za-z0-9]{0,60}")
MOMENT = re.compile(r"date|time|issued|start|end|authoredOn|lastUpdated", re.IGNORECASE)

UNKNOWN_TYPE = "This is not a FHIR R4 resource type. Set resourceType to one of the R4 names."
NO_TYPE = "resourceType is missing. Name the FHIR R4 type of the resource."
NESTED_BUNDLE = "A Bundle inside a Bundle is not read. Send the inner Bundle on its own."
NESTED_CONTAINED = "A contained resource cannot contain another. Move it up to the outer resource."
NOT_OBJECTS = "This must be a list of JSON objects."
UNREADABLE = "This resource breaks the structure of its R4 type. Check it with a FHIR R4 validator."

TEXTS: dict[str, tuple[IssueCode, str]] = {
    "missing": (IssueCode.REQUIRED, "This element is required by FHIR R4. Send it."),
    "model_field_validation.missing": (
        IssueCode.REQUIRED,
        "This element is required by FHIR R4. Send it.",
    ),
    "extra_forbidden": (
        IssueCode.INVALID,
        "FHIR R4 does not define this element here. Remove it; check that you do not send R5.",
    ),
    "string_pattern_mismatch": (
        IssueCode.VALUE,
        "The text breaks its type. Leave it out if it is empty.",
    ),
    "string_too_short": (IssueCode.VALUE, "The text is empty. Leave the element out."),
    "string_too_long": (IssueCode.VALUE, "The text is too long for its type. Shorten it."),
}
ONE_OF_MANY = "Only one of the types of this value[x] may be sent. Remove the others."
BAD_MOMENT = (
    "Send a date as 2026-03-09; a time with seconds and zone, as 2026-03-09T14:05:00-05:00."
)
BAD_FORM = "The value has the wrong JSON type or form for this element. See its type in FHIR R4."


def problems(resource: Any) -> list[Issue]:
    """What is wrong with a resource or a Bundle, at most `MAX_ISSUES`."""
    found: list[Issue] = []
    for issue in _outer(resource):
        found.append(issue)
        if len(found) == MAX_ISSUES:
            break
    return found


def _outer(resource: Any) -> Iterator[Issue]:
    if not isinstance(resource, dict):
        yield Issue(
            IssueCode.STRUCTURE, "The body must be one JSON object: a resource or a Bundle."
        )
        return
    name = resource.get("resourceType")
    if name != "Bundle":
        yield from _resource(
            resource, at=name if isinstance(name, str) and name in RESOURCE_TYPES else ""
        )
    else:
        yield from _bundle(resource)


def _bundle(resource: dict[str, Any]) -> Iterator[Issue]:
    entries = resource.get("entry", [])
    if not _are_objects(entries):
        yield Issue(IssueCode.STRUCTURE, NOT_OBJECTS, "Bundle.entry")
        return
    bare = [
        {name: value for name, value in entry.items() if name != "resource"} for entry in entries
    ]
    yield from _conforms({**resource, "entry": bare}, at="Bundle")
    for number, entry in enumerate(entries):
        if "resource" in entry:
            yield from _entry(entry["resource"], at=f"Bundle.entry[{number}].resource")
    yield from subscriptions.problems(resource)


def _entry(resource: Any, *, at: str) -> Iterator[Issue]:
    if not isinstance(resource, dict):
        yield Issue(IssueCode.STRUCTURE, BAD_FORM, at)
    elif resource.get("resourceType") == "Bundle":
        yield Issue(IssueCode.NOT_SUPPORTED, NESTED_BUNDLE, at)
    elif str(resource.get("resourceType")) in CONTEXT:
        yield from (replace(issue, level=Level.WARNING) for issue in _resource(resource, at=at))
    else:
        yield from _resource(resource, at=at)


def _resource(resource: dict[str, Any], *, at: str) -> Iterator[Issue]:
    name = resource.get("resourceType")
    if not isinstance(name, str):
        yield Issue(IssueCode.REQUIRED, NO_TYPE, at)
    elif name not in RESOURCE_TYPES:
        yield Issue(IssueCode.NOT_SUPPORTED, UNKNOWN_TYPE, at)
    elif name in READ:
        yield from _contained(resource.get("contained", []), at=at)
        yield from _conforms(
            {key: value for key, value in resource.items() if key not in APART}, at=at
        )


def _contained(contained: Any, *, at: str) -> Iterator[Issue]:
    if not _are_objects(contained):
        yield Issue(IssueCode.STRUCTURE, NOT_OBJECTS, f"{at}.contained")
        return
    for number, resource in enumerate(contained):
        where = f"{at}.contained[{number}]"
        if "contained" in resource:
            yield Issue(IssueCode.STRUCTURE, NESTED_CONTAINED, where)
        else:
            yield from _entry(resource, at=where)


def _conforms(resource: dict[str, Any], *, at: str) -> Iterator[Issue]:
    name = resource["resourceType"]
    try:
        _model(name).model_validate(resource)
    except BROKEN as error:
        yield from _told(error, at)
    for element, allowed in REQUIRED_CODES.get(name, {}).items():
        code = resource.get(element)
        if isinstance(code, str) and code not in allowed:
            listed = ", ".join(sorted(allowed))
            yield Issue(
                IssueCode.VALUE,
                f"Not a code that FHIR R4 allows here. Use one of: {listed}.",
                f"{at}.{element}",
            )


@cache
def _model(name: str) -> Any:
    return get_fhir_model_class(name)


def _told(error: Exception, at: str) -> Iterator[Issue]:
    if not isinstance(error, ValidationError):
        yield Issue(IssueCode.INVALID, UNREADABLE, at)
        return
    details = error.errors(include_url=False, include_context=False, include_input=False)
    for detail in details[:MAX_ISSUES]:
        place = _path(detail["loc"])
        code, text = _text(detail["type"], detail["msg"], place)
        yield Issue(code, text, at + place)


def _text(kind: str, message: str, place: str) -> tuple[IssueCode, str]:
    """Our own sentence: the library's would repeat the value that was sent."""
    if kind in TEXTS:
        return TEXTS[kind]
    if "Any of one field value" in message:
        return IssueCode.INVALID, ONE_OF_MANY
    if MOMENT.search(place.rpartition(".")[2]):
        return IssueCode.VALUE, BAD_MOMENT
    return IssueCode.VALUE, BAD_FORM


def _path(loc: Iterable[int | str]) -> str:
    """The library's location as FHIRPath, without names that no element can have."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "root" and ELEMENT.fullmatch(part):
            path += f".{part}"
    return path


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
