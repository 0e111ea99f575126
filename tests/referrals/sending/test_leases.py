"""What of an attempt nobody knows is asked after once its lease is over; then it goes once more, or
not at all. Killed at any line: tests/flows/test_r1_kill_at_every_line.py."""

from collections import Counter
from datetime import timedelta

import pytest

from referrals import carrying, operations
from referrals.fake.hisp import Mode
from referrals.fake.house import Mode as FaxMode
from referrals.models import Transmission
from referrals.operations.carrying import LEASE
from referrals.ways import Passage
from referrals.wire.answers import Taken
from tests.referrals.sending.street import (
    CORA,
    account_of_fax,
    account_of_hisp,
    attempts,
    axis,
    carrier,
    referral,
    send,
    specialist,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asks, times", [(True, 1), (False, 2)])
def test_a_fax_whose_answer_was_lost_goes_once_for_its_service_is_asked(
    elm, house, now, monkeypatch, asks, times
):
    """Where nobody asks it goes twice: it is the asking that keeps it single."""
    if not asks:
        monkeypatch.setattr(carrying, "_is_known", lambda *_: False)
    carrier(account_of_fax(house), now)
    send(referral(now, specialist(now, direct_address="")), now)
    house.house.next_modes = [FaxMode.DROP_AFTER]
    sweep(now)
    sweep(now + timedelta(minutes=3))
    assert len(house.house.sent) == times


@pytest.mark.parametrize("mode, times", [(FaxMode.DROP, 1), (FaxMode.FAIL, 1)])
def test_a_fax_that_the_service_does_not_have_goes_again_after_the_lease(
    elm, house, now, mode, times
):
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now, direct_address=""))
    send(row, now)
    house.house.next_modes = [mode]
    sweep(now)
    assert (attempts(row), house.house.sent) == ([("fax", "sending")], [])
    assert sweep(now + LEASE - timedelta(seconds=20)) == 0
    sweep(now + LEASE + timedelta(seconds=20))
    assert (attempts(row), len(house.house.sent)) == ([("fax", "sent")], times)


def test_a_service_that_cannot_be_asked_is_asked_again_and_sends_nothing_meanwhile(elm, house, now):
    account = carrier(account_of_fax(house), now)
    row = referral(now, specialist(now, direct_address=""))
    send(row, now)
    house.house.next_modes = [FaxMode.DROP_AFTER]
    sweep(now)
    there = account.url
    account.url = "http://127.0.0.1:1"
    account.save(update_fields=["url"])
    for minutes in (3, 8, 17):
        sweep(now + timedelta(minutes=minutes))
    account.url = there
    account.save(update_fields=["url"])
    sweep(now + timedelta(minutes=40))
    assert (len(house.house.sent), attempts(row)) == (1, [("fax", "delivered")])


def test_two_faxes_to_one_number_wait_for_each_other_so_that_each_is_known(elm, house, now):
    carrier(account_of_fax(house), now)
    to = specialist(now, direct_address="")
    rows = [referral(now, to, number=f"T-{n}") for n in range(2)]
    for row in rows:
        send(row, now)
    house.house.next_modes = [FaxMode.DROP_AFTER, FaxMode.DROP]
    for minutes in (0, 1, 3, 4, 6, 10, 20, 40):
        sweep(now + timedelta(minutes=minutes))
    bodies = [bytes(one.packet.pdf) for one in Transmission.objects.order_by("pk")]
    assert Counter(one.pdf for one in house.house.sent) == Counter(bodies)
    assert all(attempts(row)[0][1] in ("sent", "delivered") for row in rows)


def test_a_worker_that_wakes_up_after_its_lease_sends_nothing_and_changes_nothing(elm, house, now):
    carrier(account_of_fax(house), now)
    row = referral(now, specialist(now, direct_address=""))
    send(row, now)
    _, slow = operations.claim(actor=CORA, now=now)
    later = now + LEASE + timedelta(seconds=1)
    sweep(later)
    assert attempts(row) == [("fax", "sent")]
    assert not operations.still_ours(slow, now=now)
    assert not operations.settle(job=slow, outcome=Taken("zombie"), actor=CORA, now=later)
    assert Transmission.objects.get().provider_id == house.house.sent[0].id


def test_a_direct_message_whose_receipt_came_first_is_not_sent_again(elm, hisp, now):
    carrier(account_of_hisp(hisp), now)
    row = referral(now, specialist(now, fax=""))
    attempt = send(row, now)
    hisp.hisp.next_modes = [Mode.DROP_AFTER]
    sweep(now)
    assert attempts(row) == [("direct", Passage.SENDING)]
    operations.hear(carrier_id=attempt.carrier_id, key="m", about=attempt.message_id,
                    step="process", actor=CORA, now=now)  # fmt: skip
    sweep(now + timedelta(minutes=5))
    assert (len(hisp.hisp.handed), axis(row)) == (1, "processed")
