"""Same person? Pure: identifiers that name a patient, and names made comparable."""

import unicodedata

from charts.values import Identifier, PatientDetails

NOT_A_PATIENT = frozenset({"AN", "VN", "ANON", "ANC", "AND", "ANT", "GI", "GN"})
"""Table 0203 types that name an account, a visit or a guarantor."""

UNASSIGNED = ""


def naming(details: PatientDetails) -> tuple[Identifier, ...]:
    """The identifiers that name the patient, each once, sorted: the order in which rows are locked."""
    named = {
        (identifier.assigner, identifier.value): identifier
        for identifier in details.identifiers
        if identifier.value and identifier.type not in NOT_A_PATIENT
    }
    return tuple(named[key] for key in sorted(named))


def comparable(name: str | None) -> str:
    """A name without case, accents, spaces or punctuation, for comparing only."""
    bare = unicodedata.normalize("NFKD", name or "")
    return "".join(char for char in bare.casefold() if char.isalnum())
