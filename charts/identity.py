"""Same person? Pure: which identifiers name a patient."""

from charts.values import Identifier, PatientDetails

NOT_A_PATIENT = frozenset({"AN", "VN", "ANON", "ANC", "AND", "ANT", "GI", "GN"})
"""Table 0203 types that name an account, a visit or a guarantor."""

LONGEST = 120
"""A longer identifier names nobody: cut short, it could be somebody else's."""


def naming(details: PatientDetails) -> tuple[Identifier, ...]:
    """The identifiers that name the patient, each once, in the order in which rows are locked."""
    named = {(one.assigner, one.value): one for one in details.identifiers if _names(one)}
    return tuple(named[key] for key in sorted(named))


def _names(identifier: Identifier) -> bool:
    return (
        0 < len(identifier.value) <= LONGEST
        and len(identifier.assigner) <= LONGEST
        and identifier.type not in NOT_A_PATIENT
    )
