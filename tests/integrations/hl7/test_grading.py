"""How a value is graded: by its flags, at most by its range, and never from silence."""

import pytest

from charts.values import Severity
from integrations.hl7.grading import Limits, grade, is_outside, read_flags, read_limits
from integrations.hl7.grammar import grammar_of

PLAIN = grammar_of("|", "^~\\&", "utf-8")
ABNORMAL_FLAGS = "H L A HU LU < > U D R I NS SDD SYN-R POS DET RR WR IND E N~A A^Abnormal^HL70078"
NORMAL_FLAGS = "N NEG ND NR S VS N~S"
OTHER_FLAGS = "B W EXP UNE CAR IE NCL None * HIGH ?"


@pytest.mark.parametrize("flag", ["HH", "LL", "AA", "hh", " HH ", "AA^Critical^HL70078", "N~HH"])
def test_only_hh_ll_and_aa_are_critical(flag):
    assert read_flags(flag, PLAIN)[1] is Severity.CRITICAL


@pytest.mark.parametrize("flag", ABNORMAL_FLAGS.split())
def test_these_flags_are_abnormal(flag):
    assert read_flags(flag, PLAIN)[1] is Severity.ABNORMAL


@pytest.mark.parametrize("flag", NORMAL_FLAGS.split())
def test_these_flags_are_normal(flag):
    assert read_flags(flag, PLAIN)[1] is Severity.NORMAL


@pytest.mark.parametrize("flag", OTHER_FLAGS.split())
def test_any_other_flag_says_nothing(flag):
    assert read_flags(flag, PLAIN)[1] is Severity.UNKNOWN


@pytest.mark.parametrize("flag", ["", '""', "~", "^"])
def test_no_flag_is_no_severity(flag):
    assert read_flags(flag, PLAIN) == ((), None)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("70-100", 70, 100),
        ("49 - 92", 49, 92),
        ("[ 150 - 450 ]", 150, 450),
        ("4.3 to 6.2", 4.3, 6.2),
        ("0-0.3 ng/mL", 0, 0.3),
        ("-2--1", -2, -1),
        ("-2 - 2", -2, 2),
        ("3.5\u20135.1", 3.5, 5.1),
        ("[ < 0.21 ]", None, 0.21),
        ("<=0.070", None, 0.07),
        ("<130 optimal", None, 130),
        (">50", 50, None),
        (">=60", 60, None),
        ("[ ]", None, None),
        ("", None, None),
        ("Negative", None, None),
        ("5-3", None, None),
        ("70-100 fasting; 70-140 random", None, None),
        ("2026-11-16", None, None),
        ("3,5-5,1", None, None),
        ("9" * 200 + "-" + "9" * 300, None, None),
    ],
)
def test_reference_ranges_as_laboratories_write_them(text, low, high):
    limits = read_limits(text)
    assert (limits.low, limits.high) == (low, high)


@pytest.mark.parametrize(
    ("value", "limits", "outside"),
    [
        ("5", "3-5", False),
        ("5.01", "3-5", True),
        ("2.99", "3-5", True),
        ("5", "<5", True),
        ("5", "<=5", False),
        ("5", ">5", True),
        ("<3", "3-5", True),
        ("<=3", "3-5", False),
        ("<4", "3-5", False),
        (">5", "3-5", True),
        (">1000", "3-5", True),
        (">4", "3-5", False),
        ("<15", "[ ]", False),
        ("positive", "3-5", False),
        ("", "3-5", False),
    ],
)
def test_a_value_is_outside_only_where_that_is_certain(value, limits, outside):
    assert is_outside(value, read_limits(limits)) is outside


def test_flags_win_over_the_range_and_the_range_over_silence():
    limits = Limits(3, 5)
    assert grade(Severity.NORMAL, "9", limits) is Severity.NORMAL
    assert grade(Severity.CRITICAL, "4", limits) is Severity.CRITICAL
    assert grade(None, "9", limits) is Severity.ABNORMAL
    assert grade(Severity.UNKNOWN, "9", limits) is Severity.ABNORMAL
    assert grade(None, "4", limits) is Severity.UNKNOWN
