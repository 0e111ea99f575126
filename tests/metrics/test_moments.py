"""The moments of a day, on the days that are not like others."""

from datetime import UTC, date, datetime

from escalation.calendar import Hours
from escalation.ladder import Anchor, Place
from metrics import moments
from metrics.moments import Moment

WEEK = (((480, 720), (780, 1020)),) * 5 + ((), ())
NEW_YORK = Place(Hours("America/New_York", WEEK), {})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_moments_are_those_of_the_wall_clock_on_both_sides_of_a_change():
    before = moments.of_day(NEW_YORK, date(2026, 10, 30))
    after = moments.of_day(NEW_YORK, date(2026, 11, 2))
    assert before[Moment.END_OF_CLINIC] == utc(2026, 10, 30, 21)
    assert before[Moment.NEXT_OPENING] == utc(2026, 11, 2, 13)
    assert after[Moment.END_OF_CLINIC] == utc(2026, 11, 2, 22)
    assert after[Moment.ZERO_TASK_HOUR] == utc(2026, 11, 2, 23)
    assert after[Moment.AFTER_HOURS] == utc(2026, 11, 3, 1)


def test_a_day_on_which_clocks_change_is_an_hour_longer():
    begins, ends = moments.whole(NEW_YORK, date(2026, 11, 1))
    assert (ends - begins).total_seconds() == 25 * 3600


def test_a_break_is_not_the_end_of_clinic_and_short_hours_are():
    short = Hours("America/New_York", WEEK, special={date(2026, 11, 25): ((480, 720),)})
    assert moments.of_day(NEW_YORK, date(2026, 11, 25))[Moment.END_OF_CLINIC].hour == 22
    found = moments.of_day(Place(short, {}), date(2026, 11, 25))
    assert found[Moment.END_OF_CLINIC] == utc(2026, 11, 25, 17)


def test_a_place_names_its_own_hours_and_a_closed_day_has_none():
    place = Place(NEW_YORK.hours, {Anchor.ZERO_TASK_HOUR: 19 * 60, Anchor.END_OF_CLINIC: 16 * 60})
    found = moments.of_day(place, date(2026, 11, 16))
    assert found[Moment.ZERO_TASK_HOUR] == utc(2026, 11, 17, 0)
    assert found[Moment.END_OF_CLINIC] == utc(2026, 11, 16, 21)
    assert moments.of_day(NEW_YORK, date(2026, 11, 15)) == {}
