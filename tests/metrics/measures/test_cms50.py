"""Who is in which population. Each row is one change to a patient who is in all of them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.measures.cms50 import Cms50
from metrics.measures.dates import Days
from metrics.measures.editions import TESTS, edition_of
from metrics.measures.record import MeasureBundle, Source
from tests.metrics.measures.cases import (
    CODES,
    CPT,
    PATIENT,
    YEAR,
    bundle,
    coded,
    evaluate,
    procedure,
    referral,
    report,
    visit,
)

NOBODY, OPEN, CLOSED = (False, False), (True, False), (True, True)
YEAR_BEFORE = Days(date(2025, 1, 1), date(2025, 12, 31))


def populations(*resources, **how):
    found = evaluate(*resources, **how)
    assert found.denominator is found.initial_population
    return found.initial_population, found.numerator


def spell(start, end):
    return {"period": {"start": start, "end": end}}


def received(end):
    return {"executionPeriod": {"end": end}}


def test_a_patient_seen_and_referred_whose_report_came_is_in_all_three():
    found = evaluate(visit(), referral(), report())
    assert (found.initial_population, found.denominator, found.numerator) == (True, True, True)
    assert found.evidence == ("Encounter/v", "ServiceRequest/r", "Task/t")


@pytest.mark.parametrize(
    "seen, expected",
    [
        ([], NOBODY),
        ([visit(status="arrived")], NOBODY),
        ([visit(status="entered-in-error")], NOBODY),
        ([visit(type=[coded("emergency")])], NOBODY),
        ([visit(type=None)], NOBODY),
        ([visit(type=[coded("emergency"), coded("eyes")])], CLOSED),
        ([visit(type=[coded("visit", system="https://other.test")])], NOBODY),
        ([visit(**spell("2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"))], CLOSED),
        ([visit(**spell("2026-12-31T23:00:00Z", "2026-12-31T23:59:59Z"))], CLOSED),
        ([visit(**spell("2026-12-31T23:59:00Z", "2027-01-01T00:15:00Z"))], NOBODY),
        ([visit(**spell("2025-12-31T23:00:00Z", "2026-01-01T00:00:00Z"))], NOBODY),
        ([visit(period={"start": "2026-03-02"})], NOBODY),
        ([visit(period={"start": "2026-03-02", "end": "2026-03-02"})], CLOSED),
        ([visit("a", status="cancelled"), visit("b")], CLOSED),
        ([visit(type=[coded("assessment")])], NOBODY),
        ([procedure()], CLOSED),
        ([procedure(code=coded("evaluation"))], CLOSED),
        ([procedure(code=coded("visit"))], NOBODY),
        ([procedure(status="not-done")], NOBODY),
        ([procedure(performedDateTime="2027-01-01")], NOBODY),
        ([procedure(performedDateTime=None, performedPeriod=visit()["period"])], CLOSED),
        ([procedure(performedDateTime=None, performedString="in spring")], NOBODY),
        *(([procedure(code=coded(code, CPT))], CLOSED) for _, code in sorted(TESTS)),
    ],
)
def test_who_was_seen(seen, expected):
    assert populations(*seen, referral(), report()) == expected


def test_before_2026_assessments_and_tests_are_visits_and_procedures_are_none():
    referred = referral(authoredOn="2025-06-01")
    for code in (coded("assessment"), coded("evaluation"), coded("90839", CPT)):
        seen = visit(type=[code], **spell("2025-03-02", "2025-03-02"))
        assert populations(seen, referred, period=YEAR_BEFORE) == OPEN
    done = procedure(performedDateTime="2025-03-02")
    assert populations(done, referred, period=YEAR_BEFORE) == NOBODY
    assert [edition_of(year).version for year in (2019, 2023, 2024, 2025, 2026, 2031)] == [
        "0.0.001", "0.0.001", "0.2.000", "0.3.000", "0.4.000", "0.4.000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"status": "completed"}, CLOSED),
        ({"status": "draft"}, NOBODY),
        ({"status": "on-hold"}, NOBODY),
        ({"status": "revoked"}, NOBODY),
        ({"status": "entered-in-error"}, NOBODY),
        ({"status": "unknown"}, NOBODY),
        ({"status": ["active"]}, NOBODY),
        ({"intent": "proposal"}, NOBODY),
        ({"intent": "instance-order"}, NOBODY),
        ({"doNotPerform": True}, NOBODY),
        ({"doNotPerform": False}, CLOSED),
        ({"code": coded("blood-test")}, NOBODY),
        ({"code": {"text": "please see"}}, NOBODY),
        ({"authoredOn": None}, NOBODY),
        ({"authoredOn": "2025-12-31T23:59:59.999Z"}, NOBODY),
        ({"authoredOn": "2026-01-01T00:00:00Z"}, CLOSED),
        ({"authoredOn": "2026-03"}, OPEN),
        ({"authoredOn": "2026"}, NOBODY),
        ({"authoredOn": "2026-11-01T00:00:00Z"}, NOBODY),
        ({"authoredOn": "2027-01-01T00:00:00Z"}, NOBODY),
    ],
)
def test_what_is_a_referral_of_the_period(change, expected):
    assert populations(visit(), referral(**change), report()) == expected


def test_the_last_day_of_referrals_is_the_31st_of_october():
    late = report(**received("2026-12-01"))
    assert populations(visit(), referral(authoredOn="2026-10-31T23:59:59Z"), late) == CLOSED
    assert populations(visit(), referral(authoredOn="2026-10-31"), late) == CLOSED
    assert populations(visit(), referral(authoredOn="2026-11-01"), late) == NOBODY


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"status": "failed"}, OPEN),
        ({"status": "rejected"}, OPEN),
        ({"status": "in-progress"}, OPEN),
        ({"status": "entered-in-error"}, OPEN),
        ({"code": coded("see-you")}, OPEN),
        ({"basedOn": None}, OPEN),
        ({"basedOn": [], "focus": {"reference": "ServiceRequest/r"}}, OPEN),
        ({"basedOn": [{"reference": "ServiceRequest/other"}]}, OPEN),
        ({"basedOn": [{"reference": "CarePlan/r"}]}, OPEN),
        ({"basedOn": [{"display": "r"}, {"reference": "ServiceRequest/r"}]}, CLOSED),
        ({"executionPeriod": None}, OPEN),
        ({"executionPeriod": {"start": "2026-03-20"}}, OPEN),
        ({"executionPeriod": {"start": "2026-01-20", "end": "2026-03-20"}}, CLOSED),
        ({"executionPeriod": {"start": "2026-04-20", "end": "2026-03-20"}}, OPEN),
        (received("2026-03-02T09:14:59Z"), OPEN),
        (received("2026-03-02T09:15:00Z"), OPEN),
        (received("2026-03-02T09:15:01Z"), CLOSED),
        (received("2026-03-02T10:15:00+01:00"), OPEN),
        (received("2026-03-02T04:16:00-05:00"), CLOSED),
        (received("2026-03-02"), OPEN),
        (received("2026-03-03"), CLOSED),
        (received("2026-12-31T23:59:59.999Z"), CLOSED),
        (received("2026-12-31"), CLOSED),
        (received("2027-01-01T00:00:00Z"), OPEN),
    ],
)
def test_what_closes_the_loop(change, expected):
    assert populations(visit(), referral(), report(**change)) == expected


def test_only_the_first_referral_counts():
    first, second = referral("r1"), referral("r2", authoredOn="2026-03-02T09:16:00Z")
    on_first, on_second = (report(f"t{n}", f"ServiceRequest/r{n}") for n in (1, 2))
    assert populations(visit(), first, second, on_second) == OPEN
    assert populations(visit(), first, second, on_first) == CLOSED
    assert populations(visit(), first, second, on_first, on_second) == CLOSED
    assert populations(visit(), first, second, on_second, on_first | {"status": "failed"}) == OPEN


def test_a_referral_that_does_not_count_is_not_the_first():
    mistaken = referral("r0", authoredOn="2026-02-01", status="entered-in-error")
    last_year = referral("r-1", authoredOn="2025-12-31")
    assert populations(mistaken, last_year, visit(), referral(), report()) == CLOSED


def test_referrals_of_the_same_moment_are_all_first():
    twins = referral("r1"), referral("r2", authoredOn="2026-03-02T10:15:00+01:00")
    assert populations(visit(), *twins, report(on="ServiceRequest/r1")) == CLOSED
    assert populations(visit(), *twins, report(on="ServiceRequest/r2")) == CLOSED


def test_a_zone_moves_midnight():
    written = referral(authoredOn="2026-11-01T03:00:00Z")
    late = report(**received("2027-01-01T04:00:00Z"))
    assert populations(visit(), written, late) == NOBODY
    assert populations(visit(), written, late, zone=ZoneInfo("America/Chicago")) == CLOSED


def test_a_period_of_another_length_keeps_the_31st_of_october():
    half = Days(date(2026, 1, 1), date(2026, 6, 30))
    assert populations(visit(), referral(), report(), period=half) == CLOSED
    assert populations(visit(), referral(), report(**received("2026-07-01")), period=half) == OPEN


FULL_URL = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
NUMBER = {"system": "urn:oid:2.999.10.2", "value": "REF-300"}
FORMS = {
    "relative": {"reference": "ServiceRequest/r"},
    "absolute": {"reference": "https://ehr.test/r4/ServiceRequest/r"},
    "of a version": {"reference": "ServiceRequest/r/_history/3"},
    "urn": {"reference": FULL_URL.upper().replace("URN:UUID", "urn:uuid")},
    "contained": {"reference": "#copy"},
    "by identifier": {"type": "ServiceRequest", "identifier": NUMBER},
}


@given(
    form=st.sampled_from(sorted(FORMS)),
    is_first=st.booleans(),
    order=st.permutations(range(6)),
    patient=st.sampled_from(["Patient/ada", "https://ehr.test/r4/Patient/ada", "urn:uuid:ada"]),
)
def test_neither_order_nor_the_form_of_a_reference_changes_the_answer(
    form, is_first, order, patient
):
    whose = {"subject": {"reference": patient}}
    other = "2026-04-01" if is_first else "2026-02-01"
    resources = [
        visit(**whose),
        visit("w", status="planned", **whose),
        referral(identifier=[NUMBER], **whose),
        referral("z", authoredOn=other, **whose),
        report(
            basedOn=[FORMS[form]],
            contained=[referral("copy")] if form == "contained" else [],
            **{"for": {"reference": patient}},
        ),
        report("x", status="failed"),
    ]
    answer = populations(*(resources[at] for at in order), r=FULL_URL)
    assert answer == (CLOSED if is_first else OPEN)


def test_every_patient_of_a_bundle_is_judged_alone():
    eve = {"resourceType": "Patient", "id": "eve"}
    hers = {"subject": {"reference": "Patient/eve"}}
    found = MeasureBundle(
        [Source.bundle(bundle(PATIENT, eve, visit(), referral("r2", **hers), report(on="r2")))]
    )
    outcomes = map(Cms50(edition_of(2026), CODES, YEAR).evaluate, found.patients)
    assert {one.patient: one.initial_population for one in outcomes} == {"ada": False, "eve": False}


ELEMENTS = (
    "type", "code", "status", "period", "authoredOn", "basedOn", "executionPeriod", "subject",
    "for", "id", "meta", "contained", "identifier",
)  # fmt: skip


@pytest.mark.parametrize("junk", [None, 7, "x", [], [7], {"coding": 7}, {"coding": ["x"]}])
@pytest.mark.parametrize("element", ELEMENTS)
def test_what_is_no_fhir_is_never_a_crash(element, junk):
    broken = (visit("b"), referral("c"), report("d"), procedure("e"))
    sources = [
        Source.bundle(bundle(PATIENT, visit(), referral(), report())),
        Source.loose(one | {element: junk} for one in broken),
    ]
    (patient,) = MeasureBundle(sources).patients
    assert Cms50(edition_of(2026), CODES, YEAR).evaluate(patient).initial_population
