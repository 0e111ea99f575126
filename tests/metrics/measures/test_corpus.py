"""The cases that come with the measure, against the populations written in them."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from metrics.measures import cms50
from metrics.measures.dates import Days
from metrics.measures.files import read_bundle, read_codes

CORPUS = Path(os.environ.get("CLEARCHART_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))
FOLDER = CORPUS / "cms50" / "qicore-2024"
CASES = sorted(one.parent for one in FOLDER.rglob("MeasureReport-*.json"))

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


def measure(period):
    days = Days(date.fromisoformat(period["start"]), date.fromisoformat(period["end"]))
    codes = read_codes(FOLDER / "codes-in-cases.tsv")
    return cms50.Cms50(cms50.edition_of(days.first.year), codes, days)


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
