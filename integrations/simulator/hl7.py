"""Segments and messages of HL7 v2, fields numbered as in the standard. Pure."""

from collections.abc import Iterable, Mapping

from integrations.simulator.catalogue import SPECIALISTS, Term
from integrations.simulator.clinic import Clinic, Desk, Door, Provider, Sending, Visit
from integrations.simulator.patients import Patient

STRUCTURES = {
    "ADT^A03": "ADT^A03^ADT_A03",
    "ADT^A04": "ADT^A04^ADT_A01",
    "ADT^A40": "ADT^A40^ADT_A39",
    "MDM^T02": "MDM^T02^MDM_T02",
    "MDM^T04": "MDM^T04^MDM_T02",
    "ORU^R01": "ORU^R01^ORU_R01",
    "REF^I12": "REF^I12^REF_I12",
    "RDE^O25": "RDE^O25^RDE_O11",
    "SIU^S26": "SIU^S26^SIU_S12",
}
OLD = frozenset({"ORM^O01"})
"""Sent as v2.3.1, as most order interfaces still do."""

SEPARATORS = str.maketrans(dict.fromkeys("|^~\\&\r\n", " "))


def segment(name: str, fields: Mapping[int, str]) -> str:
    """`{3: "x"}` is field 3; what is not named is empty. MSH-1 is the first separator itself."""
    first = 2 if name == "MSH" else 1
    return "|".join([name, *(fields.get(at, "") for at in range(first, max(fields) + 1))])


def message(
    desk: Desk, door: Door, kind: str, minute: float, segments: Iterable[str],
    *, processing: str = "P",
) -> Sending:  # fmt: skip
    """The segments under a header of their kind."""
    control = desk.number("M")
    sender = "NORTHLAB" if door == Door.LAB_MLLP else "EHR"
    msh = segment("MSH", {
        2: "^~\\&", 3: sender, 4: desk.clinic.short, 5: "CLEARCHART", 6: desk.clinic.short,
        7: desk.stamp(minute), 9: STRUCTURES.get(kind, kind), 10: control, 11: processing,
        12: "2.3.1" if kind in OLD else "2.5.1",
    })  # fmt: skip
    body = "\r".join([msh, *segments]) + "\r"
    return Sending(minute, door, kind, body.encode(), control)


def pid(patient: Patient, clinic: Clinic) -> str:
    """Who it is about."""
    return segment("PID", {
        1: "1", 3: f"{patient.mrn}^^^{clinic.assigner}^MR",
        5: f"{patient.family}^{patient.given}^^^^^L", 7: f"{patient.birth_date:%Y%m%d}",
        8: patient.sex, 11: "12 Sample Lane^^Anytown^NY^00000", 13: patient.phone,
    })  # fmt: skip


def pv1(visit: Visit, desk: Desk, *, ended: bool = False) -> str:
    """The visit: place, attending, number."""
    fields = {
        1: "1", 2: "O", 3: place(visit.provider, desk.clinic),
        7: xcn(visit.provider), 19: visit.number, 44: desk.stamp(visit.begins),
    }  # fmt: skip
    return segment("PV1", fields | ({45: desk.stamp(visit.ends)} if ended else {}))


def dg1(patient: Patient) -> list[str]:
    """The problem list, a line each."""
    return [
        segment("DG1", {1: str(number), 3: coded(problem), 6: "W"})
        for number, problem in enumerate(patient.problems, start=1)
    ]


def xcn(provider: Provider) -> str:
    """A clinician by national number."""
    return f"{provider.id}^{clean(provider.family)}^{clean(provider.given)}^^^Dr^^^NPI"


def place(provider: Provider, clinic: Clinic) -> str:
    """PL: where they work."""
    return f"{clean(provider.site)}^^^{clinic.short}"


def specialist(specialty: Term) -> str:
    """An invented colleague outside the practice."""
    family, given = SPECIALISTS[specialty.code]
    return f"X{1 + list(SPECIALISTS).index(specialty.code)}^{family}^{given}^^^Dr"


def coded(term: Term) -> str:
    """CWE."""
    return f"{term.code}^{term.text}^{term.system}"


def clean(text: str) -> str:
    """Text from outside the play, without separators."""
    return text.translate(SEPARATORS)
