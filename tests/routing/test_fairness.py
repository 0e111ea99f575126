"""Next gives the riskiest first, and lets nothing starve."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.danger import CRITICAL, PLAIN, RAISED, SEVERE
from routing.fairness import HEAD_START, turn

MONDAY = datetime(2026, 11, 23, 14, tzinfo=UTC)
LONGEST = max(HEAD_START.values())

minutes = st.integers(min_value=0, max_value=60 * 24 * 40)
dangers = st.sampled_from([CRITICAL, SEVERE, RAISED, PLAIN])
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

items = st.tuples(dangers, minutes.map(lambda late: MONDAY + timedelta(minutes=late)))


@patient
@given(st.lists(items, min_size=1))
def test_no_critical_task_waits_behind_another(work):
    order = sorted(work, key=lambda item: turn(*item))
    grave = [danger == CRITICAL for danger, _ in order]
    assert grave == sorted(grave, reverse=True)


@patient
@given(items, items)
def test_of_two_that_came_together_the_more_dangerous_goes_first(one, other):
    at = one[1]
    ranked = sorted([one[0], other[0]], key=lambda danger: turn(danger, at))
    assert ranked == sorted(ranked)


@patient
@given(st.lists(items, max_size=60), items)
def test_whatever_arrives_every_item_is_served_within_a_bounded_number_of_takes(others, mine):
    """One take at each arrival, most dangerous arrivals and all: what may pass mine is what was
    there, what is critical, and what comes within one head start of it; nothing that comes later.
    """
    _, came = mine
    may_pass = [at for their, at in others if their == CRITICAL or at <= came + LONGEST]
    waiting, arrivals = [mine], sorted(others, key=lambda item: item[1])
    takes = 0
    while mine in waiting:
        waiting += arrivals[:1]
        arrivals = arrivals[1:]
        waiting.remove(min(waiting, key=lambda item: turn(*item)))
        takes += 1
    assert takes <= len(may_pass) + 1


@pytest.mark.parametrize(("danger", "other"), [(RAISED, SEVERE), (PLAIN, SEVERE), (PLAIN, RAISED)])
def test_a_head_start_is_used_up_by_waiting(danger, other):
    ahead = HEAD_START[other] - HEAD_START[danger]
    late = timedelta(minutes=1)
    assert turn(other, MONDAY + ahead - late) < turn(danger, MONDAY)
    assert turn(danger, MONDAY) < turn(other, MONDAY + ahead + late)
