"""When clocks are due, and when each rung of a ladder fires."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.calendar import Hours
from escalation.ladder import (
    Aim,
    Anchor,
    Firing,
    Measure,
    Place,
    Step,
    anchored,
    due,
    firings,
    next_after,
    paused_between,
    to_fire,
)

NEW_YORK = "America/New_York"
PLACE = Place(Hours(NEW_YORK, (((480, 720), (780, 1020)),) * 5 + ((), ())), {})
MINUTE = timedelta(minutes=1)


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)


FRIDAY_LATE = local(2026, 11, 20, 16, 30)


@pytest.mark.parametrize(
    ("aim", "expected"),
    [
        (Aim(60, Measure.CLOCK), local(2026, 11, 20, 17, 30)),
        (Aim(60, Measure.BUSINESS), local(2026, 11, 23, 8, 30)),
        (Aim(1, Measure.BUSINESS_DAYS), local(2026, 11, 23, 16, 30)),
        (Aim(2, Measure.BUSINESS_DAYS), local(2026, 11, 24, 16, 30)),
        (Aim(1, Measure.END_OF_BUSINESS_DAY), local(2026, 11, 23, 17, 0)),
        (Aim(0, Measure.END_OF_BUSINESS_DAY), local(2026, 11, 20, 17, 0)),
    ],
    ids=str,
)
def test_an_aim_is_counted_in_its_own_measure(aim, expected):
    assert due(aim, PLACE, FRIDAY_LATE) == expected


def test_what_begins_at_night_is_counted_from_the_opening():
    night = local(2026, 11, 17, 23, 0)
    assert due(Aim(1, Measure.BUSINESS_DAYS), PLACE, night) == local(2026, 11, 19, 8, 0)
    assert due(Aim(30, Measure.CLOCK), PLACE, night) == local(2026, 11, 17, 23, 30)


def test_a_pause_over_the_weekend_takes_no_working_time():
    aim = Aim(120, Measure.BUSINESS)
    held, resumed = local(2026, 11, 20, 16, 45), local(2026, 11, 23, 8, 15)
    paused = paused_between(aim, PLACE, held, resumed)
    assert paused == 30 * MINUTE
    begin = FRIDAY_LATE
    assert due(aim, PLACE, begin, paused=paused) == local(2026, 11, 23, 10, 0)


def test_an_anchor_is_the_first_such_moment_of_a_working_day():
    assert anchored(Anchor.END_OF_CLINIC, PLACE, FRIDAY_LATE) == local(2026, 11, 20, 17, 0)
    assert anchored(Anchor.ZERO_TASK_HOUR, PLACE, FRIDAY_LATE) == local(2026, 11, 20, 18, 0)
    late = local(2026, 11, 20, 20, 0, 1)
    assert anchored(Anchor.AFTER_HOURS, PLACE, late) == local(2026, 11, 23, 20, 0)
    assert anchored(Anchor.END_OF_DAY, PLACE, local(2026, 11, 22, 9, 0)) == local(2026, 11, 23, 17)


LADDER = (
    Step(after=Aim(-10, Measure.CLOCK)),
    Step(after=Aim(0, Measure.CLOCK)),
    Step(after=Aim(15, Measure.CLOCK), repeat=2, every=Aim(10, Measure.CLOCK)),
    Step(anchor=Anchor.END_OF_CLINIC),
)
DUE = local(2026, 11, 20, 16, 0)
PLAN = firings(LADDER, PLACE, DUE)


def test_a_ladder_says_every_firing_in_order():
    assert [
        Firing(DUE - 10 * MINUTE, 0),
        Firing(DUE, 1),
        Firing(DUE + 15 * MINUTE, 2, 0),
        Firing(DUE + 25 * MINUTE, 2, 1),
        Firing(DUE + 35 * MINUTE, 2, 2),
        Firing(DUE + 60 * MINUTE, 3),
    ] == PLAN


RUNGS = dict(enumerate(LADDER))


def coming(climbed, rungs=RUNGS):
    return next_after(rungs, PLACE, DUE, climbed)


def fires(climbed, now, rungs=RUNGS):
    return to_fire(rungs, PLACE, DUE, climbed, now=now)


def test_after_a_standstill_the_highest_due_step_fires_and_the_rest_are_passed_over():
    chosen, passed = fires({0: 0}, DUE + 30 * MINUTE)
    assert chosen == Firing(DUE + 25 * MINUTE, 2, 1)
    assert passed == [Firing(DUE, 1)]
    done = {0: 0, 1: 0, 2: 1}
    assert fires(done, DUE + 30 * MINUTE) == (None, [])
    assert coming(done) == Firing(DUE + 35 * MINUTE, 2, 2)
    assert coming({0: 0, 1: 0, 2: 2, 3: 0}) is None


def test_nothing_fires_before_its_time():
    assert fires({}, DUE - 10 * MINUTE - timedelta(microseconds=1)) == (None, [])


def test_a_step_without_end_goes_on_and_leaves_no_trail_of_what_was_missed():
    endless = {0: Step(after=Aim(0, Measure.CLOCK), every=Aim(10, Measure.CLOCK), is_endless=True)}
    year_later = DUE + timedelta(days=365, minutes=3)
    chosen, passed = fires({}, year_later, endless)
    assert chosen == Firing(DUE + timedelta(days=365), 0, 365 * 144)
    assert passed == []
    assert coming({0: chosen.round}, endless) == Firing(
        chosen.at + 10 * MINUTE, 0, chosen.round + 1
    )


def test_a_step_in_open_hours_waits_for_the_opening_and_its_rounds_count_open_time():
    step = Step(after=Aim(0, Measure.BUSINESS), repeat=3, every=Aim(240, Measure.BUSINESS),
                waits_for_opening=True)  # fmt: skip
    closing, rungs = local(2026, 11, 20, 17, 0), {0: step}
    opened = local(2026, 11, 23, 8, 0)
    assert next_after(rungs, PLACE, closing, {}) == Firing(opened, 0, 0)
    assert to_fire(rungs, PLACE, closing, {}, now=local(2026, 11, 22, 12, 0)) == (None, [])
    assert to_fire(rungs, PLACE, closing, {}, now=opened)[0] == Firing(opened, 0, 0)
    assert next_after(rungs, PLACE, closing, {0: 0}) == Firing(local(2026, 11, 23, 13, 0), 0, 1)
