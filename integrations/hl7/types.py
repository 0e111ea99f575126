"""Data types of HL7 v2 as our values: codes, ids, numbers, people, places, priorities."""

import math
import re
from functools import lru_cache

from charts.values import Code, Identifier, Priority, ProviderRef
from integrations.hl7.grammar import Grammar
from integrations.hl7.segment import NULL, part

_LONGEST_NUMBER = 40
_LONGEST_CACHED = 200
_DIGIT = re.compile(r"\d")

_SYSTEMS = {
    "LN": "loinc",
    "LOINC": "loinc",
    "HTTP://LOINC.ORG": "loinc",
    "2.16.840.1.113883.6.1": "loinc",
    "SCT": "snomed",
    "SNM": "snomed",
    "SNM3": "snomed",
    "SNOMED": "snomed",
    "SNOMED-CT": "snomed",
    "SNOMEDCT": "snomed",
    "HTTP://SNOMED.INFO/SCT": "snomed",
    "2.16.840.1.113883.6.96": "snomed",
    "RXNORM": "rxnorm",
    "RXN": "rxnorm",
    "2.16.840.1.113883.6.88": "rxnorm",
    "NDC": "ndc",
    "2.16.840.1.113883.6.69": "ndc",
    "C4": "cpt",
    "C5": "cpt",
    "CPT": "cpt",
    "CPT4": "cpt",
    "CPT-4": "cpt",
    "2.16.840.1.113883.6.12": "cpt",
    "I10": "icd10",
    "I10C": "icd10",
    "I10P": "icd10",
    "ICD10": "icd10",
    "ICD-10": "icd10",
    "ICD10CM": "icd10",
    "ICD-10-CM": "icd10",
    "10D": "icd10",
    "2.16.840.1.113883.6.90": "icd10",
}
"""HL7 table 0396 and what senders write instead, as the names of `charts.values.Code`."""

_PRIORITIES = {
    "S": Priority.STAT,
    "ST": Priority.STAT,
    "STAT": Priority.STAT,
    "E": Priority.STAT,
    "EM": Priority.STAT,
    "A": Priority.ASAP,
    "ASAP": Priority.ASAP,
    "U": Priority.URGENT,
    "UR": Priority.URGENT,
    "URGENT": Priority.URGENT,
    "T": Priority.URGENT,
    "P": Priority.URGENT,
    "C": Priority.URGENT,
    "R": Priority.ROUTINE,
    "RT": Priority.ROUTINE,
    "ROUTINE": Priority.ROUTINE,
    "NORMAL": Priority.ROUTINE,
    "PRN": Priority.ROUTINE,
}
"""Tables 0485 and 0280: callback, pre-operative and timing-critical come before routine."""


def number(text: str) -> float | None:
    """NM: a plain finite number, else None."""
    return _number(text) if text and len(text) <= _LONGEST_NUMBER else None


@lru_cache(maxsize=8192)
def _number(text: str) -> float | None:
    if not (text[-1].isdigit() or text[-1] == "."):
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text and text.isascii() else None


def component(text: str, grammar: Grammar, index: int, sub: int = 1) -> str:
    """One decoded component of one repetition, counted from 1 as the standard does."""
    found = part(text, grammar.component, index - 1)
    if grammar.sub in found:
        found = part(found, grammar.sub, sub - 1)
    elif sub > 1:
        return ""
    return "" if found == NULL else grammar.decode(found).strip()


def components(text: str, grammar: Grammar, count: int) -> list[str]:
    """The first so many components, decoded, each without its further sub-components."""
    found = [
        "" if one == NULL else grammar.decode(part(one, grammar.sub, 0)).strip()
        for one in text.split(grammar.component, count)[:count]
    ]
    return found + [""] * (count - len(found))


