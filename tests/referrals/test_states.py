"""The axes of a referral, walked whole."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from referrals.standing import PARTS, Standing, Told, loop, standing
from referrals.states import BEGINNING, TRANSITIONS, VALUES, Axis, Closure, Report, Step, Turn

START = datetime(2026, 11, 16, 15, tzinfo=UTC)

MOVES = [
    (axis, before.value, after.value)
    for axis in Axis for before in VALUES[axis] for after in VALUES[axis]
]  # fmt: skip

REPORTED = (Axis.REPORT, "received")


def paths(axis: Axis) -> dict[str, list[str]]:
    """How each value of an axis is reached from its beginning, by the shortest way."""
    found = {BEGINNING[axis]: []}
    ahead = [BEGINNING[axis]]
    while ahead:
        here = ahead.pop(0)
        for after in sorted(TRANSITIONS[axis][here] - found.keys()):
            found[after] = [*found[here], after]
            ahead.append(after)
    return found


def told(*said: tuple[Axis, str]) -> list[Told]:
    """One a minute."""
    return [
        Told(id=uuid4(), axis=axis, value=value, at=START + timedelta(minutes=n),
             told_at=START + timedelta(minutes=n))
        for n, (axis, value) in enumerate(said)
    ]  # fmt: skip


def test_the_table_knows_every_value_of_every_axis_and_no_other():
    for axis in Axis:
        values = {value.value for value in VALUES[axis]}
        assert TRANSITIONS[axis].keys() == values
        assert set().union(*TRANSITIONS[axis].values()) == values


@pytest.mark.parametrize("axis", Axis)
def test_every_value_can_be_reached(axis):
    assert paths(axis).keys() == {value.value for value in VALUES[axis]}


@pytest.mark.parametrize(("axis", "before", "after"), MOVES, ids=lambda one: str(one))
def test_a_value_follows_another_or_is_held_as_the_table_says(axis, before, after):
    report = [REPORTED] if axis is Axis.ANSWER else []  # without one nothing is answered
    way = [(axis, value) for value in paths(axis)[before]]
    facts = told(*report, *way, (axis, after))
    found = standing(facts)
    allowed = after in TRANSITIONS[axis][before]
    assert found.on[axis] == (after if allowed else before)
    assert found.held == ({} if allowed else {facts[-1].id: before})


def combinations() -> list[Standing]:
    """Each pair of values on two axes, the others at their beginning."""
    return [
        Standing(on={**BEGINNING, one: first.value, other: second.value})
        for one in Axis for first in VALUES[one] for other in Axis for second in VALUES[other]
    ]  # fmt: skip


@pytest.mark.parametrize("closed", [None, *Closure])
def test_nothing_but_closing_makes_a_loop_closed(closed):
    for stands in combinations():
        assert loop(stands, closed).is_closed is (closed is not None)


def test_the_loop_lists_what_is_missing_and_nothing_else():
    for stands in combinations():
        missing = loop(stands, None).missing
        for part, (axis, good) in PARTS.items():
            assert (part in missing) is (stands.on[axis] not in good)


TURNS = [
    ([], Step.ORDERED, Turn.US),
    ([("transmission", "sent")], Step.SENT, Turn.SPECIALIST),
    ([("transmission", "sent"), ("transmission", "failed")], Step.ORDERED, Turn.US),
    ([("transmission", "sent"), ("transmission", "delivered")], Step.SENT, Turn.SPECIALIST),
    ([("acceptance", "question")], Step.ORDERED, Turn.US),
    ([("acceptance", "accepted")], Step.ACCEPTED, Turn.PATIENT),
    ([("acceptance", "declined")], Step.ORDERED, Turn.US),
    ([("acceptance", "accepted"), ("appointment", "booked")], Step.BOOKED, Turn.PATIENT),
    ([("appointment", "booked"), ("attendance", "no-show")], Step.BOOKED, Turn.PATIENT),
    ([("attendance", "seen")], Step.SEEN, Turn.SPECIALIST),
    ([("authorization", "needed")], Step.ORDERED, Turn.US),
    ([("authorization", "requested")], Step.ORDERED, Turn.PAYER),
    ([("report", "interim")], Step.ORDERED, Turn.US),
    ([("report", "received")], Step.ANSWERED, Turn.US),
]


@pytest.mark.parametrize(("said", "step", "turn"), TURNS)
def test_the_loop_says_how_far_it_is_and_whose_turn(said, step, turn):
    found = loop(standing(told(*((Axis(axis), value) for axis, value in said))), None)
    assert (found.step, found.turn) == (step, turn)


def test_after_a_report_it_is_our_turn_until_it_is_judged_and_the_patient_told():
    said = [REPORTED]
    assert loop(standing(told(*said)), Closure.REPORTED).turn is Turn.US
    said += [(Axis.ANSWER, "yes"), (Axis.TOLD, "yes")]
    assert loop(standing(told(*said)), Closure.REPORTED).turn is Turn.NOBODY
    assert loop(standing([]), Closure.PATIENT_DECLINED).turn is Turn.NOBODY


def test_no_acceptance_and_no_delivery_is_among_the_reasons_to_close():
    assert not {"accepted", "delivered", "sent"} & {one.value for one in Closure}
    assert Report.RECEIVED in PARTS["reported"][1]
