"""A patient of nobody, and what a measure could know of her. Codes are made up."""

from datetime import UTC, date
from pathlib import Path

from metrics.measures.cms50 import Cms50, Outcome
from metrics.measures.dates import Days
from metrics.measures.editions import edition_of
from metrics.measures.files import read_codes
from metrics.measures.record import MeasureBundle, Source

GOLDEN = Path(__file__).parents[2] / "golden" / "cms50"
CODES = read_codes(GOLDEN / "codes.tsv")
CPT = "http://www.ama-assn.org/go/cpt"
YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))

PATIENT = {"resourceType": "Patient", "id": "ada", "name": [{"family": "Testpatient"}]}


def coded(code, system="https://codes.example.test"):
    return {"coding": [{"system": system, "code": code}]}


def visit(id_="v", **changes):
    return {
        "resourceType": "Encounter", "id": id_, "status": "finished", "type": [coded("visit")],
        "subject": {"reference": "Patient/ada"},
        "period": {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T09:20:00Z"},
    } | changes  # fmt: skip


def procedure(id_="p", **changes):
    return {
        "resourceType": "Procedure", "id": id_, "status": "completed",
        "code": coded("assessment"), "subject": {"reference": "Patient/ada"},
        "performedDateTime": "2026-03-02T09:00:00Z",
    } | changes  # fmt: skip


def referral(id_="r", **changes):
    return {
        "resourceType": "ServiceRequest", "id": id_, "status": "active", "intent": "order",
        "code": coded("please-see"), "subject": {"reference": "Patient/ada"},
        "authoredOn": "2026-03-02T09:15:00Z",
    } | changes  # fmt: skip


def report(id_="t", on="ServiceRequest/r", **changes):
    return {
        "resourceType": "Task", "id": id_, "status": "completed", "intent": "order",
        "code": coded("what-i-found"), "for": {"reference": "Patient/ada"},
        "basedOn": [{"reference": on}],
        "executionPeriod": {"start": "2026-03-20T10:00:00Z", "end": "2026-03-20T10:05:00Z"},
    } | changes  # fmt: skip


def fulfilment(id_="t", **changes):
    """The receipt as edition 1.0.000 writes it: the Task fulfils the order, its reason says how."""
    how = {
        "code": coded("fulfill", "http://hl7.org/fhir/CodeSystem/task-code"),
        "reasonCode": coded("what-i-found"),
    }
    return report(id_, **how | changes)


def bundle(*resources, type_="collection", **full_urls):
    entries = [
        {"fullUrl": full_urls.get(one["id"], f"https://ehr.test/{one['id']}"), "resource": one}
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": type_, "entry": entries}


def evaluate(*resources, period=YEAR, zone=UTC, codes=CODES, edition=None, **full_urls) -> Outcome:
    """The outcome of the one patient of a bundle."""
    source = Source.bundle(bundle(PATIENT, *resources, **full_urls))
    (patient,) = MeasureBundle([source]).patients
    edition = edition or edition_of(period.first.year)
    return Cms50(edition, codes, period, zone).evaluate(patient)