def codes(text: str, grammar: Grammar) -> tuple[Code, Code | None]:
    """CE, CWE, CNE: the code, LOINC first wherever it stands, and the other if there is one."""
    if len(text) > _LONGEST_CACHED:
        return _codes(text, grammar)
    return _cached_codes(text, grammar)


def _codes(text: str, grammar: Grammar) -> tuple[Code, Code | None]:
    raw = part(text, grammar.repetition, 0).split(grammar.component, 9)[:9]
    texts = ["" if one == NULL else grammar.decode(one).strip() for one in raw]
    texts += [""] * (9 - len(texts))
    first = _code(texts[0], texts[1] or texts[8], texts[2])
    second = _code(texts[3], texts[4] or texts[1], texts[5])
    if not second.code:
        return first, None
    if second.system == "loinc" and first.system != "loinc":
        return second, first if first.code else None
    return (first, second) if first.code else (second, None)


_cached_codes = lru_cache(maxsize=8192)(_codes)


def _code(code: str, display: str, system: str) -> Code:
    return Code(code=code, display=display, system=_SYSTEMS.get(system.upper(), "local"))


def authority(text: str, grammar: Grammar) -> str:
    """HD inside a component: its name, or its universal id where it has no name."""
    parts = [grammar.decode(piece).strip() for piece in text.split(grammar.sub, 2)]
    return next((piece for piece in parts[:2] if piece and piece != NULL), "")


def identifier(text: str, grammar: Grammar, default_assigner: str = "") -> Identifier | None:
    """CX: the number, who gave it and of what type; None without a number."""
    value, _, _, assigner, kind = components(text, grammar, 5)
    if not value:
        return None
    if not assigner and grammar.sub in text:
        assigner = authority(part(text, grammar.component, 3), grammar)
    return Identifier(value=value, assigner=assigner or default_assigner, type=kind)


def provider(text: str, grammar: Grammar) -> ProviderRef | None:
    """XCN, repeated: the one with a national provider number, else the first that is named."""
    if not text or text == NULL:
        return None
    if grammar.repetition not in text:
        return _provider(text, grammar)
    named = [_provider(repeat, grammar) for repeat in text.split(grammar.repetition, 8)[:8]]
    known = [one for one in named if one is not None]
    national = [one for one in known if "NPI" in one.assigner.upper()]
    return next(iter(national or known), None)


def _provider(text: str, grammar: Grammar) -> ProviderRef | None:
    if len(text) > _LONGEST_CACHED:
        return _read_provider(text, grammar)
    return _cached_provider(text, grammar)


def _read_provider(text: str, grammar: Grammar) -> ProviderRef | None:
    parts = components(text, grammar, 13)
    number, family, given = parts[:3]
    assigner = parts[8] or authority(part(text, grammar.component, 8), grammar) or parts[12]
    if number and not family and not given and not _DIGIT.search(number):
        number, family = "", number  # a name where the number belongs
    if not (number or family or given):
        return None
    return ProviderRef(id=number, family=family, given=given, assigner=assigner)


_cached_provider = lru_cache(maxsize=4096)(_read_provider)


def place(text: str, grammar: Grammar) -> str:
    """PL: the point of care, else the facility."""
    if not text or text == NULL:
        return ""
    return _cached_place(text, grammar) if len(text) <= _LONGEST_CACHED else _place(text, grammar)


def _place(text: str, grammar: Grammar) -> str:
    first = part(text, grammar.repetition, 0)
    parts = first.split(grammar.component, 4)
    return authority(parts[0], grammar) or (authority(parts[3], grammar) if len(parts) > 3 else "")


_cached_place = lru_cache(maxsize=1024)(_place)


def priority(text: str) -> Priority | None:
    """Tables 0027, 0280 and 0485: the first letters count, `TS5` is timing critical."""
    code = text.strip().upper()
    if code in _PRIORITIES:
        return _PRIORITIES[code]
    return Priority.URGENT if re.fullmatch(r"T[SMHDWL]\d*", code[:6]) else None
