"""The specialties that patients are referred to, and how messages name them. Pure."""

import re
from enum import StrEnum


class Specialty(StrEnum):
    ALLERGY = "allergy"
    BEHAVIORAL_HEALTH = "behavioral-health"
    CARDIOLOGY = "cardiology"
    DENTISTRY = "dentistry"
    DERMATOLOGY = "dermatology"
    ENDOCRINOLOGY = "endocrinology"
    GASTROENTEROLOGY = "gastroenterology"
    GENETICS = "genetics"
    GYNECOLOGY = "gynecology"
    HEMATOLOGY = "hematology"
    INFECTIOUS_DISEASE = "infectious-disease"
    NEPHROLOGY = "nephrology"
    NEUROLOGY = "neurology"
    NUTRITION = "nutrition"
    ONCOLOGY = "oncology"
    OPHTHALMOLOGY = "ophthalmology"
    ORTHOPEDICS = "orthopedics"
    OTOLARYNGOLOGY = "otolaryngology"
    PAIN = "pain"
    PHYSICAL_THERAPY = "physical-therapy"
    PODIATRY = "podiatry"
    PULMONOLOGY = "pulmonology"
    RHEUMATOLOGY = "rheumatology"
    SLEEP = "sleep"
    SOCIAL_SERVICE = "social-service"
    SUBSTANCE_USE = "substance-use"
    SURGERY = "surgery"
    UROLOGY = "urology"
    VASCULAR = "vascular"


SENSITIVE = frozenset({
    Specialty.BEHAVIORAL_HEALTH, Specialty.GENETICS, Specialty.GYNECOLOGY,
    Specialty.INFECTIOUS_DISEASE, Specialty.ONCOLOGY, Specialty.SUBSTANCE_USE,
})  # fmt: skip
"""Their name alone tells a condition."""

WORDS: tuple[tuple[Specialty, str], ...] = (
    (Specialty.SUBSTANCE_USE, r"addiction|substance|opioid treat"),
    (Specialty.BEHAVIORAL_HEALTH, r"psych|behaviou?ral|mental"),
    (Specialty.VASCULAR, r"vascular surg|phlebolog"),
    (Specialty.CARDIOLOGY, r"cardi|heart|electrophysiolog"),
    (Specialty.ONCOLOGY, r"oncolog|cancer"),
    (Specialty.HEMATOLOGY, r"hematolog|haematolog"),
    (Specialty.GASTROENTEROLOGY, r"gastro|\bgi\b|colonoscop|hepatolog"),
    (Specialty.DERMATOLOGY, r"derm|skin"),
    (Specialty.ENDOCRINOLOGY, r"endocrin|diabet"),
    (Specialty.NEPHROLOGY, r"nephrolog|kidney|\brenal"),
    (Specialty.NEUROLOGY, r"neurolog"),
    (Specialty.ORTHOPEDICS, r"orthop|\bortho\b|sports medicine"),
    (Specialty.OPHTHALMOLOGY, r"ophthalm|\beye\b|optometr"),
    (Specialty.OTOLARYNGOLOGY, r"otolaryng|\bent\b|otorhino|ear,? nose"),
    (Specialty.PULMONOLOGY, r"pulmon|\blung|respiratory"),
    (Specialty.RHEUMATOLOGY, r"rheumat"),
    (Specialty.UROLOGY, r"\burolog"),
    (Specialty.GYNECOLOGY, r"gyn[ae]|obstet|\bob\b|maternal"),
    (Specialty.INFECTIOUS_DISEASE, r"infectious|\bhiv\b"),
    (Specialty.ALLERGY, r"allerg|immunolog"),
    (Specialty.GENETICS, r"genetic"),
    (Specialty.PHYSICAL_THERAPY, r"physical therap|physiother|rehabilit|\bpt\b"),
    (Specialty.PODIATRY, r"podiat|\bfoot\b"),
    (Specialty.PAIN, r"\bpain\b"),
    (Specialty.NUTRITION, r"nutrition|dieti"),
    (Specialty.SLEEP, r"\bsleep\b"),
    (Specialty.DENTISTRY, r"\bdent"),
    (Specialty.SOCIAL_SERVICE, r"social|food|housing|transport"),
    (Specialty.SURGERY, r"surg"),
)
"""The first that fits: heart surgery is cardiology's before it is surgery."""

_PATTERNS = [(one, re.compile(words, re.IGNORECASE)) for one, words in WORDS]
_CODES = {one.value for one in Specialty}
_LONGEST = 250


def specialty_of(*said: str) -> Specialty | None:
    """What these words name, the first that names one; None where none does."""
    for words in said:
        cut = words[:_LONGEST].strip()
        known = cut.lower().replace(" ", "-")
        if known in _CODES:
            return Specialty(known)
        found = next((one for one, pattern in _PATTERNS if pattern.search(cut)), None)
        if found is not None:
            return found
    return None
