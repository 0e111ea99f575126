"""A claim is a lease: what it keeps others from, and when it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from routing.operations import LEASE, LostRace
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_a_claim_is_a_lease_that_leaves_status_and_owner_alone(elm, task, now):
    claimed = do("claim", task, elm.nora, now)
    assert (claimed.claimed_by, claimed.claimed_until) == (elm.nora, now + LEASE)
    assert (claimed.status, claimed.owner) == ("ready", elm.diaz)


def test_a_second_claim_is_refused_with_who_and_when_and_saves_nothing(elm, task, now):
    do("claim", task, elm.nora, now)
    with pytest.raises(LostRace, match="Nora Quinn is doing this now") as lost:
        do("claim", task, elm.diaz, now + 3 * MINUTE)
    assert (lost.value.who, lost.value.when) == ("Nora Quinn", now)
    assert fresh(task).claimed_by == elm.nora


def test_claiming_again_renews_ones_own_lease(elm, task, now):
    do("claim", task, elm.nora, now)
    assert do("claim", task, elm.nora, now + 5 * MINUTE).claimed_until == now + 5 * MINUTE + LEASE


def test_a_lease_ends_by_itself(elm, task, now):
    do("claim", task, elm.nora, now)
    with pytest.raises(LostRace):
        do("claim", task, elm.diaz, now + LEASE - timedelta(seconds=1))
    assert do("claim", task, elm.diaz, now + LEASE).claimed_by == elm.diaz


def test_a_lease_can_be_taken_over_on_purpose(elm, task, now):
    do("claim", task, elm.nora, now)
    assert do("claim", task, elm.diaz, now, take_over=True).claimed_by == elm.diaz


def test_only_the_holder_gives_a_lease_back(elm, task, now):
    do("claim", task, elm.nora, now)
    with pytest.raises(LostRace):
        do("release", task, elm.diaz, now)
    released = do("release", task, elm.nora, now)
    assert (released.claimed_by, released.claimed_until) == (None, None)


LEASED = [
    ("acknowledge", {}),
    ("hold", {"reason": "x", "recheck_date": datetime(2030, 1, 1, tzinfo=UTC).date()}),
    ("assign", {"to": "nora"}),
    ("complete", {"outcome": "discussed"}),
    ("cancel", {"reason": "x"}),
    ("release", {}),
]


@pytest.mark.parametrize(("move", "more"), LEASED)
def test_what_somebody_is_doing_now_nobody_else_touches(elm, task, now, move, more):
    more = more | ({"to": elm.nora} if "to" in more else {})
    do("claim", task, elm.nora, now)
    with pytest.raises(LostRace, match="Nora Quinn"):
        do(move, task, elm.diaz, now + MINUTE, **more)
    assert fresh(task).version == 2
    do(move, task, elm.diaz, now + LEASE, **more)
