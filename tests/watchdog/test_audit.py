"""What must hold is asked in SQL of its own, and each way in which it can be broken is found."""

import json
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from config.schedule import SWEEPS
from escalation import starter
from escalation.models import Policy
from integrations import receiver
from integrations.models import FeedRhythm
from tests.people import SETUP
from tests.watchdog.conftest import Held, run
from watchdog import breaches, clocks, heartbeats
from watchdog.audit import audit
from watchdog.auditor import Auditing
from watchdog.heartbeats import Passes
from watchdog.models import Breach
from watchdog.obligations import BY_NAME, GRAVE, OBLIGATIONS

pytestmark = pytest.mark.django_db


def message(held: Held, number: int) -> None:
    raw = (
        f"MSH|^~\\&|LAB|ELM|CC|ELM|20261116150000||ORU^R01|A{number}|P|2.5.1\r"
        "PID|1||77^^^ELM^MR||Vandersteen^Ottilie||19610302|F\r"
    ).encode()
    arrival = receiver.arrival_of_hl7(
        raw, practice_id=held.elm.practice.pk, feed_id=held.elm.lab.pk
    )
    receiver.store([arrival], now=held.now)


def waits(held: Held) -> None:
    message(held, 1)
    run("UPDATE integrations_inboundmessage SET next_at = next_at - interval '5 minutes'")


def quarantined(held: Held) -> None:
    message(held, 2)
    run("UPDATE integrations_inboundmessage SET state = 'quarantined' WHERE control_id = 'A2'")


def silent(held: Held) -> None:
    FeedRhythm.objects.create(feed=held.elm.lab, silent_since=held.now - timedelta(hours=9))


BREAKS: dict[str, Callable[[Held], None]] = {
    "critical-without-step": lambda _: run(
        "DELETE FROM escalation_stepfired WHERE false;"
        "UPDATE escalation_clock c SET next_at = NULL FROM routing_task t "
        "WHERE t.id = c.task_id AND t.danger = 0"
    ),
    "timer-late": lambda _: run(
        "UPDATE escalation_clock SET next_at = now() - interval '40 seconds' "
        "WHERE id = (SELECT max(id::text)::uuid FROM escalation_clock WHERE next_at IS NOT NULL)"
    ),
    "timer-lost": lambda _: run(
        "DELETE FROM tenants_wake WHERE topic = 'clock' AND about = "
        "(SELECT min(id::text)::uuid FROM escalation_clock WHERE next_at IS NOT NULL)"
    ),
    "clock-lost": lambda _: run(
        "DELETE FROM escalation_clock c USING routing_task t "
        "WHERE t.id = c.task_id AND t.danger > 0"
    ),
    "intent-late": lambda _: run(
        "UPDATE outbox_intent SET state = 'sending', lease_until = now() - interval '40 seconds' "
        "WHERE id = (SELECT min(id::text)::uuid FROM outbox_intent)"
    ),
    "intent-lost": lambda _: run(
        "UPDATE outbox_intent SET state = 'pending', next_at = now() + interval '1 minute' "
        "WHERE id = (SELECT max(id::text)::uuid FROM outbox_intent);"
        "DELETE FROM tenants_wake WHERE topic IN ('page', 'intent')"
    ),
    "inbox-late": waits,
    "quarantine-without-task": quarantined,
    "no-policy": lambda _: run("UPDATE escalation_policy SET effective_at = NULL"),
    "feed-silent": silent,
    "sweep-late": lambda held: heartbeats.beat(
        SWEEPS[0], Passes(), now=held.now - timedelta(seconds=40)
    ),
    "clocks-disagree": lambda held: clocks.note_reading("a:1", spread=5.1, now=held.now),
}
"""How each obligation is broken by hand."""

ALSO = {"no-policy": {"critical-without-step", "clock-lost"}}
"""Without a policy nobody knows which steps and clocks there ought to be."""


def test_every_obligation_of_a_practice_has_a_way_to_be_broken_here():
    assert BREAKS.keys() >= {one.name for one in OBLIGATIONS if one.sql}
    assert BREAKS.keys() == {*BY_NAME} - {"auditor-late", "database-away"}


def test_where_everything_is_as_it_should_be_nothing_is_found(held):
    assert held.broken() == set()


@pytest.mark.parametrize("name", [name for name in BREAKS if name != "inbox-late"])
def test_each_break_is_found_by_its_own_name(held, name):
    with held.elm.scoped():
        BREAKS[name](held)
    assert name in held.broken()


