"""How bad a value is: by its interpretation, by its range where there is none, never guessed."""

import pytest

from charts.values import SEVERITY_ORDER
from integrations.fhir import grading
from integrations.hl7 import grading as hl7_grading


def observation(*codes, value=None, comparator="", ranges=((3.5, 5.1),), **more):
    ends = [
        {
            name: {"value": end}
            for name, end in zip(("low", "high"), pair, strict=True)
            if end is not None
        }
        for pair in ranges
    ]
    quantity = {"value": value, "comparator": comparator} if value is not None else {}
    interpretation = [{"coding": [{"code": code} for code in codes]}] if codes else []
    return {
        "interpretation": interpretation,
        "valueQuantity": quantity,
        "referenceRange": ends,
    } | more


@pytest.mark.parametrize(("flag", "severity"), sorted(hl7_grading._FLAGS.items()))
def test_a_flag_means_what_it_means_in_hl7_v2(flag, severity):
    assert grading.severity(observation(flag)) == severity
    assert grading.severity(observation(flag.lower())) == severity


@pytest.mark.parametrize(
    ("value", "comparator", "ranges", "severity"),
    [
        (4.0, "", [(3.5, 5.1)], "unknown"),
        (3.5, "", [(3.5, 5.1)], "unknown"),
        (5.1, "", [(3.5, 5.1)], "unknown"),
        (6.1, "", [(3.5, 5.1)], "abnormal"),
        (3.4, "", [(3.5, 5.1)], "abnormal"),
        (9.0, "", [(None, 5.1)], "abnormal"),
        (9.0, "", [(3.5, None)], "unknown"),
        (9.0, "", [(5.1, 3.5)], "unknown"),
        (9.0, "", [(3.5, 5.1), (1, 20)], "unknown"),
        (9.0, "", [], "unknown"),
        (2.0, "<", [(3.5, 5.1)], "abnormal"),
        (3.5, "<", [(3.5, 5.1)], "abnormal"),
        (3.5, "<=", [(3.5, 5.1)], "unknown"),
        (4.0, "<", [(3.5, 5.1)], "unknown"),
        (5.1, ">", [(3.5, 5.1)], "abnormal"),
        (4.0, ">", [(3.5, 5.1)], "unknown"),
        ("6.1", "", [(3.5, 5.1)], "unknown"),
    ],
)
def test_without_a_flag_a_value_is_abnormal_outside_its_range_and_never_normal(
    value, comparator, ranges, severity
):
    assert (
        grading.severity(observation(value=value, comparator=comparator, ranges=ranges)) == severity
    )


def test_the_gravest_of_several_flags_counts():
    assert grading.severity(observation("N", "HH", "H")) == "critical"


def test_a_flag_that_says_nothing_leaves_the_range_to_decide():
    assert grading.severity(observation("W", value=6.1)) == "abnormal"
    assert grading.severity(observation("W", value=4.0)) == "unknown"


def test_a_normal_flag_stands_for_the_laboratory_knows_which_range_holds():
    assert grading.severity(observation("N", value=17, ranges=[(38, 46)])) == "normal"


def test_words_are_never_graded():
    said = observation(interpretation=[{"text": "CRITICAL HIGH"}], value=4.0)
    assert grading.severity(said) == "unknown"


def test_a_therapeutic_range_says_nothing_about_normal():
    ranges = [
        {"type": {"coding": [{"code": "therapeutic"}]}, "low": {"value": 10}, "high": {"value": 20}}
    ]
    assert grading.severity(observation(value=30, referenceRange=ranges)) == "unknown"


def test_the_order_of_severities_is_the_charts_own():
    assert [s.value for s in SEVERITY_ORDER] == ["normal", "unknown", "abnormal", "critical"]
