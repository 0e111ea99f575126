"""Killed at any line between the queue and the receipt: nothing is lost, and no fax goes twice."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from referrals import carrying, operations
from referrals.fake.hisp import Mode, Receipts
from referrals.fake.house import Mode as FaxMode
from referrals.models import Transmission
from referrals.operations.carrying import LEASE
from referrals.ways import Passage
from referrals.wire.answers import Taken
from tests.referrals.sending.killing import killed_at, points
from tests.referrals.sending.street import (
    CORA,
    SERVICES,
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

pytestmark = [pytest.mark.django_db, pytest.mark.proof]
LIFE = timedelta(hours=1)
ARRIVES_S = 0.1


class Street:
    """One referral after the other to one number, each at an hour of its own."""

    def __init__(self, to, now, house=None):
        self.to, self.now, self.number = to, now, 0
        self.house = house
        if house is not None:
            house.house.clock = lambda: self.now

    def begin(self):
        self.number, self.now = self.number + 1, self.now + LIFE
        row = referral(self.now, self.to, number=f"K-{self.number}")
        send(row, self.now)
        return row

    def settle_down(self):
        """What was on the line at the end is there by then, as it is at the end of a lease."""
        time.sleep(ARRIVES_S)
        while self.house is not None and self.house.server.busy:
            time.sleep(ARRIVES_S)

    def recover(self):
        for minutes in (3, 8, 17, 34, 55):
            self.sweep(timedelta(minutes=minutes))

    def sweep(self, after=timedelta(0)):
        sweep(self.now + after)


def live_and_die(street, check) -> int:
    """At every point in turn; how many there were."""
    street.begin()
    every = points(street.sweep)
    street.recover()
    for at in every:
        row = street.begin()
        killed_at(at, street.sweep)
        street.settle_down()
        street.recover()
        check(row)
    return len(every)


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_killed_at_any_line_no_fax_is_lost_and_none_goes_twice(elm, house, now, service):
    carrier(account_of_fax(house, service), now)
    street = Street(specialist(now, direct_address=""), now, house)

    def check(row):
        assert len(house.house.sent) == street.number
        assert attempts(row) in ([("fax", "sent")], [("fax", "delivered")])

    assert live_and_die(street, check) >= 40
    ids = [one.id for one in house.house.sent]
    named = Transmission.objects.values_list("provider_id", flat=True)
    assert Counter(ids) == Counter(named)


@pytest.mark.slow
def test_killed_at_any_line_no_direct_message_is_lost_and_a_repeat_is_the_same(elm, hisp, now):
    hisp.hisp.receipts = Receipts.LOST
    carrier(account_of_hisp(hisp), now)
    street = Street(specialist(now, fax=""), now)

    def check(row):
        [attempt] = Transmission.objects.filter(referral=row)
        sent = {one.raw for one in hisp.hisp.handed if one.message_id == attempt.message_id}
        assert len(sent) == 1, "each try is the same bytes under the same id"
        assert axis(row) == "sent"

    assert live_and_die(street, check) >= 40
    assert len({one.message_id for one in hisp.hisp.handed}) == street.number


def test_without_asking_the_service_a_lost_answer_sends_a_fax_twice(elm, house, now, monkeypatch):
    """The control: it is the asking that keeps it single."""
    carrier(account_of_fax(house), now)
    street = Street(specialist(now, direct_address=""), now, house)
    house.house.next_modes = [FaxMode.DROP_AFTER]
    street.begin()
    street.sweep()
    street.recover()
    assert len(house.house.sent) == 1
    monkeypatch.setattr(carrying, "_is_known", lambda *_: False)
    house.house.next_modes = [FaxMode.DROP_AFTER]
    street.begin()
    street.sweep()
    street.recover()
    assert len(house.house.sent) == 3


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
