"""Where a packet stands on its way, walked whole; and which way comes after one that failed."""

from itertools import permutations, product

import pytest

from referrals.ways import (
    FINAL,
    HEARD_BY,
    SAYS,
    TRANSITIONS,
    UNDER_WAY,
    WAITS,
    Onward,
    Passage,
    Step,
    Tried,
    Way,
    after,
    onward,
)
from referrals.wire.answers import FOR_GOOD, Trouble

P, S = Passage, Step

LEADS = {
    P.QUEUED: {S.CLAIM: P.SENDING, S.FAIL: P.FAILED},
    P.SENDING: {S.CLAIM: P.SENDING, S.ACCEPT: P.SENT, S.PROCESS: P.PROCESSED, S.MISS: P.UNKNOWN,
                S.DELIVER: P.DELIVERED, S.FAIL: P.FAILED},
    P.SENT: {S.PROCESS: P.PROCESSED, S.DELIVER: P.DELIVERED, S.MISS: P.UNKNOWN, S.FAIL: P.FAILED},
    P.PROCESSED: {S.DELIVER: P.DELIVERED, S.MISS: P.UNKNOWN, S.FAIL: P.FAILED},
    P.UNKNOWN: {S.PROCESS: P.PROCESSED, S.DELIVER: P.DELIVERED, S.FAIL: P.FAILED},
    P.DELIVERED: {},
    P.FAILED: {},
}  # fmt: skip


@pytest.mark.parametrize("passage, step", list(product(P, S)))
def test_each_step_leads_from_each_passage_where_the_table_says(passage, step):
    assert after(step, passage) == LEADS[passage].get(step)


def test_nothing_leads_back_from_a_final_passage():
    assert all(after(step, passage) is None for passage in FINAL for step in S)
    assert set(TRANSITIONS) == set(S)
    assert {P.UNKNOWN, *FINAL, *UNDER_WAY} == set(P)


@pytest.mark.parametrize(
    "heard", sorted(set(permutations([S.ACCEPT, S.PROCESS, S.DELIVER] * 2, 4)))
)
def test_receipts_that_come_twice_and_in_any_order_never_take_anything_back(heard):
    rank = [P.SENDING, P.SENT, P.PROCESSED, P.DELIVERED]
    passage = P.SENDING
    for step in heard:
        before, passage = passage, after(step, passage) or passage
        assert rank.index(passage) >= rank.index(before)
    assert (passage is P.DELIVERED) == (S.DELIVER in heard)


def test_whatever_is_told_of_the_referral_is_a_word_of_its_axis():
    assert set(SAYS) == set(P) - {P.SENDING}
    assert {axis.value for axis in SAYS.values()} == {passage.value for passage in SAYS}
    assert all(passage in UNDER_WAY for _, passage in HEARD_BY)


BOTH = [Way.DIRECT, Way.FAX]


@pytest.mark.parametrize("trouble", Trouble)
def test_what_would_fail_again_goes_the_other_way_and_the_rest_is_tried_again(trouble):
    found = onward([Tried(Way.DIRECT, trouble)], BOTH)
    assert found == (Onward(Way.FAX) if trouble in FOR_GOOD else Onward(Way.DIRECT, WAITS[0]))


def test_a_way_has_its_tries_each_after_a_longer_wait_then_the_next_one_then_a_person():
    tried = [Tried(Way.DIRECT, Trouble.BUSY)]
    waits = []
    while (found := onward(tried, BOTH)) is not None:
        waits.append((found.way, found.wait))
        tried.append(Tried(found.way, Trouble.BUSY))
    assert waits == [
        *((Way.DIRECT, wait) for wait in WAITS), (Way.FAX, Onward(Way.FAX).wait),
        *((Way.FAX, wait) for wait in WAITS),
    ]  # fmt: skip


def test_a_way_that_leads_nowhere_any_more_is_not_tried_again():
    assert onward([Tried(Way.DIRECT, Trouble.BUSY)], []) is None
    assert onward([Tried(Way.DIRECT, Trouble.BUSY)], [Way.FAX]) == Onward(Way.FAX)
    assert onward([Tried(Way.FAX, Trouble.NOT_VERIFIED)], [Way.FAX]) is None
