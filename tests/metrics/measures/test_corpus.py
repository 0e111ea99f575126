"""The cases that come with the measure, against the populations written in them."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from metrics.measures import cms50
from metrics.measures.codes import codings
from metrics.measures.dates import Days
from metrics.measures.editions import FULFILL, edition_called, edition_of
from metrics.measures.files import read_bundle, read_codes
from metrics.measures.record import MeasureBundle, Source

CORPUS = Path(os.environ.get("CLEARCHART_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))
FOLDER = CORPUS / "cms50" / "qicore-2024"
CASES = sorted(one.parent for one in FOLDER.rglob("MeasureReport-*.json"))

NEXT_YEAR = {"start": "2026-01-01", "end": "2026-12-31"}

pytestmark = pytest.mark.skipif(
    not CASES, reason="the public corpus is not here (docs/corpus.md); set CLEARCHART_CORPUS"
)


def expected(case):
    (file,) = case.glob("MeasureReport-*.json")
    report = json.loads(file.read_text())
    counts = {
        one["code"]["coding"][0]["code"]: one["count"] for one in report["group"][0]["population"]
    }
    return report["period"], {code: bool(count) for code, count in counts.items()}


def measure(period, version=None):
    days = Days(date.fromisoformat(period["start"]), date.fromisoformat(period["end"]))
    codes = read_codes(FOLDER / "codes-in-cases.tsv")
    edition = edition_called(version) if version else edition_of(days.first.year)
    return cms50.Cms50(edition, codes, days)


def found(outcome):
    return {
        "initial-population": outcome.initial_population,
        "denominator": outcome.denominator,
        "numerator": outcome.numerator,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_has_its_populations(case):
    period, populations = expected(case)
    (patient,) = read_bundle(case).patients
    assert found(measure(period).evaluate(patient)) == populations


def test_all_cases_in_one_folder_stay_apart_though_they_share_ids():
    outcomes = {
        one.id: found(measure({"start": "2025-01-01", "end": "2025-12-31"}).evaluate(one))
        for one in read_bundle(FOLDER).patients
    }
    assert outcomes == {case.name: expected(case)[1] for case in CASES}
    assert len(outcomes) == 33


def a_year_later(case):
    """The case as the edition of 2026 tells it: assessments and tests are procedures."""
    for file in case.glob("*.json"):
        text = file.read_text()
        for year in (2026, 2025, 2024, 2023):
            text = text.replace(f'"{year}-', f'"{year + 1}-')
        yield as_procedure(json.loads(text))


def as_procedure(resource):
    of_before, of_now = (edition_of(year).care[0] for year in (2025, 2026))
    moved = set(of_before.value_sets) - set(of_now.value_sets)
    is_moved = resource["resourceType"] == "Encounter" and (
        measure(NEXT_YEAR).value_sets.hold(resource["type"], *moved)
        or codings(resource["type"]) & of_before.codes
    )
    if not is_moved:
        return resource
    return {
        "resourceType": "Procedure", "id": resource["id"], "subject": resource["subject"],
        "status": "completed", "code": resource["type"][0], "performedPeriod": resource["period"],
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_next_edition_says_the_same_of_the_case_told_its_way(case):
    (patient,) = MeasureBundle([Source.loose(a_year_later(case))]).patients
    assert found(measure(NEXT_YEAR).evaluate(patient)) == expected(case)[1]


def as_fulfilment(resource):
    """A receipt as 1.0.000 writes it: what the Task's code said is its reason."""
    if resource["resourceType"] != "Task":
        return resource
    system, code = FULFILL
    orders = resource.get("basedOn") or [{}]
    return resource | {
        "code": {"coding": [{"system": system, "code": code}]}, "reasonCode": resource["code"],
        "basedOn": [], "focus": orders[0],
    }  # fmt: skip


@pytest.mark.parametrize("version", [None, "1.0.000"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_receipts_that_fulfil_the_order_say_the_same_of_the_case(case, version):
    (patient,) = MeasureBundle([Source.loose(map(as_fulfilment, a_year_later(case)))]).patients
    assert found(measure(NEXT_YEAR, version).evaluate(patient)) == expected(case)[1]
