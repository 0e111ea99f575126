"""Of which type a visit is, by what its messages say. Pure."""

import re
from collections.abc import Iterable

from charts.values import VisitType

T = VisitType

WORDS = (
    (T.TELEHEALTH, re.compile(r"tele|video|virtual|e-?visit|phone", re.IGNORECASE)),
    (T.WELLNESS, re.compile(r"wellness|annual|physical exam|preventive|well.?(child|woman)", re.I)),
    (T.PROCEDURE, re.compile(r"procedure|biopsy|excision|injection|colposcop", re.IGNORECASE)),
    (T.OFFICE, re.compile(r"office|clinic|follow.?up|new patient|sick visit", re.IGNORECASE)),
)
"""The first that fits: a wellness visit by video is a telehealth visit."""

CLASSES = {"VR": T.TELEHEALTH, "AMB": T.OFFICE, "O": T.OFFICE}
"""FHIR Encounter.class and PV1-2, where nothing says more."""

WELLNESS = {"G0402", "G0438", "G0439"}
CPT = (
    (T.OFFICE, range(99202, 99216)), (T.WELLNESS, range(99381, 99398)),
    (T.TELEHEALTH, range(99421, 99424)), (T.TELEHEALTH, range(99441, 99444)),
    (T.PROCEDURE, range(10004, 70000)),
)  # fmt: skip


def visit_type_of(
    *, kind: str = "", codes: Iterable[str] = (), words: Iterable[str] = ()
) -> VisitType | None:
    """By words first, then by billing codes, then by its class; None where nothing is told."""
    said = " | ".join(word for word in words if word)
    by_words = next((one for one, pattern in WORDS if pattern.search(said)), None)
    by_codes = (_by_code(code) for code in codes)
    return by_words or next((one for one in by_codes if one), None) or CLASSES.get(kind)


def _by_code(code: str) -> VisitType | None:
    if code in WELLNESS:
        return T.WELLNESS
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        return None
    return next((one for one, numbers in CPT if int(code) in numbers), None)
