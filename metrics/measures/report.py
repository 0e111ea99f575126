"""FHIR R4 MeasureReports: one of all patients, or one of each. Of a patient ids only."""

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from metrics.measures.cms50 import Cms50, Outcome
from metrics.measures.nodes import Node

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"

POPULATIONS = (
    ("initial-population", "Initial Population"),
    ("denominator", "Denominator"),
    ("numerator", "Numerator"),
)


def summary(measure: Cms50, outcomes: Sequence[Outcome], *, now: datetime) -> Node:
    """How many of all patients are in each population, and the rate."""
    counts = _counts(outcomes)
    group: Node = {"population": _populations(counts)}
    if counts["denominator"]:
        group["measureScore"] = {"value": round(counts["numerator"] / counts["denominator"], 4)}
    return _report(measure, "summary", now) | {"group": [group]}


def individuals(measure: Cms50, outcomes: Sequence[Outcome], *, now: datetime) -> Node:
    """A Bundle of one report for each patient, with what it was drawn from."""
    reports = [_individual(measure, one, now) for one in outcomes]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in reports]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": _written(now)} | (
        {"entry": entries} if entries else {}
    )


def _individual(measure: Cms50, outcome: Outcome, now: datetime) -> Node:
    report = _report(measure, "individual", now)
    subject = f"Patient/{outcome.patient}"
    name = f"{report['measure']} {measure.period.first} {measure.period.last} {subject}"
    name = name.encode(errors="backslashreplace").decode()  # half a character is no reason to fail
    evidence = [{"reference": one} for one in (subject, *outcome.evidence)]
    return report | {
        "id": str(uuid5(NAMESPACE_URL, name)),
        "subject": {"reference": subject},
        "group": [{"population": _populations(_counts([outcome]))}],
        "evaluatedResource": evidence,
    }


def _report(measure: Cms50, type_: str, now: datetime) -> Node:
    first, last = measure.period.first, measure.period.last
    return {
        "resourceType": "MeasureReport",
        "status": "complete",
        "type": type_,
        "measure": f"{measure.edition.measure}|{measure.edition.version}",
        "date": _written(now),
        "period": {"start": first.isoformat(), "end": last.isoformat()},
        "improvementNotation": _concept("measure-improvement-notation", "increase", "Increase"),
    }


def _counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {
        "initial-population": sum(one.initial_population for one in outcomes),
        "denominator": sum(one.denominator for one in outcomes),
        "numerator": sum(one.numerator for one in outcomes),
    }


def _populations(counts: dict[str, int]) -> list[Node]:
    return [
        {"code": _concept("measure-population", code, words), "count": counts[code]}
        for code, words in POPULATIONS
    ]


def _concept(system: str, code: str, words: str) -> Node:
    return {"coding": [{"system": f"{_TERMINOLOGY}{system}", "code": code, "display": words}]}


def _written(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
