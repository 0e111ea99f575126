"""z: what one did last goes back, as a further move."""

from datetime import date, timedelta

import pytest

from accounts.models import Membership
from audit.actors import Actor
from routing import operations as routing
from routing.operations.moves import UNDO_WITHIN
from tests.routing.doing import do

pytestmark = pytest.mark.django_db


def undo(member, now):
    return routing.undo_last(member=member, actor=Actor.person(member), now=now)


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("claim", {}),
        ("acknowledge", {}),
        ("hold", {"reason": "pharmacy", "recheck_date": date(2099, 1, 1)}),
        ("assign", {"to": "cora", "reason": "to her"}),
    ],
)
def test_what_one_did_last_is_taken_back_by_one_key(elm, task, now, verb, more):
    before = stands(task)
    more = more | ({"to": elm.cora} if "to" in more else {})
    do(verb, task, elm.nora, now, **more)
    assert stands(task) != before
    undo(elm.nora, now + timedelta(minutes=1))
    assert stands(task) == before
    assert undo(elm.nora, now + timedelta(minutes=2)) is None
    assert [one.reason for one in task.transitions.order_by("version")][-1] == "undo"


def test_a_release_taken_back_is_a_lease_again(elm, task, now):
    do("claim", task, elm.nora, now)
    do("release", task, elm.nora, now)
    undo(elm.nora, now)
    task.refresh_from_db()
    assert task.claimed_by_id == elm.nora.pk


def test_what_waits_again_began_already_goes_on_as_it_was(elm, task, now):
    do("acknowledge", task, elm.nora, now)
    before = stands(task)
    do("hold", task, elm.nora, now, reason="pharmacy", recheck_date=date(2099, 1, 1))
    undo(elm.nora, now)
    assert stands(task) == before


def test_what_was_with_somebody_who_has_left_goes_back_to_its_pool(elm, task, now):
    do("assign", task, elm.nora, now, to=elm.cora)
    do("assign", task, elm.nora, now, to=elm.diaz)
    Membership.objects.filter(pk=elm.cora.pk).update(is_active=False)
    undo(elm.nora, now)
    task.refresh_from_db()
    assert task.owner is None
    assert task.is_open


def test_what_somebody_has_built_on_is_not_taken_back(elm, task, now):
    do("assign", task, elm.nora, now, to=elm.diaz)
    do("acknowledge", task, elm.diaz, now)
    assert undo(elm.nora, now) is None


def test_nothing_older_than_ten_minutes_is_taken_back_by_a_key(elm, task, now):
    do("claim", task, elm.nora, now)
    assert undo(elm.nora, now + UNDO_WITHIN + timedelta(seconds=1)) is None
    assert undo(elm.nora, now + UNDO_WITHIN) is not None


def stands(task) -> tuple[object, ...]:
    """With whom it is, and how."""
    task.refresh_from_db()
    return (
        task.status, task.owner_id, task.queue_id, task.claimed_by_id, task.acknowledged_at,
        task.status_reason, task.recheck_date,
    )  # fmt: skip
