"""Status by move, walked whole."""

import pytest

from routing.states import ENDED, OPEN, TRANSITIONS, Move, MoveNotAllowed, Stays, TaskStatus, after

ALLOWED = {
    (Move.CLAIM, "ready"): "ready",
    (Move.CLAIM, "in-progress"): "in-progress",
    (Move.RELEASE, "ready"): "ready",
    (Move.RELEASE, "in-progress"): "in-progress",
    (Move.ACKNOWLEDGE, "ready"): "in-progress",
    (Move.HOLD, "ready"): "on-hold",
    (Move.HOLD, "in-progress"): "on-hold",
    (Move.RESUME, "on-hold"): "in-progress",
    (Move.ASSIGN, "ready"): "ready",
    (Move.ASSIGN, "in-progress"): "ready",
    (Move.ASSIGN, "on-hold"): "ready",
    (Move.COPY, "ready"): "ready",
    (Move.COPY, "in-progress"): "in-progress",
    (Move.COPY, "on-hold"): "on-hold",
    (Move.UPDATE, "ready"): "ready",
    (Move.UPDATE, "in-progress"): "in-progress",
    (Move.UPDATE, "on-hold"): "on-hold",
    (Move.REROUTE, "ready"): "ready",
    (Move.REROUTE, "in-progress"): "ready",
    (Move.REROUTE, "on-hold"): "ready",
    (Move.COMPLETE, "ready"): "completed",
    (Move.COMPLETE, "in-progress"): "completed",
    (Move.COMPLETE, "on-hold"): "completed",
    (Move.FORCE_CLOSE, "ready"): "completed",
    (Move.FORCE_CLOSE, "in-progress"): "completed",
    (Move.FORCE_CLOSE, "on-hold"): "completed",
    (Move.CANCEL, "ready"): "cancelled",
    (Move.CANCEL, "in-progress"): "cancelled",
    (Move.CANCEL, "on-hold"): "cancelled",
    (Move.REOPEN, "completed"): "ready",
    (Move.REOPEN, "cancelled"): "ready",
}
"""Written by hand from the design, not read from the code."""


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("status", TaskStatus)
def test_each_move_leads_where_the_table_says_or_is_refused(move, status):
    expected = ALLOWED.get((move, status.value))
    if expected is not None:
        assert after(move, status) == expected
        return
    with pytest.raises(MoveNotAllowed) as refused:
        after(move, status)
    assert (refused.value.move, refused.value.status) == (move, status)


def test_every_move_is_in_the_table():
    assert set(TRANSITIONS) == set(Move)


def test_only_creating_starts_from_nothing():
    assert [move for move, (starts, _) in TRANSITIONS.items() if not starts] == [Move.CREATE]


@pytest.mark.parametrize("status", TaskStatus)
def test_every_status_is_reached_and_left(status):
    real = [(starts, end) for starts, end in TRANSITIONS.values() if not isinstance(end, Stays)]
    assert any(end == status for _, end in real)
    assert any(status in starts and end != status for starts, end in real)


def test_a_status_is_open_or_ended():
    assert set(TaskStatus) == OPEN | ENDED
    assert not OPEN & ENDED