@pytest.mark.parametrize("name", ["critical-without-step", "clock-lost"])
def test_the_version_in_force_is_asked_though_another_one_is_published_for_later(held, name):
    tomorrow = held.now + timedelta(days=1)
    with held.elm.scoped():
        newest = starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=held.now)
        Policy.objects.filter(pk=newest.pk).update(effective_at=tomorrow)
        run("DELETE FROM tenants_wake WHERE topic = 'task'")
    assert held.broken() == set()
    with held.elm.scoped():
        BREAKS[name](held)
    assert name in held.broken()


def test_a_message_may_wait_a_minute_and_no_longer(held):
    with held.elm.scoped():
        waits(held)
    held.beat(at=held.now + timedelta(seconds=61))
    assert "inbox-late" not in held.broken(after=59)
    assert "inbox-late" in held.broken(after=61)


def test_what_waits_behind_a_quarantined_message_of_its_order_is_its_task_s(held):
    with held.elm.scoped():
        quarantined(held)
        waits(held)
        run("UPDATE integrations_inboundmessage SET order_key = 'K'")
    held.beat(at=held.now + timedelta(seconds=90))
    assert "inbox-late" not in held.broken(after=90)


def test_a_task_that_changed_this_second_is_about_to_be_followed(held):
    with held.elm.scoped():
        run("DELETE FROM escalation_clock WHERE NOT EXISTS (SELECT 1 FROM escalation_stepfired f "
            "WHERE f.clock_id = escalation_clock.id)")  # fmt: skip
        run("INSERT INTO tenants_wake (topic, practice_id, about, at) "
            "SELECT 'task', practice_id, id, %s FROM routing_task", held.now)  # fmt: skip
    assert "clock-lost" not in held.broken()
    assert "clock-lost" in held.broken(after=35)


def test_the_other_practice_s_rows_are_its_own(held, oak_street):
    with held.elm.scoped():
        BREAKS["critical-without-step"](held)
    found = audit(SWEEPS, thorough=True, now=held.now).found
    assert {one.practice_id for one in found} == {held.elm.practice.pk}


def test_a_pass_that_is_not_thorough_leaves_what_it_did_not_ask_open(held):
    with held.elm.scoped():
        BREAKS["timer-lost"](held)
    breaches.settle(audit(SWEEPS, thorough=True, now=held.now), now=held.now)
    later = held.now + timedelta(seconds=5)
    breaches.settle(audit(SWEEPS, thorough=False, now=later), now=later)
    assert [one.obligation for one in breaches.running()] == ["timer-lost"]


def test_a_breach_is_opened_once_and_closed_once(held):
    with held.elm.scoped():
        BREAKS["no-policy"](held)
    for second in range(3):
        at = held.now + timedelta(seconds=second)
        breaches.settle(audit(SWEEPS, thorough=True, now=at), now=at)
    opened = Breach.objects.get(closed_at=None)
    assert (opened.opened_at, opened.seen_at) == (held.now, held.now + timedelta(seconds=2))
    assert (opened.practice, opened.rows) == (held.elm.practice, 2)
    with held.elm.scoped():
        run("UPDATE escalation_policy SET effective_at = now() - interval '1 minute'")
    at = held.now + timedelta(seconds=3)
    breaches.settle(audit(SWEEPS, thorough=True, now=at), now=at)
    assert Breach.objects.get().closed_at == at


def ready() -> tuple[int, set[str]]:
    answer = Client().get("/readyz")
    return answer.status_code, set(json.loads(answer.content)["breaches"])


CHECKED = [name for name in BREAKS if name not in {"inbox-late", "timer-late"}]


@pytest.mark.slow
def test_r29_readiness_tells_the_truth_in_two_hundred_random_states(held):
    """Red exactly where an obligation is broken, and it names which."""
    chance = random.Random(29)
    red = 0
    for _ in range(200):
        wanted = {name for name in CHECKED if chance.random() < 0.12}
        if "no-policy" in wanted:
            wanted -= ALSO["no-policy"]
        point = transaction.savepoint()
        with held.elm.scoped():
            for name in sorted(wanted):
                BREAKS[name](held)
        breaches.settle(audit(SWEEPS, thorough=True, now=held.now), now=held.now)
        heartbeats.beat(Auditing(), Passes(), now=held.now)
        status, named = ready()
        grave = {name for name in wanted if name in GRAVE}
        assert (status, named) == (503 if grave else 200, grave), wanted
        red += status == 503
        transaction.savepoint_rollback(point)
    assert 40 < red < 195
