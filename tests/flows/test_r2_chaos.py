"""R2, R3, R5, R6, R9, R10: real processes on servers of their own, killed or left in peace."""

import os
from dataclasses import replace

import pytest

from tests.flows.chaos.courts import allowed, fight, not_zero
from tests.flows.chaos.trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

by_hand = pytest.mark.skipif(
    "PROOF_CHAOS" not in os.environ,
    reason="minutes of trials beside the one with kills: PROOF_CHAOS=1",
)

PEACE = Trial(kills=0, postgres_stops=0, valkey_kills=0, valkey_flushes=0, hostile=False,
              skewed=False, drain=180.0)  # fmt: skip
NO_BROKER = replace(PEACE, valkey=False, workers=0, beats=0)


def test_r2_nothing_is_lost_doubled_or_early_however_much_is_killed():
    [verdict] = fight(
        Trial(seed=20261116, events=1000, rate=100, kills=20, latest=6.0, drain=300.0)
    )
    assert not_zero(verdict) == {}
    assert 0 <= verdict["drained_s"] <= allowed(60, verdict)
    assert sum(verdict["struck"].values()) == 20 + 1 + 1 + 2
    assert verdict["pages"] > 800
    assert verdict["attempts"]["found"] > 0


def test_r3_without_asking_the_provider_the_same_harness_sees_pages_twice():
    [verdict] = fight(replace(NO_BROKER, seed=3, events=200, rate=50, kills=6, latest=4.0,
                              hostile=True, reconcile=False))  # fmt: skip
    assert set(not_zero(verdict)) == {"pages_doubled"}


@by_hand
def test_r5_without_any_broker_nothing_is_lost_and_little_is_late():
    [verdict] = fight(replace(PEACE, valkey=False, seed=5, events=200, rate=30, kills=3,
                              latest=6.0))  # fmt: skip
    assert not_zero(verdict) == {}
    assert verdict["step_to_commit_s"]["p99"] < allowed(3.0, verdict)


@by_hand
def test_r6_no_beat_two_beats_and_five_beats_give_the_same_results():
    calm = replace(PEACE, events=40, rate=20, second_steps=False, acknowledged=0)
    verdicts = fight(
        replace(calm, engines=1, workers=0, beats=0, valkey=False),
        replace(calm, engines=0, workers=2, beats=2),
        replace(calm, engines=0, workers=2, beats=5),
    )
    assert [not_zero(one) for one in verdicts] == [{}, {}, {}]
    assert len({one["outcomes"] for one in verdicts}) == 1


def test_r9_and_r10_each_step_that_comes_due_in_a_storm_of_results_is_paged_once():
    """At a tenth of the full size. How soon is no question for cores that also run tests: the bars
    hold where the machine has nothing else to do, and `bench/chaos.py` measures at full size."""
    [verdict] = fight(replace(NO_BROKER, events=300, rate=25, soonest=8.0, latest=14.0,
                              acknowledged=0))  # fmt: skip
    assert not_zero(verdict) == {}
    assert verdict["pages"] == 600
    assert verdict["result_to_provider_s"]["n"] == 300
    if "PROOF_CHAOS" in os.environ:
        assert verdict["step_to_commit_s"]["p99"] < allowed(2.0, verdict)
        assert verdict["result_to_provider_s"]["p99"] < allowed(5.0, verdict)
