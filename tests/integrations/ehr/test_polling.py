"""An EHR that tells nothing is asked: everything once, by its own clock."""

from datetime import timedelta

import pytest
from django.db import transaction

from integrations import intake
from integrations.ehr import operations, polling
from integrations.ehr.operations import Settings
from integrations.models import Connection, InboundMessage
from routing.models import Task
from tests.integrations.ehr.fake_ehr import CLOCK, PATIENT, potassium, report
from tests.people import SETUP

pytestmark = pytest.mark.django_db

NOW = CLOCK + timedelta(days=3)
"""Our clock is days ahead of the EHR's."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def elm(elm_street, ehr):
    ehr.asks_sign_in = False
    ehr.put(PATIENT, at=CLOCK - timedelta(days=90))
    with elm_street.scoped(), transaction.atomic():
        made = operations.configure(
            feed=elm_street.ehr, settings=Settings(ehr.base, "none"), actor=SETUP, now=NOW
        )
        operations.set_polling(
            connection_id=made.pk, types=["DiagnosticReport"], every_s=60, actor=SETUP, now=NOW
        )
    return elm_street


def put(ehr, identity, *, at) -> None:
    ehr.put(report(identity), at=at)
    ehr.put(potassium(identity), at=at)


def held(elm) -> list[str]:
    with elm.scoped(), transaction.atomic():
        return list(InboundMessage.objects.order_by("arrived").values_list("control_id", flat=True))


def connection(elm) -> Connection:
    with elm.scoped(), transaction.atomic():
        return Connection.objects.get()


def test_what_changed_is_stored_once_page_by_page_by_the_servers_clock(elm, ehr):
    for number in range(5):
        put(ehr, f"r{number}", at=CLOCK - timedelta(minutes=number + 5))
    put(ehr, "old", at=CLOCK - timedelta(days=3))
    assert polling.sweep(now=NOW) == 1
    assert sorted(held(elm)) == [f"DiagnosticReport/r{n}/_history/1" for n in range(5)]
    assert connection(elm).polled_until == CLOCK
    while intake.sweep_practice(elm.practice.pk, now=NOW):
        pass
    with elm.scoped(), transaction.atomic():
        assert Task.objects.count() == 5


def test_the_next_question_begins_a_little_before_the_last_one_ended(elm, ehr):
    put(ehr, "r0", at=CLOCK - MINUTE)
    polling.sweep(now=NOW)
    put(ehr, "late", at=CLOCK - MINUTE)
    put(ehr, "r1", at=CLOCK + MINUTE)
    ehr.clock = CLOCK + 2 * MINUTE
    before = len(ehr.log)
    assert polling.sweep(now=NOW + timedelta(seconds=30)) == 0, "not due"
    assert polling.sweep(now=NOW + 2 * MINUTE) == 1
    assert sorted(held(elm)) == [f"DiagnosticReport/{n}/_history/1" for n in ("late", "r0", "r1")]
    asked = [path for _, path in ehr.log[before:]]
    assert sum("Observation/r0-k" in path for path in asked) == 0, "seen before: nothing is read"


def test_a_new_version_is_a_new_message(elm, ehr):
    put(ehr, "r0", at=CLOCK - MINUTE)
    polling.sweep(now=NOW)
    put(ehr, "r0", at=CLOCK + MINUTE)
    polling.sweep(now=NOW + 2 * MINUTE)
    assert held(elm) == [f"DiagnosticReport/r0/_history/{n}" for n in (1, 2)]


def test_a_break_between_two_pages_loses_nothing(elm, ehr):
    polling.sweep(now=NOW)
    for number in range(5):
        put(ehr, f"r{number}", at=CLOCK + timedelta(minutes=number + 5))
    ehr.mood(status=503, path="page=2")
    ehr.clock = CLOCK + timedelta(days=9)
    assert polling.sweep(now=NOW + timedelta(days=9)) == 0
    assert connection(elm).polled_until == CLOCK
    assert polling.sweep(now=NOW + timedelta(days=9, minutes=1)) == 1
    assert len(held(elm)) == 5


def test_a_server_that_stays_away_is_one_task_and_a_good_answer_closes_it(elm, ehr):
    ehr.mood(status=503, times=10_000)
    for hour in range(20):
        polling.sweep(now=NOW + timedelta(hours=hour))
    with elm.scoped(), transaction.atomic():
        assert [task.title for task in Task.objects.all()] == ["EHR: the EHR cannot be read"]
    ehr.moods.clear()
    polling.sweep(now=NOW + timedelta(hours=40))
    with elm.scoped(), transaction.atomic():
        assert Task.objects.open().count() == 0
    assert connection(elm).last_failure == ""


def test_nothing_is_asked_for_once_polling_is_off(elm, ehr):
    with elm.scoped(), transaction.atomic():
        operations.set_polling(
            connection_id=Connection.objects.get().pk, types=[], every_s=60, actor=SETUP, now=NOW
        )
    assert polling.sweep(now=NOW) == 0
    assert ehr.log == []
