"""Times, numbers, codes, ids, people and places as values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.values import Code, Identifier, Priority, ProviderRef
from integrations.hl7.grammar import grammar_of
from integrations.hl7.times import has_time, parse_date, parse_ts
from integrations.hl7.types import codes, identifier, number, place, priority, provider

PLAIN = grammar_of("|", "^~\\&", "utf-8")
NEW_YORK = "America/New_York"
WINTER = datetime(2026, 1, 15, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("202601151230", WINTER),
        ("20260115123000", WINTER),
        ("20260115123000-0500", WINTER),
        ("20260115183000+0100", WINTER),
        ("202601151730+0000", WINTER),
        ("20260115123000.5", WINTER + timedelta(milliseconds=500)),
        ("20260115123000.123456789-0500", WINTER + timedelta(microseconds=123456)),
        ("2026-01-15T17:30:00Z", WINTER),
        (" 202601151230 ", WINTER),
        ("20260115", datetime(2026, 1, 15, 5, 0, tzinfo=UTC)),
        ("2026011512", datetime(2026, 1, 15, 17, 0, tzinfo=UTC)),
        ("202601", datetime(2026, 1, 1, 5, 0, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, 5, 0, tzinfo=UTC)),
        ("20260715123000", datetime(2026, 7, 15, 16, 30, tzinfo=UTC)),
        ("20260114240000", datetime(2026, 1, 15, 5, 0, tzinfo=UTC)),
        ("20260115123060", datetime(2026, 1, 15, 17, 30, 59, tzinfo=UTC)),
        ("19400101000000", datetime(1940, 1, 1, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_timestamp_of_any_precision_is_an_instant(text, instant):
    assert parse_ts(text, NEW_YORK) == instant
    assert parse_ts(text, NEW_YORK).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", '""', "0", "00000000", "20261301", "20260230", "yesterday", "20260115+2500"),
        *("00010101000000+1400", "99991231235959-1400", "2026W031", "20260115 12h30"),
        *("٢٠٢٦٠١١٥١٢٣٠", "9" * 60),
    ],
)
def test_what_is_no_time_is_none(text):
    assert parse_ts(text, NEW_YORK) is None


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))
def test_every_instant_survives_being_written(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_ts(moment.strftime("%Y%m%d%H%M%S+0000"), NEW_YORK) == moment
    assert parse_ts(moment.strftime("%Y%m%d%H%M%S"), "UTC") == moment


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_none(text):
    found = parse_ts(text, NEW_YORK)
    assert found is None or found.tzinfo is UTC
    day = parse_date(text)
    assert day is None or isinstance(day, date)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("19610305", date(1961, 3, 5)),
        ("19610305235959-0800", date(1961, 3, 5)),
        ("1961-03-05", date(1961, 3, 5)),
        ("196103", None),
        ("19610230", None),
        ("", None),
        ("unknown", None),
    ],
)
def test_a_birthday_is_the_day_as_written(text, day):
    assert parse_date(text) == day


def test_a_bare_day_has_no_time():
    assert [has_time(text) for text in ("20260115", "202601151230", "", "x")] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("5.1", 5.1), ("-2", -2.0), ("+3.", 3.0), (".5", 0.5), ("1e3", 1000.0)]
    + [(text, None) for text in ("", "<5", "5 mg", "nan", "inf", "1e999", "1_0", "٣", "9" * 50)],
)
def test_only_a_plain_finite_number_is_a_number(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "code", "alternate"),
    [
        ("2345-7^Glucose^LN", Code("2345-7", "Glucose", "loinc"), None),
        (
            "GLU^Glucose^L^2345-7^Glucose^LN",
            Code("2345-7", "Glucose", "loinc"),
            Code("GLU", "Glucose", "local"),
        ),
        (
            "2345-7^Glucose^LN^GLU^Sugar^99ELM",
            Code("2345-7", "Glucose", "loinc"),
            Code("GLU", "Sugar", "local"),
        ),
        ("^^^2345-7^^LN", Code("2345-7", "", "loinc"), None),
        ("X^Said^L^^^^^^Original", Code("X", "Said", "local"), None),
        ("X^^L^^^^^^Original", Code("X", "Original", "local"), None),
        ("I10^Hypertension^I10", Code("I10", "Hypertension", "icd10"), None),
        ("1^A^http://snomed.info/sct", Code("1", "A", "snomed"), None),
        ('""', Code(""), None),
        ("", Code(""), None),
        ("a\\T\\b^B", Code("a&b", "B"), None),
    ],
)
def test_a_coded_element_gives_its_loinc_code_first(text, code, alternate):
    assert codes(text, PLAIN) == (code, alternate)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("508773^^^ELM^MR", Identifier("508773", "ELM", "MR")),
        ("508773^^^ELM&1.2.3&ISO^MR", Identifier("508773", "ELM", "MR")),
        ("508773^^^&1.2.3&ISO^MR", Identifier("508773", "1.2.3", "MR")),
        ("508773", Identifier("508773", "OAK", "")),
        ("508773^^^^MR", Identifier("508773", "OAK", "MR")),
        ("^^^ELM^MR", None),
        ('""^^^ELM', None),
    ],
)
def test_an_identifier_has_an_assigner(text, found):
    assert identifier(text, PLAIN, "OAK") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("77^OKAFOR^GRACE", ProviderRef("77", "OKAFOR", "GRACE")),
        ("77", ProviderRef("77")),
        ("^OKAFOR^GRACE", ProviderRef("", "OKAFOR", "GRACE")),
        ("OkaforGrace", ProviderRef("", "OkaforGrace")),
        ("77^OKAFOR&van^GRACE^^^^^^ELM&1.2&ISO", ProviderRef("77", "OKAFOR", "GRACE", "ELM")),
        (
            "77^OKAFOR^GRACE~1234567893^OKAFOR^GRACE^^^^^^NPI^L^^^NPI",
            ProviderRef("1234567893", "OKAFOR", "GRACE", "NPI"),
        ),
        ("1234567893^OKAFOR^^^^^^^^^^^NPI", ProviderRef("1234567893", "OKAFOR", "", "NPI")),
        ("~77^OKAFOR", ProviderRef("77", "OKAFOR")),
        ("", None),
        ('""', None),
        ("^^^", None),
    ],
)
def test_a_clinician_is_named_by_number_or_name(text, found):
    assert provider(text, PLAIN) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("CLINIC A^R1^B2^ELM", "CLINIC A"), ("^^^ELM&1.2", "ELM"), ("ED&9.8&ISO", "ED"), ("", "")],
)
def test_a_place_is_its_point_of_care_or_its_facility(text, found):
    assert place(text, PLAIN) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("S", "stat"), ("STAT", "stat"), ("a", "asap"), ("R", "routine"), ("T", "urgent")),
        *(("TS10", "urgent"), ("TM5", "urgent"), ("PRN", "routine"), ("", None), ("Q", None)),
    ],
)
def test_priorities_of_all_tables_become_ours(text, found):
    assert priority(text) == (Priority(found) if found else None)
