"""What people read: spans, instants, ages, names."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards import words
from dashboards.words import Level

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (47 * 3600, "47 h"),
     (48 * 3600, "2 d"), (-5, "now")],
)  # fmt: skip
def test_a_span_is_said_in_its_largest_fitting_unit(seconds, said):
    assert words.span(seconds) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 23, 14, 3, tzinfo=UTC), "Today 09:03"),
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), "Yesterday 23:59"),
        (datetime(2026, 11, 24, 13, 0, tzinfo=UTC), "Tomorrow 08:00"),
        (datetime(2026, 11, 18, 14, 0, tzinfo=UTC), "Nov 18, 09:00"),
        (datetime(2025, 3, 1, 14, 0, tzinfo=UTC), "Mar 1, 2025"),
    ],
)
def test_an_instant_is_said_on_the_clock_of_the_place(at, said):
    assert words.at_words(at, zone=NEW_YORK, now=NOW) == said


def test_the_exact_form_names_the_zone_on_both_sides_of_the_clock_change():
    assert words.exactly(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), NEW_YORK).endswith("08:00 EDT")
    assert words.exactly(datetime(2026, 12, 1, 12, 0, tzinfo=UTC), NEW_YORK).endswith("07:00 EST")


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1945, 7, 14), "81 y"),
        (date(2000, 11, 24), "25 y"),
        (date(2000, 11, 23), "26 y"),
        (date(2025, 8, 2), "15 mo"),
        (date(2026, 11, 1), "22 d"),
        (date(2026, 9, 24), "60 d"),
        (date(2026, 9, 23), "2 mo"),
    ],
)
def test_an_age_is_in_years_and_under_two_in_months(born, said):
    assert words.age(born, on=date(2026, 11, 23)) == said


def test_a_name_has_its_family_first_and_is_never_blank():
    assert words.patient_name("Diaz", "Maria") == "DIAZ, Maria"
    assert words.patient_name("", "MARIA ELENA") == "Maria Elena"
    assert words.patient_name(" ", "") == "Name not known"


def test_counting_stops_at_the_cap_and_says_so():
    assert words.count(999) == "999"
    assert words.count(1000) == "1,000+"


def test_every_level_has_its_own_word():
    assert [level.word for level in Level] == [
        "Critical", "Abnormal", "Unflagged", "Routine", "FYI",
    ]  # fmt: skip


def test_an_unknown_flag_is_said_as_it_came():
    assert words.flag_words("HH") == "critically high"
    assert words.flag_words("QQ") == "flagged QQ"
    assert words.flag_words("") == ""


def test_waiting_says_since_when_in_full():
    moment = words.waited(NOW - timedelta(minutes=12), zone=NEW_YORK, now=NOW)
    assert moment.words == "12 min"
    assert moment.exact == "since Nov 23, 2026, 09:48 EST"
