"""Several workers and people at once: one referral, each fact once, one report for one referral."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from audit.actors import Actor
from charts.models import ChartItem, Patient
from referrals import chasing, following, operations
from referrals.models import CadenceStep, Fact, FollowUp, Referral
from referrals.operations import Opening
from referrals.states import Closure
from referrals.sweeping import RETRY_AFTER
from tenants import wake
from tenants.models import Topic
from tests.charts.test_at_once import at_once
from tests.flows.doors import bring, sweep
from tests.referrals.telling import note, osu, ref, rri, siu

pytestmark = pytest.mark.django_db(transaction=True)

CORA = Actor.machine("tests.cora")


def workers(count: int, *, now, work=following.sweep) -> None:
    """Sweeps that are started together, as several engines do."""
    start, ends = threading.Barrier(count), []

    def run():
        try:
            start.wait(timeout=10)
            while work(now=now):
                pass
        except Exception as error:  # noqa: BLE001 - the test looks at it
            ends.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert ends == []


def test_four_sweeps_at_once_tell_each_fact_once(elm_street, now):
    sent = [ref(), rri("yes", "A"), osu("o", "ORC|SC|PR9^ELM|||IP"), siu("s", "S12"), note("n")]
    for one in sent:
        bring(elm_street.ehr, one, now=now)
        sweep(elm_street.ehr, now=now)
        with elm_street.scoped(), transaction.atomic():
            following.wake.call(following.Topic.REFERRAL, [
                (pk, now) for pk in ChartItem.objects.values_list("pk", flat=True)
            ])  # fmt: skip
    workers(4, now=now)
    workers(1, now=now + RETRY_AFTER)
    with elm_street.scoped(), transaction.atomic():
        one = Referral.objects.get()
        assert (one.acceptance, one.appointment) == ("accepted", "booked")
        assert one.closed_because == Closure.REPORTED
        keys = list(Fact.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys))
        assert Fact.objects.filter(axis="report").count() == 1


def test_four_sweeps_at_once_chase_each_occasion_once(elm_street, now):
    bring(elm_street.ehr, ref(), now=now)
    sweep(elm_street.ehr, now=now)
    workers(1, now=now)
    for day in (1, 7, 14, 30, 60):
        then = now + timedelta(days=day, hours=1)
        with elm_street.scoped(), transaction.atomic():
            pk = Referral.objects.get().pk
            wake.call(Topic.CADENCE, [(pk, then)] * 5)
        workers(4, now=then, work=chasing.sweep)
        workers(1, now=then + RETRY_AFTER, work=chasing.sweep)
    with elm_street.scoped(), transaction.atomic():
        steps = list(CadenceStep.objects.values_list("row", flat=True))
        assert sorted(steps) == sorted(set(steps))
        assert {"first-nudge", "second-nudge", "coordinate", "document"} <= set(steps)
        asked = list(FollowUp.objects.values_list("work", flat=True))
        assert sorted(asked) == sorted(set(asked))


def test_two_people_who_open_the_same_referral_at_once_open_one(elm_street, now):
    bring(elm_street.ehr, ref(), now=now)
    sweep(elm_street.ehr, now=now)
    with elm_street.scoped(), transaction.atomic():
        opening = Opening(patient_id=Patient.objects.get().pk, number="N-1", ordered_at=now)

    def work():
        return operations.open_by_hand(opening=opening, actor=CORA, now=now)

    ends = at_once(elm_street, work, work, work)
    assert sorted(is_new for _, is_new in ends) == [False, False, True]
    assert len({one.pk for one, _ in ends}) == 1
