"""The names of fields, from hl7apy's tables: so that a person can read a message on a screen."""

from functools import lru_cache
from importlib import import_module
from types import MappingProxyType

_VERSIONS = (
    "2.1",
    "2.2",
    "2.3",
    "2.3.1",
    "2.4",
    "2.5",
    "2.5.1",
    "2.6",
    "2.7",
    "2.8",
    "2.8.1",
    "2.8.2",
)
_DEFAULT = "2.5.1"
_CAPITALS = frozenset({"ID", "SSN", "DRG", "VIP", "LOINC", "NPI", "HIPAA", "URL"})
_NAMELESS: MappingProxyType[int, str] = MappingProxyType({})


def segment_names(version: str, segment: str) -> MappingProxyType[int, str]:
    """The names of a segment's fields by their number; empty for segments HL7 does not know.

    A version that is missing or newer than the tables is read with the nearest there is.
    """
    return _names(nearest(version), segment.upper()) if segment.isalnum() else _NAMELESS


def field_name(version: str, segment: str, number: int) -> str:
    """`Abnormal Flags` for OBX-8; empty where HL7 has no name."""
    return segment_names(version, segment).get(number, "")


def nearest(version: str) -> str:
    """The tables for a version: its own, else those of the one before it."""
    if version in _VERSIONS:
        return version
    if not version[:1].isdigit():
        return _DEFAULT
    earlier = [known for known in _VERSIONS if _order(known) <= _order(version)]
    return earlier[-1] if earlier else _VERSIONS[0]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".")[:4] if number.isdecimal())


@lru_cache(maxsize=512)
def _names(version: str, segment: str) -> MappingProxyType[int, str]:
    tables = import_module("hl7apy").load_library(version).SEGMENTS
    if segment not in tables:
        return _NAMELESS
    names = {}
    for row in tables[segment][1]:
        name, number = row[0], row[0].rpartition("_")[2]
        names[int(number)] = _titled(_field_table(version)[name], segment)
    return MappingProxyType(names)


@lru_cache(maxsize=len(_VERSIONS))
def _field_table(version: str) -> MappingProxyType[str, str]:
    """Every field's name in capitals, as hl7apy has it."""
    fields = import_module("hl7apy").load_library(version).FIELDS
    return MappingProxyType({name: row[3] for name, row in fields.items()})


def _titled(name: str, segment: str) -> str:
    words = (
        word if word in _CAPITALS or word == segment else word.capitalize()
        for word in name.split("_")
    )
    return " ".join(words).replace(" S ", "'s ")
