"""A feed's own departures from its vendor's profile: a few known keys, checked, then compiled."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from integrations.vendors import links
from integrations.vendors.known import named
from integrations.vendors.profile import LOCAL_CODES, Profile

_NAME = re.compile(r"[\w .:/-]{0,80}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,30}")


class BadQuirks(Exception):
    """The settings cannot be used; `problems` says of each what to write instead."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class _Refused(Exception):
    """What a value should have been."""


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Refused("write true or false.")
    return value


def _texts(value: Any, sentence: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _Refused(sentence)
    return value


def _patient_fields(value: Any) -> tuple[int, ...]:
    sentence = "write a list of the PID fields in their order, such as [2, 3, 4]."
    if not isinstance(value, list) or not value or len(set(map(str, value))) != len(value):
        raise _Refused(sentence)
    if any(type(one) is not int or one not in (2, 3, 4) for one in value):
        raise _Refused(sentence)
    return tuple(value)


def _assigner(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise _Refused('write a name without HL7 separators, or "MSH-6".')
    return value.strip()


def _test_names(value: Any) -> tuple[str, ...]:
    sentence = "write a list of how test patients' family names begin, of three letters or more."
    if any(len(one.strip()) < 3 for one in _texts(value, sentence)):
        raise _Refused(sentence)
    return tuple(one.strip().casefold() for one in value)


def _unsigned(value: Any) -> str:
    if value not in ("", "ORC-11"):
        raise _Refused('write "ORC-11" or "".')
    return str(value)


def _time_zone(value: Any) -> str:
    if value != "" and (not isinstance(value, str) or value not in available_timezones()):
        raise _Refused("write a time zone of the IANA database, such as America/New_York.")
    return str(value)


def _local_codes(value: Any) -> frozenset[str]:
    sentence = 'write a list of "OBR-4" and "OBX-3", or [].'
    if set(_texts(value, sentence)) - LOCAL_CODES:
        raise _Refused(sentence)
    return frozenset(value)


def _schemes(value: Any) -> tuple[str, ...]:
    sentence = "write a list of the schemes that open your EHR, in small letters, without colons."
    for one in _texts(value, sentence):
        if not _SCHEME.fullmatch(one) or one in links.NEVER:
            raise _Refused(sentence)
    return tuple(value)


def _links(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise _Refused('write an address for each kind, such as {"result": "https://…/{filler}"}.')
    for kind, template in value.items():
        problem = links.problem_of(kind, template)
        if problem:
            raise _Refused(problem)
    return dict(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "patient_fields": _patient_fields,
    "assigner": _assigner,
    "heeds_test_flag": _flag,
    "test_names": _test_names,
    "unsigned_orders": _unsigned,
    "time_zone": _time_zone,
    "local_codes": _local_codes,
    "loinc_unmarked": _flag,
    "registers_patients": _flag,
    "links": _links,
    "link_schemes": _schemes,
}
KEYS = tuple(_CHECKS)


def checked(vendor: str, quirks: Any) -> Profile:
    """The vendor's profile with the feed's own settings.

    Raises:
        BadQuirks: a key is unknown or a value is not of its kind.
    """
    if not isinstance(quirks, dict):
        raise BadQuirks(["The settings are one JSON object."])
    found: dict[str, Any] = {}
    problems = []
    for key, value in quirks.items():
        if key not in _CHECKS:
            problems.append(f"There is no setting “{key[:40]}”. There are: {', '.join(KEYS)}.")
            continue
        try:
            found[key] = _CHECKS[key](value)
        except _Refused as error:
            problems.append(f"{key}: {error}")
    if problems:
        raise BadQuirks(problems)
    profile = replace(named(vendor), **found)
    foreign = links.schemes_of(profile.links) - {"https", *profile.link_schemes}
    if foreign:
        raise BadQuirks(["links: an address begins with https:// or a scheme of link_schemes."])
    return profile


def compiled(vendor: str, quirks: Mapping[str, Any]) -> Profile:
    """The same, made once for each setting and then looked up."""
    if not quirks:
        return named(vendor)
    return _compiled(vendor, json.dumps(quirks, sort_keys=True))


@lru_cache(maxsize=1024)
def _compiled(vendor: str, quirks: str) -> Profile:
    return checked(vendor, json.loads(quirks))
