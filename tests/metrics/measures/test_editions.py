"""Where the editions differ: which care, how a receipt is written, the last day of a referral."""

from datetime import date

import pytest

from metrics.measures.dates import Days
from metrics.measures.editions import EDITIONS, FULFILL, edition_called, edition_of
from tests.metrics.measures.cases import (
    CPT,
    coded,
    evaluate,
    fulfilment,
    procedure,
    referral,
    report,
    visit,
)

FIRST = {"reference": "ServiceRequest/r"}
LONG_BEFORE = {"executionPeriod": {"start": "2022-12-31", "end": "2023-07-01"}}


def is_closed(receipt, version=None):
    edition = edition_called(version) if version else None
    return evaluate(visit(), referral(), receipt, edition=edition).numerator


@pytest.mark.parametrize(
    "receipt, closes",
    [
        (fulfilment(), True),
        (fulfilment(basedOn=None, focus=FIRST), True),
        (fulfilment(basedOn=[], focus={"reference": "ServiceRequest/other"}), False),
        (fulfilment(reasonCode=None), False),
        (fulfilment(reasonCode=coded("please-see")), False),
        (fulfilment(code=coded("approve", FULFILL[0])), False),
        (fulfilment(code=coded("fulfill")), False),
        (fulfilment(code=None), False),
        (fulfilment(status="accepted"), False),
        (fulfilment(executionPeriod={"end": "2026-03-02T09:14:59Z"}), False),
        (fulfilment(executionPeriod={"end": "2027-01-01T00:00:00Z"}), False),
    ],
)
def test_a_task_that_fulfils_the_order_closes_the_loop_where_its_reason_is_a_report(
    receipt, closes
):
    assert is_closed(receipt) is closes
    assert is_closed(receipt, "1.0.000") is closes
    assert not is_closed(receipt, "0.4.000")


def test_a_year_with_two_ways_to_write_a_receipt_takes_either_and_one_edition_its_own():
    assert is_closed(report())
    assert is_closed(report(), "0.4.000")
    assert not is_closed(report(), "1.0.000")
    assert not is_closed(report(basedOn=None, focus=FIRST))


def in_year(year, *resources):
    found = evaluate(*resources, period=Days(date(year, 1, 1), date(year, 12, 31)))
    return found.initial_population, found.numerator


def seen(year, **changes):
    return visit(period={"start": f"{year}-07-01", "end": f"{year}-07-01"}, **changes)


@pytest.mark.parametrize(
    "year, last_day, day_after",
    [(2023, "11-01", "11-02"), (2024, "10-31", "11-01"), (2025, "10-31", "11-01"),
     (2026, "10-31", "11-01")],
)  # fmt: skip
def test_the_last_day_of_a_first_referral(year, last_day, day_after):
    for day, counts in ((last_day, True), (day_after, False)):
        written = referral(authoredOn=f"{year}-{day}T23:59:00Z")
        assert in_year(year, seen(year), written) == (counts, False)


@pytest.mark.parametrize(
    "status, closes", [("received", True), ("accepted", True), ("failed", False)]
)
def test_in_2023_a_report_counted_from_its_receipt_on_and_had_to_begin_in_the_year(status, closes):
    written = referral(authoredOn="2023-06-01")
    came = {"executionPeriod": {"start": "2023-07-01", "end": "2023-07-01"}}
    assert in_year(2023, seen(2023), written, report(status=status, **came)) == (True, closes)
    assert in_year(2023, seen(2023), written, report(**LONG_BEFORE)) == (True, False)


@pytest.mark.parametrize("year, as_visit, as_procedure", [
    (2023, False, False), (2024, False, False), (2025, True, False), (2026, False, True),
])  # fmt: skip
@pytest.mark.parametrize("code", [coded("assessment"), coded("evaluation"), coded("96156", CPT)])
def test_how_an_assessment_has_to_be_written_to_count(year, as_visit, as_procedure, code):
    written = referral(authoredOn=f"{year}-06-01")
    assert in_year(year, seen(year, type=[code]), written)[0] is as_visit
    done = procedure(code=code, performedDateTime=f"{year}-07-01")
    assert in_year(year, done, written)[0] is as_procedure


def test_each_edition_has_a_version_of_its_own_and_years_never_go_back():
    assert len({one.version for one in EDITIONS}) == len(EDITIONS)
    years = [one.first_year for one in EDITIONS]
    assert years == sorted(years)
    assert edition_of(2040) == edition_of(2026)
