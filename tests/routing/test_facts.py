"""The facts of an item that rules may name, each with both of its answers."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts.roles import Role
from charts.models import ChartItem, Patient
from charts.values import Code, ItemKind, ItemStatus, PatientDetails, Severity
from charts.versions import merged, rows
from routing import rulebook
from routing.categories import Category
from routing.facts import TYPES, Background, Thresholds, age_in_years, facts_of
from routing.models import CodeList, ListedCode
from tenants import scope
from tests.reports import BIOPSY, bring, file, patient, potassium, report, result

pytestmark = pytest.mark.django_db

MARGIN, CHANGE, AGE = 5, 50, 65

SODIUM = Code("2951-2", "Sodium", "loinc")


def facts(elm, now, *reports, of=None, category=Category.RESULT_REVIEW) -> dict:
    """Of the item that the last of the reports is about."""
    with elm.scoped():
        for each in reports:
            [filed] = file(each, now=now, of=of)
        book = rulebook.load(now=now)
        known = rulebook.background(book, [(filed.item, filed.patient)])
        return facts_of(filed.item, filed.patient, category, closed_before=False, background=known,
                        thresholds=Thresholds(MARGIN, CHANGE, AGE), now=now)  # fmt: skip


def fresh(now, *observations, before=(), born=date(1991, 3, 2), **more) -> dict:
    """The same in memory: an item of these observations, whose last values were `before`."""
    report = result(ItemStatus.FINAL, *observations, **more)
    with scope.scoped(uuid4()):
        item = ChartItem(kind="result", status="final", observations=merged([], rows(report)))
        person = Patient(birth_date=born)
    known = Background({}, {}, {(None, item.pk, code): value for code, value in before})
    return facts_of(item, person, Category.RESULT_REVIEW, closed_before=False, background=known,
                    thresholds=Thresholds(MARGIN, CHANGE, AGE), now=now)  # fmt: skip


def test_every_fact_that_a_rule_may_name_is_there_with_its_type(elm_street, now):
    kinds = {"text": str, "flag": bool, "number": int}
    found = facts(elm_street, now, result(ItemStatus.FINAL, potassium()))
    assert set(found) == set(TYPES)
    for name, value in found.items():
        assert isinstance(value, kinds[TYPES[name]]), name


@pytest.mark.parametrize(
    ("value", "low", "high", "near"),
    [
        # a range of 100 with a margin of 5 percent: 5 from either limit
        (100, 100, 200, True), (104.9, 100, 200, True), (105, 100, 200, False),
        (195, 100, 200, False), (195.1, 100, 200, True), (200, 100, 200, True),
        (150, 100, 200, False),
        # outside the range it is abnormal, not near
        (99.9, 100, 200, False), (200.1, 100, 200, False),
        # a lone limit is its own measure: 5 of 100
        (96, None, 100, True), (95, None, 100, False),
        (104, 100, None, True), (106, 100, None, False),
        # nothing to compare with
        (100, None, None, False), (None, 100, 200, False),
    ],
)  # fmt: skip
def test_near_a_limit_is_within_the_margin_inside_the_range(now, value, low, high, near):
    assert fresh(now, potassium(value, low=low, high=high))["near_limit"] is near


def test_one_value_near_its_limit_is_enough(now):
    assert fresh(now, potassium(4.2), potassium(5.05, sub_id="2"))["near_limit"]


def test_a_value_that_was_withdrawn_is_near_nothing(now):
    assert not fresh(now, potassium(5.05, status=ItemStatus.WITHDRAWN))["near_limit"]


@pytest.mark.parametrize(
    ("last", "value", "changed"),
    [
        (4.0, 4.0, False), (4.0, 5.9, False), (4.0, 6.0, True), (4.0, 2.0, True), (4.0, 2.1, False),
        (0.0, 0.0, False), (0.0, 0.1, True), (-2.0, -3.0, True), (4.0, None, False),
    ],
)  # fmt: skip
def test_a_change_is_measured_against_the_last_value(now, last, value, changed):
    found = fresh(now, potassium(value), before=[("2823-3", last)])
    assert found["changed_since_last"] is changed
    assert found["raised_risk"] is changed


def test_the_last_value_is_the_newest_of_the_same_test_of_the_patient(elm_street, now):
    older = result(ItemStatus.FINAL, potassium(4.1), key="L-0", at=6)
    newer = result(ItemStatus.FINAL, potassium(8.5), key="L-1", at=8)
    assert facts(
        elm_street, now, newer, older, result(ItemStatus.FINAL, potassium(4.2), key="L-2")
    )["raised_risk"]


@pytest.mark.parametrize(
    "before",
    [
        result(ItemStatus.FINAL, potassium(40.0, code=SODIUM), key="L-0", at=8),
        result(ItemStatus.FINAL, potassium(40.0, status=ItemStatus.WITHDRAWN), key="L-0", at=8),
        result(ItemStatus.WITHDRAWN, potassium(40.0), key="L-0", at=8),
    ],
    ids=["another test", "a withdrawn value", "a withdrawn report"],
)  # fmt: skip
def test_what_is_no_last_value_is_not_compared_with(elm_street, now, before):
    found = facts(elm_street, now, before, result(ItemStatus.FINAL, potassium(4.2)))
    assert found["changed_since_last"] is False


def test_another_patients_value_is_no_last_value(elm_street, now):
    with elm_street.scoped():
        file(result(ItemStatus.FINAL, potassium(40.0), key="L-0", at=8), now=now, of=patient("999"))
    found = facts(elm_street, now, result(ItemStatus.FINAL, potassium(4.2)))
    assert found["changed_since_last"] is False


def test_the_items_own_earlier_version_is_no_last_value(elm_street, now):
    preliminary = result(ItemStatus.PRELIMINARY, potassium(40.0), at=8)
    assert (
        facts(elm_street, now, preliminary, result(ItemStatus.FINAL, potassium(4.2)))[
            "changed_since_last"
        ]
        is False
    )


def test_risk_rises_with_age_and_with_an_age_that_is_not_known(now):
    birthday = now.date().replace(year=now.year - AGE)
    answers = {
        born: (found["patient_age"], found["raised_risk"])
        for born in (birthday, birthday + timedelta(days=1), None)
        for found in [fresh(now, potassium(), born=born)]
    }
    assert list(answers.values()) == [(AGE, True), (AGE - 1, False), (None, True)]


def test_a_birthday_in_a_leap_year_is_kept():
    assert age_in_years(date(2004, 2, 29), on=date(2026, 2, 28)) == 21
    assert age_in_years(date(2004, 2, 29), on=date(2026, 3, 1)) == 22


@pytest.mark.parametrize(
    ("more", "fact"),
    [
        ({"problems": (Code("N18.4", "", "icd10"),)}, "watched_problem"),
        ({"medications": (Code("11289", "", "rxnorm"),)}, "watched_medication"),
    ],
)
def test_a_watched_problem_or_medication_raises_the_risk(elm_street, now, more, fact):
    found = facts(elm_street, now, result(ItemStatus.FINAL, potassium()), of=patient(**more))
    assert (found[fact], found["raised_risk"]) == (True, True)


def test_a_code_on_the_other_list_raises_nothing(elm_street, now):
    swapped = patient(
        problems=(Code("11289", "", "rxnorm"),), medications=(Code("N18.4", "", "icd10"),)
    )
    found = facts(elm_street, now, result(ItemStatus.FINAL, potassium()), of=swapped)
    watches = ("watched_problem", "watched_medication", "raised_risk")
    assert [found[name] for name in watches] == [False, False, False]


def test_delegable_is_a_report_on_the_list_or_a_report_of_listed_values(elm_street, now):
    with elm_street.scoped():
        ListedCode.objects.create(list=CodeList.DELEGABLE_RESULT, system="local", code="K")
        ListedCode.objects.create(list=CodeList.DELEGABLE_RESULT, system="loinc", code=SODIUM.code)
    listed = result(ItemStatus.FINAL, potassium())
    local = result(ItemStatus.FINAL, potassium(), code=Code("ZZ"), alternate=Code("K"), key="2")
    values = result(
        ItemStatus.FINAL,
        potassium(alternate=Code("K")),
        potassium(code=SODIUM),
        code=BIOPSY,
        key="3",
    )
    one_more = result(ItemStatus.FINAL, potassium(), potassium(code=SODIUM), code=BIOPSY, key="4")
    neither = result(ItemStatus.FINAL, code=BIOPSY, key="5")
    answers = [
        facts(elm_street, now, each)["delegable"]
        for each in (listed, local, values, one_more, neither)
    ]
    assert answers == [True, True, True, False, False]


def test_only_a_refill_is_under_a_refill_protocol(elm_street, now):
    drug = Code("314076", "Lisinopril 10 mg", "rxnorm")
    for kind, expected in ((ItemKind.REFILL, True), (ItemKind.MEDICATION, False)):
        each = report(kind, ItemStatus.ACTIVE, code=drug, key=kind.value)
        assert facts(elm_street, now, each, category=Category.REFILL)["refill_protocol"] is expected
    other = report(ItemKind.REFILL, ItemStatus.ACTIVE, code=Code("7052", "Morphine", "rxnorm"))
    assert facts(elm_street, now, other, category=Category.REFILL)["refill_protocol"] is False


def test_a_decision_keeps_the_facts_that_it_was_made_on(elm_street, now):
    with elm_street.scoped():
        task = bring(result(ItemStatus.FINAL, potassium(5.05)), now=now)
        decision = task.decisions.get()
        assert set(decision.facts) == set(TYPES)
        assert decision.facts["near_limit"] is True
        assert decision.rule.role == task.queue.role == Role.NURSE


def test_a_patient_without_a_number_is_still_routed(elm_street, now):
    nobody = PatientDetails(family="Marsh")
    with elm_street.scoped():
        task = bring(
            result(ItemStatus.FINAL, potassium(9.0, Severity.CRITICAL)), now=now, of=nobody
        )
        assert task.patient.is_unidentified
        assert task.owner == elm_street.diaz
