"""Whose are these numbers? What a message names that is two patients' here."""

from dataclasses import dataclass

from charts import patients
from charts.models import Patient
from charts.values import PatientDetails
from integrations.events import PatientsMerged
from integrations.models import InboundMessage
from integrations.reading import read


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person of a message, and the patients to whom their numbers point."""

    details: PatientDetails
    patients: tuple[Patient, ...]


def conflicts(message: InboundMessage) -> list[Conflict]:
    """Whom the message names by numbers of more than one patient."""
    found: list[Conflict] = []
    for event in read(message, message.feed).events:
        details = event.survivor if isinstance(event, PatientsMerged) else event.patient
        if details is not None:
            named = patients.candidates(details)
            if len(named) > 1 and details not in [one.details for one in found]:
                found.append(Conflict(details, tuple(named)))
    return found
