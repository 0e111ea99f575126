"""Since when each step of a referral is true, from its rows: as its facts fold."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.loops import reading
from metrics.loops.cases import Stop
from referrals import operations
from referrals.folding import stands
from referrals.models import Fact
from referrals.operations import Telling
from referrals.states import VALUES, Axis, Closure, Source
from tests.metrics.loops.world import CORA, closed, day, opened, reported, say, walked

pytestmark = pytest.mark.django_db

YEAR = day(1, 1, 0), day(12, 31)


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped(), transaction.atomic():
        yield elm_street


def only():
    (found,) = reading.cases(*YEAR)
    return found


def test_each_step_has_its_instant(elm):
    one = walked(day(2, 1))
    found = only()
    assert found.id == one.pk
    assert (found.specialty, found.specialist) == ("cardiology", "Hal Hart")
    steps = (found.ordered_at, found.sent_at, found.accepted_at, found.booked_at, found.seen_at,
             found.reported_at, found.told_at)  # fmt: skip
    assert [one.day for one in steps] == [1, 2, 4, 7, 17, 21, 22]
    assert (found.answered, found.closed_because, found.stop) == ("yes", "reported", None)


def test_what_stands_no_more_has_no_instant_and_what_stands_again_has_its_second(elm):
    one = opened(day(2, 1))
    for word, at in (("sent", 2), ("accepted", 3), ("booked", 4), ("cancelled", 5), ("booked", 6)):
        say(one, word, day(2, at))
    say(one, "sent", day(2, 7))
    found = only()
    assert (found.sent_at, found.booked_at) == (day(2, 2), day(2, 6))
    say(one, "declined", day(2, 8), reason="wrong-specialty")
    found = only()
    said = (found.accepted_at, found.is_declined, found.decline_reason)
    assert said == (None, True, "wrong-specialty")


def test_a_fact_that_was_taken_back_counts_for_nothing(elm):
    one = opened(day(2, 1))
    say(one, "sent", day(2, 2))
    say(one, "seen", day(2, 9))
    wrong = Fact.objects.get(axis=Axis.ATTENDANCE)
    operations.undo(referral_id=one.pk, fact_id=wrong.pk, actor=CORA, now=day(2, 10))
    assert only().seen_at is None
    sent = Fact.objects.get(axis=Axis.TRANSMISSION)
    operations.undo(referral_id=one.pk, fact_id=sent.pk, actor=CORA, now=day(2, 10))
    assert only().sent_at is None


def test_a_report_counts_from_when_it_was_here_and_not_from_when_it_was_signed(elm):
    one = opened(day(2, 1))
    reported(one, day(3, 9), signed=day(2, 20))
    assert only().reported_at == day(3, 9)


def test_a_referral_is_found_by_when_it_was_sent_else_by_when_it_was_ordered(elm):
    late = opened(day(3, 30))
    say(late, "sent", day(4, 2))
    never = opened(day(3, 31))
    assert [one.id for one in reading.cases(day(1, 1), day(4, 1))] == [never.pk]
    assert [one.id for one in reading.cases(day(4, 1), day(7, 1))] == [late.pk]
    assert {one.id for one in reading.cases(*YEAR)} == {late.pk, never.pk}


def test_what_could_not_be_delivered_was_not_sent(elm):
    one = opened(day(2, 1))
    say(one, "sent", day(2, 2))
    say(one, "failed", day(2, 3))
    assert (only().sent_at, only().stop) == (None, Stop.NEVER_SENT)


@pytest.mark.parametrize(
    "told, stop",
    [
        ((), Stop.NEVER_SENT),
        (("sent",), Stop.NEVER_BOOKED),
        (("sent", "accepted"), Stop.NEVER_BOOKED),
        (("accepted",), Stop.NEVER_BOOKED),
        (("sent", "declined"), Stop.DECLINED),
        (("sent", "booked"), Stop.BOOKED),
        (("sent", "booked", "cancelled"), Stop.NEVER_BOOKED),
        (("sent", "booked", "missed"), Stop.NO_SHOW),
        (("sent", "booked", "missed", "cancelled"), Stop.NO_SHOW),
        (("booked", "seen"), Stop.NO_REPORT),
    ],
)
def test_where_it_stands_still(elm, told, stop):
    one = opened(day(2, 1))
    for number, word in enumerate(told, 2):
        say(one, word, day(2, number))
    assert only().stop is stop
    closed(one, Closure.DUPLICATE, day(3, 1))
    assert only().stop is None


ON = {
    Axis.ACCEPTANCE: ("accepted", "accepted_at"), Axis.APPOINTMENT: ("booked", "booked_at"),
    Axis.ATTENDANCE: ("seen", "seen_at"),
}  # fmt: skip
TOLD = st.lists(
    st.sampled_from([(axis, value.value) for axis in ON for value in VALUES[axis]]), max_size=7
)


@given(said=TOLD, order=st.randoms(use_true_random=False))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each is rolled back
)
def test_rows_say_what_the_fold_says_whatever_was_told_in_any_order(elm_street, said, order):
    with elm_street.scoped(), transaction.atomic():
        one = opened(day(2, 1))
        tellings = [
            Telling(key=str(number), axis=axis, value=value, source=Source.STAFF,
                    at=day(3, 1) + timedelta(days=number))
            for number, (axis, value) in enumerate(said)
        ]  # fmt: skip
        order.shuffle(tellings)
        operations.tell(referral_id=one.pk, tellings=tellings, actor=CORA, now=day(6, 1))
        folded, found = stands(Fact.objects.filter(referral=one)), only()
        for axis, (value, name) in ON.items():
            since = folded.since.get(axis) if folded.on[axis] == value else None
            assert getattr(found, name) == since
        assert found.is_declined is (folded.on[Axis.ACCEPTANCE] == "declined")
        assert found.is_missed is (folded.on[Axis.ATTENDANCE] == "no-show")
        transaction.set_rollback(True)
