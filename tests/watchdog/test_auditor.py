"""What is broken by hand is found within a minute and told by a second route, again and again."""

import os
from datetime import datetime, timedelta
from itertools import pairwise

import psycopg
import pytest
from django.db import OperationalError, connections, transaction
from django.utils import timezone

from config.schedule import SWEEPS
from outbox.linter import lint
from tests.watchdog.conftest import Held
from tests.watchdog.sinks import Door, Mailbox, serving
from tests.watchdog.test_audit import quarantined, silent, waits
from watchdog import alarm, breaches
from watchdog.alarm import Alarm
from watchdog.auditor import AWAY, Auditor
from watchdog.models import Breach
from watchdog.obligations import BY_NAME, OBLIGATIONS

FOUND_WITHIN = 60
PASS = timedelta(seconds=5)


@pytest.fixture
def mailbox(settings):
    with serving(Mailbox()) as server:
        settings.ALARM_EMAIL, settings.ALARM_SMTP_URL = ["it@elm.example"], server.url
        yield server


@pytest.fixture
def hook(settings):
    with serving(Door()) as server:
        settings.ALARM_WEBHOOK = server.url
        yield server


def by_hand(sql: str) -> None:
    """As somebody with all rights would do it in psql."""
    name = connections["default"].settings_dict["NAME"]
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], dbname=name) as server:
        assert server.execute(sql).rowcount > 0


class Watched:
    """An auditor that passes every five seconds, on a clock of the test's."""

    def __init__(self, held: Held) -> None:
        self.held, self.at, self.auditor = held, held.now, Auditor(SWEEPS)

    def until(self, seconds: float, *, beats: bool = True) -> bool:
        """Pass after pass, while the engine's hearts beat; whether everything held at the end."""
        end, holds = self.at + timedelta(seconds=seconds), True
        while self.at < end:
            self.at += PASS
            if beats:
                self.held.beat(at=self.at)
            holds = self.auditor.once(now=self.at)
        return holds


@pytest.fixture
def watched(held) -> Watched:
    return Watched(held)


@pytest.fixture
def idle(db) -> Watched:
    """Nothing to do, so that hours may pass."""
    calm = Held(None, timezone.now())
    calm.beat()
    return Watched(calm)


