"""Working time through nights, breaks, holidays and both changes of the clocks."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from escalation.calendar import (
    DAY,
    ROUND_THE_CLOCK,
    CalendarInvalid,
    Hours,
    NeverOpen,
    add,
    at_local,
    between,
    check,
    end_of_day,
    is_open,
    next_open_day,
    opens,
)

CASES = int(os.environ.get("PROOF_CALENDARS", "10000"))
NEW_YORK = "America/New_York"
OFFICE = ((480, 720), (780, 1020))
"""8:00 to 12:00 and 13:00 to 17:00."""
WEEK = (OFFICE,) * 5 + ((), ())
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def new_york(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)


@pytest.fixture
def office() -> Hours:
    return Hours(NEW_YORK, WEEK)


def test_lunch_does_not_count(office):
    assert add(office, new_york(2026, 11, 18, 11, 30), HOUR) == new_york(2026, 11, 18, 13, 30)


def test_at_night_the_count_begins_with_the_next_opening(office):
    assert add(office, new_york(2026, 11, 17, 22, 5), HOUR) == new_york(2026, 11, 18, 9, 0)


def test_a_minute_before_closing_leaves_the_rest_for_the_next_working_day(office):
    friday = new_york(2026, 11, 20, 16, 59)
    assert add(office, friday, 4 * HOUR) == new_york(2026, 11, 23, 11, 59)


def test_what_ends_with_the_closing_is_due_then_and_not_the_next_morning(office):
    assert add(office, new_york(2026, 11, 18, 16, 0), HOUR) == new_york(2026, 11, 18, 17, 0)


def test_a_holiday_is_passed_over(office):
    thanksgiving = Hours(NEW_YORK, WEEK, closed=frozenset({date(2026, 11, 26)}))
    begin = new_york(2026, 11, 25, 16, 30)
    assert add(thanksgiving, begin, HOUR) == new_york(2026, 11, 27, 8, 30)
    assert add(office, begin, HOUR) == new_york(2026, 11, 26, 8, 30)


def test_a_day_with_hours_of_its_own_wins_over_week_and_holiday():
    eve = date(2026, 12, 24)
    short = Hours(NEW_YORK, WEEK, closed=frozenset({eve}), special={eve: ((480, 720),)})
    assert add(short, new_york(2026, 12, 24, 11, 0), 2 * HOUR) == new_york(2026, 12, 25, 9, 0)


def test_a_quarter_to_two_and_half_an_hour_in_the_night_clocks_go_back():
    begin = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)  # 01:45 daylight time
    assert add(ROUND_THE_CLOCK, begin, timedelta(minutes=30)) - begin == timedelta(minutes=30)
    all_day = Hours(NEW_YORK, (((0, DAY),),) * 7)
    assert add(all_day, begin, timedelta(minutes=30)) == datetime(2026, 11, 1, 6, 15, tzinfo=UTC)
    assert between(all_day, new_york(2026, 11, 1), new_york(2026, 11, 2)) == 25 * HOUR
    assert between(all_day, new_york(2026, 3, 8), new_york(2026, 3, 9)) == 23 * HOUR


def test_an_hour_that_does_not_exist_is_not_waited_for():
    night = Hours(NEW_YORK, (((120, 240),),) * 7)  # on 8 March 2:00 to 3:00 is missing
    assert between(night, new_york(2026, 3, 8), new_york(2026, 3, 9)) == HOUR


def test_open_and_closed_at_the_edges(office):
    assert not is_open(office, new_york(2026, 11, 18, 7, 59, 59))
    assert is_open(office, new_york(2026, 11, 18, 8, 0))
    assert not is_open(office, new_york(2026, 11, 18, 12, 0))
    assert opens(office, new_york(2026, 11, 18, 12, 0)) == new_york(2026, 11, 18, 13, 0)


def test_the_end_of_a_day_and_the_next_working_day(office):
    assert end_of_day(office, date(2026, 11, 18)) == new_york(2026, 11, 18, 17, 0)
    assert end_of_day(office, date(2026, 11, 21)) is None
    assert next_open_day(office, date(2026, 11, 20)) == date(2026, 11, 23)
    assert at_local(office, date(2026, 11, 18), 18 * 60) == new_york(2026, 11, 18, 18, 0)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (Hours("Mars/Olympus", WEEK), "no time zone"),
        (Hours("../etc/passwd", WEEK), "no time zone"),
        (Hours(NEW_YORK, WEEK[:6]), "seven days"),
        (Hours(NEW_YORK, ((),) * 7), "No hour of the week is open"),
        (Hours(NEW_YORK, (((480, 720), (700, 1020)), *WEEK[1:])), "overlaps"),
        (Hours(NEW_YORK, (((720, 480),), *WEEK[1:])), "12:00 to 08:00 ends before it begins"),
        (Hours(NEW_YORK, (((480, 1441),), *WEEK[1:])), "outside of a day"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_hours_that_cannot_be_used_are_refused_in_words(hours, says):
    with pytest.raises(CalendarInvalid, match=says):
        check(hours)


def test_a_place_that_never_opens_is_an_error_and_not_an_endless_loop():
    with pytest.raises(NeverOpen):
        add(Hours(NEW_YORK, ((),) * 7), new_york(2026, 1, 1), MINUTE)


# The oracle: walks minute by minute and looks at the wall clock, nothing else.


def walked(hours: Hours, begin: datetime, amount: timedelta) -> datetime:
    zone, left, at = ZoneInfo(hours.zone), amount // MINUTE, begin
    while left:
        left -= wall_clock_says_open(hours, at.astimezone(zone))
        at += MINUTE
    return at


def wall_clock_says_open(hours: Hours, local: datetime) -> bool:
    day, minute = local.date(), local.hour * 60 + local.minute
    if day in hours.special:
        spans = hours.special[day]
    elif day in hours.closed:
        return False
    else:
        spans = hours.week[day.weekday()]
    return any(begins <= minute < until for begins, until in spans)


def made_up(seed: int) -> tuple[Hours, datetime, timedelta]:
    """A zone, hours, an instant near a change of its clocks half of the time, and an amount."""
    dice = random.Random(seed)
    zone = ZONES[seed % len(ZONES)]
    week = (*(tuple(intervals(dice)) for _ in range(6)), ((300, 600),))
    begin = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(9 * 365 * DAY))
    near = changes_of(zone)
    if near and dice.random() < 0.5:
        begin = dice.choice(near) + timedelta(minutes=dice.randrange(-2 * DAY, DAY))
    days = [begin.date() + timedelta(days=ahead) for ahead in range(-1, 4)]
    closed = frozenset(day for day in days if dice.random() < 0.15)
    special = {day: ((60, 200),) for day in days if dice.random() < 0.1}
    return Hours(zone, week, closed, special), begin, timedelta(minutes=dice.randrange(1, 600))


def intervals(dice: random.Random) -> Iterator[tuple[int, int]]:
    cuts = sorted(dice.sample(range(DAY + 1), dice.choice((0, 2, 2, 4))))
    yield from zip(cuts[::2], cuts[1::2], strict=True)


def changes_of(zone: str) -> list[datetime]:
    if zone not in CHANGES:
        place, found = ZoneInfo(zone), []
        for day in range(0, 9 * 365, 5):
            at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
            later = at + timedelta(days=5)
            if at.astimezone(place).utcoffset() != later.astimezone(place).utcoffset():
                found.append(at + timedelta(days=dice_day(zone, day)))
        CHANGES[zone] = found
    return CHANGES[zone]


def dice_day(zone: str, day: int) -> int:
    return random.Random(f"{zone}{day}").randrange(6)


ZONES = sorted(available_timezones())
CHANGES: dict[str, list[datetime]] = {}


def test_due_times_are_those_of_a_walk_along_the_wall_clock():
    for seed in range(CASES):
        hours, begin, amount = made_up(seed)
        due = add(hours, begin, amount)
        assert due == walked(hours, begin, amount), (seed, hours.zone, begin)
        assert between(hours, begin, due) == amount, seed
        assert due >= begin + amount, seed
        assert add(hours, begin, amount + MINUTE) > due, seed
        assert is_open(hours, due - MINUTE), seed


def test_round_the_clock_is_plain_time():
    dice = random.Random(7)
    for _ in range(2000):
        begin = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(280_000_000))
        amount = timedelta(seconds=dice.randrange(1, 500_000))
        assert add(ROUND_THE_CLOCK, begin, amount) == begin + amount
