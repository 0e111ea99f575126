"""Notifications from the door to what is fetched, in both shapes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from audit.models import AuditEvent
from charts.models import Encounter
from integrations.models import InboundMessage, NotifiedEvent
from integrations.notifications import watching
from tests.integrations.notifications.bundles import BASE, SHAPES, encounter, parameters, status

pytestmark = pytest.mark.django_db

both = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


@both
def test_a_handshake_activates_the_subscription(ehr, shape):
    ehr.tell(shape("handshake", count=0, status="requested"))
    assert (ehr.row().status, ehr.row().last_heard_at is not None) == ("active", True)
    assert ehr.fetches() == []
    assert ehr.tasks() == []


def test_a_handshake_that_comes_before_we_know_the_id_finds_its_subscription_by_topic(ehr):
    ehr.change(remote_id="")
    ehr.tell(parameters("handshake", count=0))
    assert (ehr.row().status, ehr.row().remote_id) == ("active", "s1")


@both
def test_a_heartbeat_is_a_sign_of_life_even_when_it_says_the_same_twice(ehr, shape):
    beat = shape("heartbeat", count=0)
    ehr.tell(beat)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    ehr.change(last_heard_at=long_ago)
    assert ehr.post(beat).status_code == 202
    assert ehr.row().last_heard_at > long_ago


@both
def test_an_id_only_event_is_fetched_on_our_own_base_once(ehr, shape):
    told = shape(count=1, events=[{"number": 1, "focus": f"{BASE}/Encounter/e1/_history/4"}])
    ehr.tell(told)
    assert ehr.fetches() == ["Encounter/e1"]
    ehr.finish_fetches()
    ehr.tell(told + b" ")
    assert ehr.fetches() == [], "a repeat of event 1 is nothing new"
    ehr.tell(shape(count=2, events=[{"number": 2, "focus": "Encounter/e1"}]))
    assert ehr.fetches() == ["Encounter/e1"], "another event of it is"


def test_two_events_about_one_resource_wait_as_one_fetch_that_is_asked_again(ehr):
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": "Encounter/e1"}]))
    ehr.tell(parameters(count=2, events=[{"number": 2, "focus": "Encounter/e1"}]))
    assert ehr.fetches() == ["Encounter/e1"]


@both
def test_a_full_resource_is_read_and_not_fetched(ehr, shape):
    body = encounter()
    focus = f"{BASE}/Encounter/e1"
    ehr.tell(shape(count=1, events=[{"number": 1, "focus": focus}], bodies=[body]))
    assert ehr.fetches() == []
    with ehr.elm.scoped(), transaction.atomic():
        assert Encounter.objects.get().number == "Encounter/e1"


@both
def test_an_empty_event_asks_what_has_changed_since(ehr, shape):
    ehr.tell(shape(count=1, events=[{"number": 1}]))
    assert ehr.fetches() == ["Encounter?_lastUpdated=ge2026-11-16T14:54:00Z"]
    ehr.tell(shape(count=2, events=[{"number": 2, "at": "2026-11-16T15:30:00Z"}]))
    assert len(ehr.fetches()) == 1, "what waits already reaches back further"


def test_an_empty_notification_without_any_event_asks_too_and_counts(ehr):
    ehr.tell(status(count=1))
    assert len(ehr.fetches()) == 1
    assert ehr.row().events_seen == 1


def test_a_reference_to_another_server_is_never_asked_for_and_a_person_looks(ehr):
    elsewhere = [{"number": 1, "focus": "https://evil.example/fhir/Encounter/e1"}]
    ehr.tell(parameters(count=1, events=elsewhere))
    assert ehr.fetches() == []
    [(category, state, reason)] = ehr.tasks()
    assert (category, state) == ("quarantined-message", "ready")
    assert "another server" in reason


@pytest.mark.parametrize("focus", ["../../admin", "Encounter/e1?x=y", "/Encounter/e1",
                                   "Encounter/..%2f", "//evil.example/Encounter/1"])  # fmt: skip
def test_a_reference_that_is_no_resource_is_not_asked_for(ehr, focus):
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": focus}]))
    assert ehr.fetches() == []


def test_an_unknown_subscription_is_stored_followed_and_shown_once(ehr):
    for number in (1, 2):
        told = [{"number": number, "focus": f"Encounter/u{number}"}]
        other, topic = f"{BASE}/Subscription/who", "https://ehr.example/topics/other-encounter"
        ehr.tell(parameters(count=number, subscription=other, topic=topic, events=told))
    assert ehr.fetches() == ["Encounter/u1", "Encounter/u2"]
    [(_, _, reason)] = ehr.tasks()
    assert "not set up here" in reason
    with ehr.elm.scoped(), transaction.atomic():
        assert {one.sender for one in InboundMessage.objects.all()} == {"Subscription/who"}


def test_what_the_notification_came_to_is_audited(ehr):
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": "Encounter/e1"}]))
    with ehr.elm.scoped(), transaction.atomic():
        actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"notification.followed", "subscription.status-changed"} <= actions


def test_a_missing_event_is_seen_asked_for_and_closed_when_it_comes(ehr):
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": "Encounter/e1"}]))
    ehr.tell(parameters(count=4, events=[{"number": 4, "focus": "Encounter/e4"}]))
    assert (ehr.row().gap_from, ehr.row().gap_to, ehr.row().events_seen) == (2, 4, 4)
    asked = "Subscription/s1/$events?eventsSinceNumber=2&eventsUntilNumber=4"
    assert asked in ehr.fetches()
    missed = [{"number": number, "focus": f"Encounter/e{number}"} for number in (3, 2)]
    ehr.tell(parameters("query-event", count=4, events=missed))
    assert ehr.row().gap_from is None
    assert asked not in ehr.fetches()
    assert {"Encounter/e2", "Encounter/e3"} <= set(ehr.fetches())


def test_a_heartbeat_that_counts_more_than_we_saw_is_a_gap(ehr):
    ehr.tell(status("heartbeat", count=2))
    assert (ehr.row().gap_from, ehr.row().events_seen) == (1, 0)


def test_no_event_is_missing_when_two_overtake_each_other(ehr):
    second = parameters(count=2, events=[{"number": 2, "focus": "Encounter/e2"}])
    first = parameters(count=1, events=[{"number": 1, "focus": "Encounter/e1"}])
    ehr.tell(second, first)
    assert (ehr.row().gap_from, ehr.row().events_seen) == (None, 2)
    assert ehr.fetches() == ["Encounter/e1", "Encounter/e2"]


def test_an_ehr_that_refuses_events_is_searched_and_the_gap_closes(ehr):
    ehr.tell(parameters("heartbeat", count=2))
    now = datetime.now(UTC)
    ehr.finish_fetches("gone")
    watching.sweep(now=now)
    [search] = ehr.fetches()
    assert search.startswith("Encounter?_lastUpdated=ge")
    ehr.finish_fetches("done", reference=search)
    watching.sweep(now=now)
    assert (ehr.row().gap_from, ehr.row().events_seen) == (None, 2)


def test_a_gap_that_nothing_fills_goes_to_a_person(ehr):
    ehr.tell(parameters("heartbeat", count=2))
    now = datetime.now(UTC)
    for _ in range(2):
        ehr.finish_fetches("gone")
        watching.sweep(now=now)
    ehr.finish_fetches("gone")
    watching.sweep(now=now)
    [(_, _, reason)] = ehr.tasks()
    assert "could not be recovered" in reason


def test_a_new_handshake_begins_a_new_count(ehr):
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": "Encounter/e1"}]))
    ehr.finish_fetches()
    ehr.tell(parameters("handshake", count=0))
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": "Encounter/e9"}]))
    assert ehr.fetches() == ["Encounter/e9"]


def test_silence_beyond_the_heartbeat_is_an_error_with_a_task_until_it_speaks_again(ehr):
    ehr.tell(parameters("handshake", count=0))
    now = datetime.now(UTC)
    assert watching.sweep(now=now + timedelta(seconds=3600)) == 0
    assert watching.sweep(now=now + timedelta(seconds=3700)) == 1
    assert (ehr.row().status, ehr.row().last_failure) == (
        "error", "silent longer than its heartbeat")  # fmt: skip
    assert [state for _, state, _ in ehr.tasks()] == ["ready"]
    assert watching.sweep(now=now + timedelta(seconds=9000)) == 0
    ehr.tell(parameters("heartbeat", count=0))
    assert (ehr.row().status, ehr.row().last_failure) == ("active", "")
    assert [state for _, state, _ in ehr.tasks()] == ["completed"]


def test_an_ehr_that_says_it_is_in_error_is_believed(ehr):
    ehr.tell(parameters("handshake", count=0), parameters("heartbeat", count=0, status="error"))
    assert (ehr.row().status, ehr.row().last_failure) == ("error", "the EHR reports an error")
    assert len(ehr.tasks()) == 1


def test_events_are_forgotten_after_a_month(ehr):
    ehr.tell(parameters(count=1, events=[{"number": 1, "focus": "Encounter/e1"}]))
    watching.sweep(now=datetime.now(UTC) + timedelta(days=31))
    with ehr.elm.scoped(), transaction.atomic():
        assert not NotifiedEvent.objects.exists()
