"""Patient.link: two records of one person, of which the EHR keeps one."""

from collections.abc import Iterator

from charts.values import Identifier, PatientDetails
from integrations.events import Event, PatientsMerged
from integrations.fhir.bundle import Body
from integrations.fhir.element import Node, child, children, text
from integrations.fhir.people import described, patient_at


def read(body: Body) -> Iterator[Event]:
    """`replaces` and `replaced-by` only: `seealso` and `refer` say nothing of who is kept."""
    for patient in body.of_type("Patient"):
        mine = described(patient, body)
        for link in children(patient, "link"):
            yield from _merged(text(link, "type"), mine, _other(link, patient, body))


def is_replaced(patient: Node) -> bool:
    """Whether another record is kept instead: nothing that this one says may overwrite it."""
    return any(text(link, "type") == "replaced-by" for link in children(patient, "link"))


def _other(link: Node, patient: Node, body: Body) -> PatientDetails | None:
    return patient_at(child(link, "other"), patient, body)


def _merged(kind: str, mine: PatientDetails, other: PatientDetails | None) -> Iterator[Event]:
    if other is None or not mine.identifiers:
        return
    if kind == "replaces":
        yield PatientsMerged(survivor=mine, gone=_own(other, mine))
    elif kind == "replaced-by":
        yield PatientsMerged(survivor=other, gone=_own(mine, other))


def _own(gone: PatientDetails, kept: PatientDetails) -> tuple[Identifier, ...]:
    """The numbers of the one who ends; those they share name the one who is kept."""
    return tuple(one for one in gone.identifiers if one not in kept.identifiers)
