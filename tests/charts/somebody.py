"""People as messages name them."""

from charts import patients
from charts.models import Patient
from charts.values import Identifier, PatientDetails
from tests.reports import FEED


def somebody(*ids: Identifier, **more) -> PatientDetails:
    return PatientDetails(identifiers=ids, **({"family": "Marsh", "given": "Pat"} | more))


def mrn(value: str, assigner: str = "ELM", kind: str = "MR") -> Identifier:
    return Identifier(value, assigner, kind)


def find(*said: PatientDetails, now, overwrite: bool = False) -> list[Patient]:
    return patients.find_or_register(said, overwrite=overwrite, actor=FEED, now=now)
