"""Patients are written to by day, by the clock on their own wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outbox.daytime import AREA_CODES, STATES, by_day, is_day, zones_of

NEW_YORK, CHICAGO, DENVER = "America/New_York", "America/Chicago", "America/Denver"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "number", "zones"),
    [
        ("NY", "+13125550100", (NEW_YORK,)),
        ("ny ", "", (NEW_YORK,)),
        ("", "+13125550100", (CHICAGO,)),
        ("TN", "", (NEW_YORK, CHICAGO)),
        ("", "+12085550100", (DENVER, "America/Los_Angeles")),
        ("", "", ("Europe/Paris",)),
        ("Bavaria", "+442079460123", ("Europe/Paris",)),
    ],
)
def test_the_zone_is_the_addresses_before_the_phones_before_the_practices(state, number, zones):
    assert zones_of(state, number, "Europe/Paris") == zones


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-16T12:59:59", "2026-11-16T13:00:00"),
        ("2026-11-16T13:00:00", "2026-11-16T13:00:00"),
        ("2026-11-17T01:59:59", "2026-11-17T01:59:59"),
        ("2026-11-17T02:00:00", "2026-11-17T13:00:00"),
        ("2026-11-16T05:30:00", "2026-11-16T13:00:00"),
        # The night in which clocks go back has 25 hours, the one in which they go on has 23.
        ("2026-11-01T01:30:00", "2026-11-01T13:00:00"),
        ("2026-11-01T12:30:00", "2026-11-01T13:00:00"),
        ("2026-03-08T02:30:00", "2026-03-08T12:00:00"),
        ("2026-03-07T12:30:00", "2026-03-07T13:00:00"),
    ],
)
def test_night_is_over_at_eight_and_begins_at_nine_whatever_the_clocks_do(now, then):
    assert by_day([NEW_YORK], at(now)) == at(then)


def test_where_two_zones_are_possible_it_is_day_in_both():
    both = [NEW_YORK, CHICAGO]
    assert by_day(both, at("2026-11-16T13:30:00")) == at("2026-11-16T14:00:00")
    assert by_day(both, at("2026-11-17T02:15:00")) == at("2026-11-17T14:00:00")


@pytest.mark.parametrize(
    "zones", [[zone] for zone in STATES] + [["America/Adak", "America/Anchorage"]]
)
def test_at_every_half_hour_of_a_year_the_answer_is_by_day_and_the_soonest(zones):
    now = at("2026-01-01T00:00:00")
    while now.year == 2026:
        then = by_day(zones, now)
        assert is_day(zones, then)
        for zone in zones:
            assert 8 <= then.astimezone(ZoneInfo(zone)).hour < 21
        if then > now:
            assert not is_day(zones, then - timedelta(minutes=1))
            assert then - now < timedelta(hours=15)
        now += timedelta(hours=11, minutes=30)


def test_each_code_is_one_of_north_america():
    for words in AREA_CODES.values():
        for code in words.split():
            assert len(code) == 3
            assert code.isdigit()
            assert code[0] in "23456789"
