"""FHIR dates as they are written: precision, zones, and what is certain."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.measures.dates import Days, Interval, interval, is_after, moment

CHICAGO = ZoneInfo("America/Chicago")
YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))
WINDOW = Days(date(2026, 1, 1), date(2026, 10, 31))

instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
offsets = st.integers(-14 * 4, 14 * 4).map(lambda n: timezone(timedelta(minutes=15 * n)))
precisions = st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@pytest.mark.parametrize(
    "written, parts",
    [
        ("2026", (2026,)),
        ("2026-10", (2026, 10)),
        ("2026-10-31", (2026, 10, 31)),
        ("2026-10-31T23:59:00.000+00:00", (2026, 10, 31, 23, 59, 0)),
        ("2026-10-31T23:59:30Z", (2026, 10, 31, 23, 59, 30_000_000)),
        ("2026-10-31T23:59:30.25Z", (2026, 10, 31, 23, 59, 30_250_000)),
        ("2026-10-31T23:59:30.123456789Z", (2026, 10, 31, 23, 59, 30_123_456)),
        ("2026-12-31T23:59:60Z", (2026, 12, 31, 23, 59, 59_000_000)),
        ("2026-10-31T23:59Z", (2026, 10, 31, 23, 59)),
        ("2026-10-31T23:59-0130", (2026, 11, 1, 1, 29)),
    ],
)
def test_a_moment_is_as_long_as_it_was_written(written, parts):
    assert moment(written) == parts


@pytest.mark.parametrize(
    "written",
    [None, 2026, {}, "", "soon", "26-1-1", "2026-13", "2026-02-30", "2026-01-01T24:00:00Z",
     "0000", "2026-01-01 10:00:00Z", "0001-01-01T00:00:00+14:00", "2026-01-01T10:00:00+99:00"],
)  # fmt: skip
def test_what_is_no_date_is_nothing(written):
    assert moment(written) is None


def test_a_time_is_shown_by_the_zones_clock_and_a_day_stays_itself():
    assert moment("2026-11-01T03:30:00Z", CHICAGO) == (2026, 10, 31, 22, 30, 0)
    assert moment("2026-10-31T23:30:00-05:00") == (2026, 11, 1, 4, 30, 0)
    assert moment("2026-11-01", CHICAGO) == (2026, 11, 1)
    assert moment("2026-11-01T00:30:00", CHICAGO) == (2026, 11, 1, 0, 30, 0)


@pytest.mark.parametrize(
    "written, in_year, in_window",
    [
        ("2025-12-31T23:59:59.999Z", False, False),
        ("2026-01-01T00:00:00Z", True, True),
        ("2026-10-31T23:59:59.999Z", True, True),
        ("2026-11-01T00:00:00Z", True, False),
        ("2026-12-31T23:59:59.999Z", True, False),
        ("2027-01-01T00:00:00Z", False, False),
        ("2026-01-01", True, True),
        ("2026-10-31", True, True),
        ("2026-06", True, True),
        ("2026-01", False, False),
        ("2026-10", True, False),
        ("2026-12", False, False),
        ("2026", False, False),
    ],
)
def test_both_ends_of_a_period_belong_to_it_and_only_what_is_certain_counts(
    written, in_year, in_window
):
    assert YEAR.hold(moment(written)) is in_year
    assert WINDOW.hold(moment(written)) is in_window


@pytest.mark.parametrize(
    "later, earlier",
    [
        ("2026-03-02T09:15:00.001Z", "2026-03-02T09:15:00Z"),
        ("2026-03-02T10:15:01+01:00", "2026-03-02T09:15:00Z"),
        ("2026-03-03", "2026-03-02T23:59:59Z"),
        ("2026-03-03T00:00:00Z", "2026-03-02"),
        ("2026-04", "2026-03-31"),
        ("2027", "2026-12-31T23:59:59Z"),
    ],
)
def test_what_is_certainly_later(later, earlier):
    assert is_after(moment(later), moment(earlier))
    assert not is_after(moment(earlier), moment(later))


@pytest.mark.parametrize(
    "one, other",
    [
        ("2026-03-02", "2026-03-02T09:15:00Z"),
        ("2026-03", "2026-03-02"),
        ("2026-03-02T09:15:00Z", "2026-03-02T10:15:00+01:00"),
        ("2026-03-02", None),
    ],
)
def test_what_may_be_the_same_is_not_certainly_later(one, other):
    assert not is_after(moment(one), moment(other))
    assert not is_after(moment(other), moment(one))


@given(at=instants, offset=offsets, zone=st.sampled_from([UTC, CHICAGO]))
def test_the_offset_an_instant_is_written_in_never_matters(at, offset, zone):
    assert moment(at.astimezone(offset).isoformat(), zone) == moment(at.isoformat(), zone)


@given(one=instants, other=instants, how=precisions, as_well=precisions)
def test_what_is_said_less_precisely_never_turns_the_answer_round(one, other, how, as_well):
    if is_after(moment(one.strftime(how)), moment(other.strftime(as_well))):
        assert one.replace(microsecond=0) > other.replace(microsecond=0)


@given(at=instants, how=precisions)
def test_a_day_that_certainly_belongs_belongs(at, how):
    if YEAR.hold(moment(at.strftime(how))):
        assert at.year == 2026


def test_a_period_holds_what_begins_and_ends_in_it():
    assert YEAR.hold_all(interval({"start": "2026-01-01", "end": "2026-12-31T23:59:00Z"}))
    assert not YEAR.hold_all(interval({"start": "2025-12-31", "end": "2026-01-01"}))
    assert not YEAR.hold_all(interval({"start": "2026-12-31", "end": "2027-01-01"}))


@pytest.mark.parametrize("period", [{"start": "2026-03-02"}, {"end": "2026-03-02"}, {}, None, "x"])
def test_a_period_with_a_side_missing_is_in_none(period):
    assert not YEAR.hold_all(interval(period))


def test_a_period_that_ends_before_it_starts_says_nothing():
    assert interval({"start": "2026-03-03", "end": "2026-03-02"}) == Interval(None, None)
