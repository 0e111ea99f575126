"""What each pass leaves behind: when, how many it looked at, how many came to something."""

from datetime import timedelta

import pytest

from charts.values import Severity
from config import schedule
from tenants.rounds import Swept
from tests.escalation.conftest import elm, sweep  # noqa: F401
from tests.reports import bring, graded
from watchdog import heartbeats
from watchdog.heartbeats import Passes
from watchdog.models import Heartbeat

pytestmark = pytest.mark.django_db

FIRE = schedule.named("fire-steps")


def left() -> tuple[int, int, int]:
    beat = Heartbeat.objects.get(name=FIRE.name)
    return beat.looked, beat.fired, beat.took_ms


def test_passes_since_the_last_beat_are_summed_and_the_longest_is_kept(now):
    passes = Passes()
    passes.add(Swept(10, fired=3), seconds=0.25)
    passes.add(Swept(4, fired=0), seconds=0.5)
    passes.add(0, seconds=0.001)
    heartbeats.beat(FIRE, passes, now=now)
    assert left() == (14, 3, 500)


def test_a_sweep_that_does_not_tell_them_apart_did_all_that_it_looked_at(now):
    passes = Passes()
    passes.add(7, seconds=0)
    heartbeats.beat(FIRE, passes, now=now)
    assert left()[:2] == (7, 7)


def test_an_idle_pass_keeps_what_the_last_busy_one_did(now):
    heartbeats.beat(FIRE, Passes(14, 3), now=now)
    heartbeats.beat(FIRE, Passes(), now=now + timedelta(seconds=2))
    beat = Heartbeat.objects.get()
    assert (beat.at, beat.looked, beat.fired) == (now + timedelta(seconds=2), 0, 0)
    assert (beat.busy_at, beat.busy_looked, beat.busy_fired) == (now, 14, 3)


def test_noting_a_pass_is_one_statement(now, django_assert_num_queries):
    with django_assert_num_queries(1):
        heartbeats.beat(FIRE, Passes(1, 1), now=now)
    with django_assert_num_queries(1):
        heartbeats.beat(FIRE, Passes(1, 1), now=now)


def test_t16_the_sweeps_of_a_critical_result_tell_how_many_they_looked_at_and_fired(elm, now):  # noqa: F811
    bring(graded(Severity.CRITICAL, at=None), now=now)
    later = now + timedelta(minutes=2)
    for one in (schedule.named("follow-tasks"), FIRE):
        passes = Passes()
        passes.add(one.run(now=later), seconds=0.02)
        heartbeats.beat(one, passes, now=later)
    followed = Heartbeat.objects.get(name="follow-tasks")
    assert (followed.at, followed.looked, followed.fired) == (later, 1, 2)
    assert left() == (1, 1, 20)


@pytest.mark.parametrize(
    ("age", "every", "is_late"),
    [(None, 0.5, True), (24, 0.5, False), (26, 0.5, True), (110, 60, False), (121, 60, True)],
)
def test_a_sweep_is_late_after_its_own_measure(age, every, is_late):
    assert heartbeats.is_late(age, every=every) is is_late