BY_HAND = {
    "a timer": (
        "timer-lost",
        "DELETE FROM tenants_wake WHERE topic = 'clock'",
    ),
    "the clocks of a critical task": (
        "critical-without-step",
        (
            "DELETE FROM escalation_clock c USING routing_task t WHERE t.id = c.task_id "
            "AND t.danger = 0"
        ),
    ),
    "the next step of a critical task": (
        "critical-without-step",
        (
            "UPDATE escalation_clock c SET next_at = NULL FROM routing_task t "
            "WHERE t.id = c.task_id AND t.danger = 0"
        ),
    ),
    "the clock of a plain task": (
        "clock-lost",
        (
            "DELETE FROM escalation_clock c USING routing_task t WHERE t.id = c.task_id "
            "AND t.danger > 0"
        ),
    ),
    "a page's wake": (
        "intent-lost",
        (
            "WITH gone AS (DELETE FROM tenants_wake WHERE topic IN ('page', 'intent')) "
            "UPDATE outbox_intent SET state = 'pending', next_at = now() + interval '10 minutes'"
        ),
    ),
    "a page that nobody sends": (
        "intent-late",
        "UPDATE outbox_intent SET state = 'pending'",
    ),
    "the policy": ("no-policy", "UPDATE escalation_policy SET effective_at = NULL"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", BY_HAND)
def test_r27_what_is_taken_away_by_hand_is_found_within_a_minute_and_paged(
    watched, mailbox, hook, what
):
    name, sql = BY_HAND[what]
    assert watched.until(20)
    assert (mailbox.letters, hook.said) == ([], [])
    by_hand(sql)
    assert not watched.until(FOUND_WITHIN)
    opened = Breach.objects.get(obligation=name, closed_at=None)
    assert opened.opened_at - watched.held.now <= timedelta(seconds=20 + FOUND_WITHIN)
    assert any(name in one["obligations"] for one in hook.said)
    assert any(BY_NAME[name].broken in letter.get_payload() for letter in mailbox.letters)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cause", [waits, quarantined], ids=["waits", "in quarantine"])
def test_r27_messages_that_nobody_looks_at_are_found_and_paged(watched, hook, cause):
    with watched.held.elm.scoped(), transaction.atomic():
        cause(watched.held)
    watched.until(90)
    assert {"inbox-late", "quarantine-without-task"} & {
        name for one in hook.said for name in one["obligations"]
    }


@pytest.mark.django_db
def test_r27_an_engine_that_stops_is_found_and_paged_within_a_minute(idle, mailbox):
    assert idle.until(20)
    assert not idle.until(FOUND_WITHIN, beats=False)
    assert [letter["Subject"] for letter in mailbox.letters] == [
        "ClearChart alarm: A sweep did not run in time"
    ]
    assert mailbox.letters[0]["To"] == "it@elm.example"


@pytest.mark.django_db
def test_an_alarm_is_repeated_later_and_later_and_its_end_is_told_once(idle, hook):
    idle.until(20)
    sent: list[datetime] = []
    for _ in range(12 * 50):
        before = len(hook.said)
        idle.until(5, beats=False)
        sent += [idle.at] * (len(hook.said) - before)
    gaps = [round((b - a).total_seconds() / 60) for a, b in pairwise(sent)]
    assert gaps == [5, 10, 20]
    assert {one["status"] for one in hook.said} == {"open"}
    assert idle.until(180)
    assert [one["status"] for one in hook.said[4:]] == ["over"]


@pytest.mark.django_db
def test_what_is_over_within_seconds_wakes_nobody(idle, hook):
    idle.until(20)
    assert not idle.until(30, beats=False)
    assert idle.until(10)
    idle.until(60)
    assert (hook.said, Breach.objects.count()) == ([], 1)


@pytest.mark.django_db
def test_a_route_that_fails_is_tried_again_soon_and_the_other_one_is_used(
    idle, mailbox, hook, settings
):
    idle.until(20)
    hook.answers = 500
    settings.ALARM_SMTP_URL = "smtp://127.0.0.1:1"
    idle.until(60, beats=False)
    assert (hook.said, mailbox.letters, len(hook.came) > 1) == ([], [], True)
    assert Breach.objects.get().pages == 0
    settings.ALARM_SMTP_URL = mailbox.url
    idle.until(30, beats=False)
    assert (len(mailbox.letters), Breach.objects.get().pages) == (1, 1)


@pytest.mark.django_db
def test_without_a_second_route_the_breach_stands_on_the_page_and_in_the_log(idle):
    idle.until(20)
    assert not idle.until(60, beats=False)
    assert [one.obligation for one in breaches.grave()] == ["sweep-late"]


@pytest.mark.django_db
def test_a_ping_leaves_each_half_minute_while_all_holds_and_none_where_it_does_not(idle, settings):
    with serving(Door()) as dead_man:
        settings.DEADMAN_URL = dead_man.url
        idle.until(120)
        assert len(dead_man.came) == 4
        idle.until(30, beats=False)
        told = len(dead_man.came)
        idle.until(300, beats=False)
        assert len(dead_man.came) == told
        idle.until(40)
        assert len(dead_man.came) > told


@pytest.mark.django_db
def test_a_feed_that_is_silent_is_shown_and_stops_no_ping(watched, hook):
    with watched.held.elm.scoped():
        silent(watched.held)
    assert watched.until(90)
    assert [one.obligation for one in breaches.running()] == ["feed-silent"]
    assert hook.said == []


def test_a_database_that_is_away_is_told_without_it(mailbox, now):
    auditor, seconds = Auditor(SWEEPS), timedelta(seconds=1)
    auditor.away(now=now)
    auditor.away(now=now + AWAY - seconds)
    assert mailbox.letters == []
    for minutes in (1, 2, 3, 7, 8):
        auditor.away(now=now + timedelta(minutes=minutes))
    assert len(mailbox.letters) == 2
    assert "The database does not answer" in mailbox.letters[0].get_payload()


@pytest.mark.django_db(transaction=True)
def test_a_pass_without_a_database_says_so(held):
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    try:
        with pytest.raises(OperationalError):
            Auditor(SWEEPS).once(now=held.now)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@pytest.mark.parametrize("name", BY_NAME)
def test_no_alarm_says_anything_of_a_patient(name):
    for many in (1, 3):
        said = alarm.of_breaches([Breach(obligation=name)] * many)
        assert lint(f"{said.subject}\n{said.body}") == []
        assert said.body != alarm.SAFE
    assert lint(alarm.of_ends([Breach(obligation=name)]).body) == []


def test_an_alarm_names_each_obligation_once_with_what_to_do():
    said = alarm.of_breaches([Breach(obligation=one.name) for one in OBLIGATIONS] * 2)
    assert isinstance(said, Alarm)
    assert said.body.count("- ") == len(OBLIGATIONS)
    assert all(one.do in said.body for one in OBLIGATIONS)
