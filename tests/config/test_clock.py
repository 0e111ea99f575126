"""One now for everything that fires: no single clock that jumps moves it."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from config.clock import FRESH_SECONDS, Clock
from tenants.models import Topic, Wake
from tenants.wake import practices_due
from watchdog import clocks
from watchdog.heartbeats import Passes, beat
from watchdog.median import Readings, first
from watchdog.models import ClockReading

START = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
TWO_HOURS = 7200.0
YEAR = 365 * 86400


class Sources:
    """A database and a host whose clocks can be set, and the time that truly passes."""

    def __init__(self) -> None:
        self.passed, self.database_off, self.host_off = 0.0, 0.0, 0.0
        self.witness: datetime | None = None

    @property
    def true(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def clock(self) -> Clock:
        return Clock(
            database=lambda: self.true + timedelta(seconds=self.database_off),
            host=lambda: self.true + timedelta(seconds=self.host_off),
            elapsed=lambda: 1000 + self.passed,
            witness=lambda: self.witness,
        )


@pytest.fixture
def sources(db) -> Sources:
    return Sources()


def off(clock: Clock, sources: Sources) -> float:
    return (clock.now() - sources.true).total_seconds()


@pytest.mark.parametrize("jump", [TWO_HOURS, -TWO_HOURS, 5 * 3600, -30])
@pytest.mark.parametrize("source", ["database_off", "host_off"])
def test_a_jump_of_either_clock_changes_nothing(sources, source, jump):
    clock = sources.clock()
    assert off(clock, sources) == 0
    for second in range(200):
        sources.passed = float(second)
        setattr(sources, source, jump if 20 <= second < 180 else 0.0)
        assert off(clock, sources) == 0


def test_both_clocks_that_jump_together_are_believed_for_then_they_are_two(sources):
    clock = sources.clock()
    clock.now()
    sources.database_off = sources.host_off = 600.0
    assert off(clock, sources) == 600


@pytest.mark.parametrize("jump", [TWO_HOURS, -TWO_HOURS])
@pytest.mark.parametrize("source", ["database_off", "host_off"])
def test_no_timer_fires_early_and_none_is_put_off_while_a_clock_is_wrong(
    elm_street, sources, source, jump
):
    """Twenty timers, one a second; the clock jumps before the third."""
    practice = elm_street.practice
    due = [START + timedelta(seconds=number) for number in range(20)]
    Wake.objects.filter(topic=Topic.CLOCK).delete()
    Wake.objects.bulk_create(
        Wake(topic=Topic.CLOCK, at=at, practice=practice, about=practice.pk) for at in due
    )
    clock, early, late = sources.clock(), 0, 0
    clock.now()
    setattr(sources, source, jump)
    for second in range(25):
        sources.passed = second + 0.5
        at = clock.now()
        seen = bool(practices_due(Topic.CLOCK, now=at))
        fired, _ = Wake.objects.filter(topic=Topic.CLOCK, at__lte=at).delete()
        early += fired > 1
        late += second < 20 and not seen
    assert (early, late, Wake.objects.filter(topic=Topic.CLOCK).count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("database", "host", "witness", "accepted"),
    [
        (0, 0, None, 0),
        (7200, 0, None, 0),
        (0, 7200, None, 0),
        (0, -50 * YEAR, None, 0),
        (-50 * YEAR, 0, None, 0),
        (0, -7200, -60, 0),
        (-7200, 0, -60, 0),
        (7200, 0, -1, 0),
        (0, 1, -86400, 0),
        (-10, -20, 100, -10),
    ],
)
def test_who_just_began_asks_what_others_accepted_and_is_never_early(
    database, host, witness, accepted
):
    def at(seconds):
        return None if seconds is None else START + timedelta(seconds=seconds)

    assert first(database=at(database), host=at(host), witness=at(witness)) == at(accepted)


def test_who_just_began_and_is_held_up_between_its_readings_is_never_early(sources):
    def slowly(read):
        def reading():
            found = read()
            sources.passed += 60
            return found

        return reading

    ahead = timedelta(hours=5)
    clock = Clock(
        database=slowly(lambda: sources.true), host=slowly(lambda: sources.true + ahead),
        elapsed=lambda: 1000 + sources.passed, witness=slowly(lambda: sources.true),
    )  # fmt: skip
    assert off(clock, sources) <= 0


@pytest.mark.parametrize("jump", [TWO_HOURS, -TWO_HOURS])
def test_r30_a_glance_shows_the_accepted_instant_whatever_the_host_says(sources, jump):
    clock = sources.clock()
    clock.now()
    for second in range(200):
        sources.passed, sources.host_off = float(second), jump
        assert clock.glance() == sources.true


def test_r30_a_glance_leaves_no_row_for_another_thread_to_wait_for(sources):
    clock = sources.clock()
    for minute in range(10):
        sources.passed = minute * 60.0
        clock.glance()
    assert not ClockReading.objects.exists()


def test_r30_a_glance_reads_anew_what_was_read_a_while_ago(sources):
    clock = sources.clock()
    clock.glance()
    sources.database_off = sources.host_off = 600.0
    assert clock.glance() == sources.true
    sources.passed = FRESH_SECONDS + 1
    assert (clock.glance() - sources.true).total_seconds() == 600


def test_the_median_of_three_is_the_one_in_the_middle():
    late, right, early = START + timedelta(hours=2), START, START - timedelta(seconds=1)
    readings = Readings(database=late, host=early, steady=right)
    assert (readings.now, readings.spread, readings.agree) == (right, 7201, False)
    assert Readings(START, START, START + timedelta(seconds=5)).agree


def test_clocks_that_disagree_are_told_once_and_kept_for_the_auditor(sources, caplog):
    clock = sources.clock()
    clock.now()
    sources.host_off = 6.0
    with caplog.at_level(logging.INFO, logger="config.clock"):
        for second in range(4):
            sources.passed = float(second)
            clock.now()
        assert ClockReading.objects.get().spread_seconds == 6
        sources.host_off = 0.0
        clock.now()
    assert [record.message for record in caplog.records] == [
        "clocks disagree", "clocks agree again"]  # fmt: skip
    assert ClockReading.objects.get().spread_seconds == 0


def test_readings_of_processes_that_are_gone_are_forgotten(db):
    clocks.note_reading("old:1", spread=0, now=START - timedelta(hours=2))
    clocks.note_reading("here:2", spread=0, now=START)
    assert clocks.forget_readings(now=START) == 1
    assert ClockReading.objects.get().process == "here:2"


@pytest.mark.django_db
def test_the_real_sources_agree_here_and_a_sign_of_life_is_the_witness(elm_street):
    class Sweep:
        name, every = "any", 1.0

    beat(Sweep(), Passes(), now=timezone.now())
    clock = Clock()
    assert abs((clock.now() - timezone.now()).total_seconds()) < 1
    assert clock.spread() < 1
    assert clocks.latest_sign() is not None
