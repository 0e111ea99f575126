"""Proves that a body says nothing about any patient, or says what it found. Pure.

Text messages, calls and mails leave the product; whoever stands beside the phone reads them. So a
body may hold counts, times of day, a reference and an address of ours, and nothing else. It knows
the words of every language that we speak.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """What kind of thing a body must not hold."""

    NAME = "a name"
    DATE = "a date"
    NUMBER = "a number that may be a record's or a phone's"
    CODE = "a code"
    TEST = "a test or its value"
    SPECIALTY = "a sensitive specialty"
    LINK = "an address that is not ours"


@dataclass(frozen=True, slots=True)
class Found:
    kind: Finding
    at: int
    """Where it begins. The words themselves are never repeated: they may be a patient's."""


class HoldsPatientWords(ValueError):
    """The body must not be sent; `kinds` says what it holds."""

    def __init__(self, found: Iterable[Found]) -> None:
        self.kinds = tuple(sorted({one.kind for one in found}))
        super().__init__(f"The text holds {', '.join(self.kinds)}.")


MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
MESES = (
    "enero|ene|febrero|marzo|abril|abr|mayo|junio|julio|agosto|ago|septiembre|octubre|noviembre|"
    "diciembre|dic"
)

PATTERNS: tuple[tuple[Finding, re.Pattern[str]], ...] = (
    (Finding.DATE, re.compile(r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b")),
    (Finding.DATE, re.compile(r"\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")),
    (Finding.DATE, re.compile(rf"\b(?:{MONTHS})[a-z]{{0,6}}\.? \d{{1,2}}\b", re.I)),
    (Finding.DATE, re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:{MONTHS})[a-z]{{0,6}}\b", re.I)),
    (Finding.DATE, re.compile(rf"\b\d{{1,2}} (?:de )?(?:{MESES})\b", re.I)),
    (Finding.DATE, re.compile(r"\b(?:born|dob|d\.o\.b\.|aged?|nacid[oa](?: el)?|edad) ?\d", re.I)),
    (Finding.NUMBER, re.compile(r"\d[\d -]{4,}\d")),
    (Finding.NUMBER, re.compile(r"\bMRN\b|\bSSN\b", re.I)),
    (Finding.CODE, re.compile(r"\b\d{3,5}-\d\b")),
    (Finding.CODE, re.compile(r"\b[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})\b")),
    (Finding.CODE, re.compile(r"\b(?:icd|loinc|cpt|snomed)\b", re.I)),
    (
        Finding.TEST,
        re.compile(
            r"\d(?:[.,]\d+)? ?(?:mmol|mg|µg|mcg|ng|pg|g|meq|iu|u|ml|mm)(?:/[a-zµ]+)+\b|"
            r"[<>]=? ?\d|\d[.,]\d+ ?%?|"
            r"\bpositiv[aeo]\b|\bnegativ[aeo]\b|\bab?normal\b|\breactiv[aeo]\b",
            re.I,
        ),
    ),
    (Finding.LINK, re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.I)),
)

TESTS = (
    "a1c", "biopsy", "blood", "bmp", "cancer", "cbc", "cholesterol", "cmp", "colonoscopy", "covid",
    "creatinine", "ct scan", "culture", "glucose", "hcg", "hemoglobin", "hepatitis", "herpes",
    "inr", "lipid", "mammogram", "mri", "pap", "pathology", "potassium", "pregnan", "psa",
    "sodium", "syphilis", "troponin", "tsh", "tumor", "tumour", "ultrasound", "urine", "x-ray",
    "biopsia", "colesterol", "creatinina", "cultivo", "cáncer", "ecograf", "embaraz", "glucosa",
    "hemoglobina", "mamograf", "orina", "patolog", "potasio", "radiograf", "resonancia", "sangre",
    "sodio", "sífilis", "tomograf",
)  # fmt: skip

SPECIALTIES = (
    "abortion", "addiction", "aids", "behavioral health", "chemotherapy", "dialysis", "fertility",
    "genetic", "gynecolog", "hiv", "hospice", "infectious disease", "mental health", "obstetric",
    "oncolog", "opioid", "palliative", "psychiatr", "psycholog", "reproductive", "sexual",
    "substance", "std ", "suboxone", "transgender", "urolog",
    "aborto", "adicci", "diálisis", "fertilidad", "ginecolog", "ginecólog", "genétic", "hospicio",
    "infecciosas", "obstetricia", "oncólog", "paliativ", "psicolog", "psicólog", "psiquiatr",
    "quimioterapia", "reproductiv", "salud conductual", "salud mental", "sida", "transgénero",
    "urólog", "vih",
)  # fmt: skip

WORDS = tuple(
    (kind, re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + ")", re.I))
    for kind, words in ((Finding.TEST, TESTS), (Finding.SPECIALTY, SPECIALTIES))
)

SHORTEST_NAME = 2


def lint(body: str, *, names: Iterable[str] = (), ours: str | Sequence[str] = "") -> list[Found]:
    """What the body must not hold, in the order found.

    `names`: of the patient it is about, looked for as whole words. `ours`: our own address, the
    only one allowed; to patients, the name and the phone that we write under.
    """
    for own in (ours,) if isinstance(ours, str) else ours:
        body = body.replace(own, " ") if own else body
    return sorted(_found(body, names), key=lambda one: one.at)


def require_clean(
    body: str, *, names: Iterable[str] = (), ours: str | Sequence[str] = ""
) -> None:  # fmt: skip
    """Let a body pass.

    Raises:
        HoldsPatientWords: it must not be sent.
    """
    if found := lint(body, names=names, ours=ours):
        raise HoldsPatientWords(found)


def _found(body: str, names: Iterable[str]) -> Iterator[Found]:
    for kind, pattern in (*PATTERNS, *WORDS):
        for match in pattern.finditer(body):
            yield Found(kind, match.start())
    for name in names:
        for part in re.split(r"[\s,'\u2019-]+", name):
            if len(part) >= SHORTEST_NAME:
                named = re.search(rf"\b{re.escape(part)}\b", body, re.I)
                if named:
                    yield Found(Finding.NAME, named.start())
