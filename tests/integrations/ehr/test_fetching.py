"""What a notification pointed at is read, stored as a message, and made work; nothing is lost."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from integrations import intake
from integrations.ehr import fetching, operations
from integrations.ehr.operations import Settings
from integrations.models import Connection, Fetch, InboundMessage
from routing.danger import CRITICAL
from routing.models import Task
from routing.states import TaskStatus
from tests.integrations.ehr.fake_ehr import CLOCK, PATIENT, hours, potassium, report
from tests.people import SETUP

pytestmark = pytest.mark.django_db

NOW = CLOCK


@pytest.fixture
def elm(elm_street, ehr):
    """Elm Street, whose EHR asks for no sign-in."""
    ehr.asks_sign_in = False
    with elm_street.scoped(), transaction.atomic():
        operations.configure(
            feed=elm_street.ehr, settings=Settings(ehr.base, "none"), actor=SETUP, now=NOW
        )
    return elm_street


def want(elm, *references: str, now=NOW) -> None:
    with elm.scoped(), transaction.atomic():
        for reference in references:
            Fetch.objects.create(feed=elm.ehr, reference=reference, next_at=now, asked_at=now)


def rows(elm, model=Fetch, **by) -> list:
    with elm.scoped(), transaction.atomic():
        return list(model.objects.filter(**by).order_by("pk"))


def tasks(elm) -> list[Task]:
    with elm.scoped(), transaction.atomic():
        return list(Task.objects.exclude(status=TaskStatus.COMPLETED).select_related("patient"))


def work(elm, now=NOW) -> None:
    while intake.sweep_practice(elm.practice.pk, now=now):
        pass


def hold(ehr, identity: str = "r1") -> None:
    for one in (PATIENT, report(identity), potassium(identity)):
        ehr.put(one)


def test_a_report_comes_with_its_values_and_its_patient_and_becomes_a_task(elm, ehr):
    hold(ehr)
    want(elm, "DiagnosticReport/r1")
    assert fetching.sweep(now=NOW) == 1
    work(elm)
    [task] = tasks(elm)
    assert (task.category, task.danger) == ("result-review", CRITICAL)
    assert (task.patient.family, task.patient.given) == ("Canary", "Casey")
    [row] = rows(elm)
    assert (row.state, row.attempts) == ("done", 1)
    assert ehr.asked() == ["DiagnosticReport/r1", "Patient/p1", "Observation/r1-k"]


def test_a_known_patient_is_not_asked_for_again(elm, ehr):
    hold(ehr)
    want(elm, "DiagnosticReport/r1")
    fetching.sweep(now=NOW)
    work(elm)
    hold(ehr, "r2")
    want(elm, "DiagnosticReport/r2")
    fetching.sweep(now=NOW)
    work(elm)
    assert ehr.asked().count("Patient/p1") == 1
    assert {task.patient_id for task in tasks(elm)} == {tasks(elm)[0].patient_id}
    assert len(tasks(elm)) == 2


def test_the_stored_bytes_are_the_servers(elm, ehr):
    odd = (
        b'{"id" : "z1","resourceType":"ServiceRequest","status":"draft","intent":"order",\n '
        b'"quantityQuantity":{"value":6.10},"subject":{"identifier":{"value":"1"}}}'
    )
    ehr.raw["ServiceRequest/z1"] = odd
    want(elm, "ServiceRequest/z1")
    fetching.sweep(now=NOW)
    [message] = rows(elm, InboundMessage)
    assert message.body == odd
    assert message.standard == "fhir"


def test_the_same_content_asked_for_twice_is_one_message(elm, ehr):
    hold(ehr)
    for _ in range(3):
        want(elm, "DiagnosticReport/r1")
        fetching.sweep(now=NOW)
    assert len(rows(elm, InboundMessage)) == 1
    assert [row.state for row in rows(elm)] == ["done"] * 3


def test_a_search_stores_each_resource_of_each_page(elm, ehr):
    for number in range(5):
        hold(ehr, f"r{number}")
    want(elm, "DiagnosticReport?_lastUpdated=gt2026-01-01T00:00:00+00:00".replace("+", "%2B"))
    fetching.sweep(now=NOW)
    work(elm)
    assert len(rows(elm, InboundMessage)) == len(tasks(elm)) == 5


def test_missed_events_are_asked_for_by_the_operation_and_stored_as_sent(elm, ehr):
    told = b'{"resourceType":"Bundle","type":"history","entry":[]}'
    reference = "Subscription/s1/$events?eventsSinceNumber=3&eventsUntilNumber=5"
    ehr.raw[reference] = told
    ehr.mood(status=200, body=told, path="$events")
    want(elm, reference)
    fetching.sweep(now=NOW)
    [message] = rows(elm, InboundMessage)
    assert message.body == told
    ehr.mood(status=501, path="$events", times=9)
    want(elm, reference)
    for after in range(3):
        fetching.sweep(now=NOW + hours(after))
    assert [row.state for row in rows(elm)] == ["done", "gone"]


def test_a_resource_that_is_not_there_is_tried_a_few_times_and_then_gone(elm, ehr):
    want(elm, "DiagnosticReport/none")
    assert [fetching.sweep(now=NOW + hours(after)) for after in range(4)] == [0, 0, 1, 0]
    [row] = rows(elm)
    assert (row.state, row.failure) == ("gone", "The server has no such resource.")
    assert len(ehr.log) == 3


def test_an_event_that_overtakes_its_resource_is_not_lost(elm, ehr):
    want(elm, "DiagnosticReport/r1")
    fetching.sweep(now=NOW)
    hold(ehr)
    assert fetching.sweep(now=NOW + hours(1)) == 1


@pytest.mark.parametrize("mood", [{"status": 429}, {"status": 503}, {"status": 403},
                                  {"status": 401}, {"status": 200, "body": b"<html>"}])  # fmt: skip
def test_a_server_in_trouble_is_asked_for_ever_and_ever_less_often(elm, ehr, mood):
    hold(ehr)
    want(elm, "DiagnosticReport/r1")
    ehr.mood(**mood, times=10_000)
    waits, now = [], NOW
    for _ in range(18):
        fetching.sweep(now=now)
        [row] = rows(elm)
        assert row.state == "waiting"
        assert fetching.sweep(now=row.next_at - timedelta(milliseconds=1)) == 0
        waits.append((row.next_at - now).total_seconds())
        now = row.next_at
    assert waits[0] <= 5
    assert waits[:10] == sorted(waits[:10])
    assert min(waits[11:]) >= 1800
    assert max(waits) <= 3600
    ehr.moods.clear()
    assert fetching.sweep(now=now) == 1
    work(elm, now)
    assert [task.danger for task in tasks(elm)] == [CRITICAL]


def test_the_server_is_never_asked_sooner_than_it_wants(elm, ehr):
    want(elm, "DiagnosticReport/r1", "DiagnosticReport/r2", "DiagnosticReport/r3")
    ehr.mood(status=429, headers={"Retry-After": "900"})
    fetching.sweep(now=NOW)
    assert len(ehr.log) == 1, "the others of the batch wait too"
    assert all(row.next_at >= NOW + timedelta(seconds=900) for row in rows(elm))
    assert sorted(row.attempts for row in rows(elm)) == [0, 0, 1]


def test_after_a_long_time_one_person_is_told_once_and_it_closes_by_itself(elm, ehr):
    hold(ehr)
    hold(ehr, "r2")
    want(elm, "DiagnosticReport/r1", "DiagnosticReport/r2")
    ehr.mood(status=503, times=10_000)
    for after in range(60):
        fetching.sweep(now=NOW + hours(after))
    [task] = tasks(elm)
    assert task.title == "EHR: the EHR cannot be read"
    assert task.status_reason == "The server is busy."
    ehr.moods.clear()
    fetching.sweep(now=NOW + hours(100))
    work(elm, NOW + hours(100))
    assert {one.category for one in tasks(elm)} == {"result-review"}
    assert len(tasks(elm)) == 2


def test_a_worker_that_dies_after_its_claim_loses_nothing_and_doubles_nothing(elm, ehr):
    hold(ehr)
    want(elm, "DiagnosticReport/r1")
    with elm.scoped(), transaction.atomic():
        connection = Connection.objects.get()
        assert len(fetching.claim(connection, now=NOW)) == 1
        assert fetching.claim(connection, now=NOW) == []
    assert fetching.sweep(now=NOW + timedelta(minutes=4)) == 0
    assert fetching.sweep(now=NOW + timedelta(minutes=6)) == 1
    assert fetching.sweep(now=NOW + timedelta(minutes=60)) == 0
    assert len(rows(elm, InboundMessage)) == 1


def test_an_event_that_comes_while_its_resource_is_read_makes_us_look_again(elm, ehr):
    hold(ehr)
    want(elm, "DiagnosticReport/r1")
    with elm.scoped(), transaction.atomic():
        [claim] = fetching.claim(Connection.objects.get(), now=NOW)
        Fetch.objects.update(asked_at=NOW + timedelta(seconds=1))
        access = fetching.access_of(Connection.objects.select_related("feed").get())
        fetching._finish(access, claim, None, now=NOW)
    [row] = rows(elm)
    assert (row.state, row.next_at) == ("waiting", NOW)


def test_a_missing_companion_does_not_hold_up_what_it_explains(elm, ehr):
    ehr.put(PATIENT)
    ehr.put(report())
    want(elm, "DiagnosticReport/r1")
    assert fetching.sweep(now=NOW) == 1
    ehr.mood(status=503, path="/Observation/")
    want(elm, "DiagnosticReport/r1")
    assert fetching.sweep(now=NOW) == 0, "one that is only away for now is waited for"


def test_a_flawed_resource_is_kept_and_a_person_told(elm, ehr):
    ehr.raw["ServiceRequest/x"] = json.dumps(
        {"resourceType": "ServiceRequest", "id": "x", "status": "no-such-status"}
    ).encode()
    want(elm, "ServiceRequest/x")
    assert fetching.sweep(now=NOW) == 1
    [message] = rows(elm, InboundMessage)
    assert (message.state, message.cause) == ("quarantined", "not valid FHIR")
    assert [task.message_id for task in tasks(elm)] == [message.pk]


def test_a_reference_to_another_server_is_not_followed(elm, ehr):
    ehr.put(report(patient="https://169.254.169.254/Patient/p1"))
    ehr.put(potassium(patient="https://169.254.169.254/Patient/p1"))
    want(elm, "DiagnosticReport/r1")
    assert fetching.sweep(now=NOW) == 1
    assert ehr.asked() == ["DiagnosticReport/r1", "Observation/r1-k"]


def test_feeds_without_a_connection_and_feeds_that_are_off_wait(elm, ehr):
    with elm.scoped(), transaction.atomic():
        Fetch.objects.create(
            feed=elm.lab, reference="DiagnosticReport/r1", next_at=NOW, asked_at=NOW
        )
        type(elm.ehr).objects.filter(pk=elm.ehr.pk).update(is_active=False)
    want(elm, "DiagnosticReport/r1")
    assert fetching.sweep(now=NOW) == 0
    assert ehr.log == []


def test_a_secret_that_opens_no_more_holds_up_nobody_else(elm, ehr, settings):
    hold(ehr)
    with elm.scoped(), transaction.atomic():
        operations.configure(
            feed=elm.lab, settings=Settings(ehr.base, "secret", "x", "y"), actor=SETUP, now=NOW
        )
        Fetch.objects.create(
            feed=elm.lab, reference="DiagnosticReport/r1", next_at=NOW, asked_at=NOW
        )
    settings.SEALING_SECRETS = ["another"]
    want(elm, "DiagnosticReport/r1")
    assert fetching.sweep(now=NOW) == 1
    with elm.scoped(), transaction.atomic():
        assert "Enter it again" in Connection.objects.get(feed=elm.lab).last_failure


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_the_server_thinks(elm, ehr):
    """Another connection can lock the row while the request is on its way."""
    hold(ehr)
    want(elm, "DiagnosticReport/r1")
    seen = []

    def look() -> None:
        from django.db import connection

        with elm.scoped(), transaction.atomic():
            seen.extend(Fetch.objects.select_for_update(nowait=True).values_list("state"))
        connection.close()

    ehr.mood(run=look)
    assert fetching.sweep(now=NOW) == 1
    assert seen == [("waiting",)]
