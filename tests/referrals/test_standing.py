"""What stands after facts that came late, out of order, twice, or were taken back."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from referrals.standing import Told, standing
from referrals.states import VALUES, Axis

START = datetime(2026, 11, 16, 15, tzinfo=UTC)


def fact(axis: str, value: str, at: int, *, told: int | None = None, **more) -> Told:
    """At a minute, told at that minute or another."""
    told_at = START + timedelta(minutes=at if told is None else told)
    return Told(id=uuid4(), axis=Axis(axis), value=value, at=START + timedelta(minutes=at),
                told_at=told_at, **more)  # fmt: skip


STORY = [
    fact("transmission", "sent", 1), fact("transmission", "delivered", 2),
    fact("acceptance", "accepted", 3),
    fact("appointment", "booked", 4, appointment_at=START + timedelta(days=3)),
    fact("attendance", "no-show", 5),
    fact("appointment", "booked", 6, appointment_at=START + timedelta(days=9)),
]  # fmt: skip


def test_every_order_of_telling_ends_in_the_same():
    ends = {
        (tuple(sorted(found.on.items())), found.appointment_at, len(found.held))
        for order in permutations(STORY)
        for found in [standing(order)]
    }
    assert len(ends) == 1
    assert standing(STORY).on[Axis.ATTENDANCE] == "unknown"
    assert standing(STORY).on[Axis.TRANSMISSION] == "delivered"


def test_a_fact_that_cannot_follow_is_held_until_what_came_before_it_is_told():
    delivered = fact("transmission", "delivered", 2)
    found = standing([delivered])
    assert (found.on[Axis.TRANSMISSION], found.held) == ("none", {delivered.id: "none"})
    found = standing([delivered, fact("transmission", "sent", 1, told=9)])
    assert (found.on[Axis.TRANSMISSION], found.held) == ("delivered", {})


def test_a_fact_taken_back_counts_for_nothing_and_what_it_hid_stands_again():
    wrong = fact("acceptance", "declined", 2)
    back = fact("acceptance", "declined", 3, undoes=wrong.id)
    right = fact("acceptance", "accepted", 1)
    assert standing([right, wrong]).on[Axis.ACCEPTANCE] == "declined"
    assert standing([right, wrong, back]).on[Axis.ACCEPTANCE] == "accepted"


def test_a_withdrawal_takes_only_its_own_report_with_it():
    old, new = uuid4(), uuid4()
    facts = [fact("report", "received", 1, item=old), fact("report", "received", 2, item=new),
             fact("report", "withdrawn", 3, item=old)]  # fmt: skip
    found = standing(facts)
    assert (found.on[Axis.REPORT], found.report) == ("received", new)
    found = standing([*facts, fact("report", "withdrawn", 4, item=new)])
    assert (found.on[Axis.REPORT], found.report) == ("withdrawn", None)


def test_with_each_report_the_answer_and_the_telling_begin_again():
    facts = [fact("report", "received", 1), fact("answer", "yes", 2), fact("told", "yes", 3)]
    found = standing(facts)
    assert (found.on[Axis.ANSWER], found.on[Axis.TOLD]) == ("yes", "yes")
    found = standing([*facts, fact("report", "withdrawn", 4), fact("report", "received", 5)])
    assert (found.on[Axis.ANSWER], found.on[Axis.TOLD]) == ("not-asked", "no")


def test_without_a_report_nothing_is_answered():
    early = fact("answer", "yes", 1)
    assert standing([early]).held == {early.id: "not-asked"}


def test_a_booking_said_again_hides_no_missed_appointment():
    day = START + timedelta(days=3)
    booked, missed = (
        fact("appointment", "booked", 1, appointment_at=day),
        fact("attendance", "no-show", 2),
    )
    again = fact("appointment", "booked", 3, appointment_at=day)
    assert standing([booked, missed, again]).on[Axis.ATTENDANCE] == "no-show"


def test_a_cancelled_appointment_has_no_day():
    booked = fact("appointment", "booked", 1, appointment_at=START)
    assert standing([booked]).appointment_at == START
    assert standing([booked, fact("appointment", "cancelled", 2)]).appointment_at is None


ANY_FACT = st.sampled_from(
    [(axis, value.value) for axis in Axis for value in VALUES[axis]]
).flatmap(lambda one: st.builds(lambda at: fact(one[0], one[1], at), st.integers(0, 30)))


@given(st.lists(ANY_FACT, max_size=12), st.randoms())
def test_no_facts_break_the_fold_and_no_order_changes_what_stands(facts, chance):
    shuffled = list(facts)
    chance.shuffle(shuffled)
    found, other = standing(facts), standing(shuffled)
    assert found.on.keys() == set(Axis)
    assert all(found.on[axis] in {one.value for one in VALUES[axis]} for axis in Axis)
    assert len(found.held) <= len(facts)
    assert dict(found.on) == dict(other.on)
