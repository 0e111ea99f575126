"""T14, R6 and R11: several sweeps at once, and people who act while they run."""

import os
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from charts.values import Severity
from escalation import engine, starter
from escalation.models import Clock, StepFired
from outbox.models import Channel, Intent
from routing import operations as routing
from routing.models import Task
from tests.escalation.conftest import person, phone
from tests.people import SETUP
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db(transaction=True)

CRITICAL, ABNORMAL, _, NORMAL = Severity
MINUTE = timedelta(minutes=1)
ISSUED = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
RACES = int(os.environ.get("PROOF_RACES", "60"))
PATIENCE = max(600, RACES // 4)
"""Seconds that the threads of one test may take."""


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=ISSUED)
        for member in (elm_street.diaz, elm_street.nora, elm_street.sam):
            phone(member)
    return elm_street


def open_tasks(elm, count: int, *severities: Severity) -> list[Task]:
    with elm.scoped(), transaction.atomic():
        return [
            bring(graded(severities[n % len(severities)], key=f"L-{n}", at=15), now=ISSUED)
            for n in range(count)
        ]


def sweep(now: datetime) -> None:
    while engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now):
        pass


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    """Run each in a thread with a connection of its own; what they raised."""
    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return raised


def came_of_it(elm) -> dict[str, object]:
    """What a day left behind, less ids and seconds.

    A task that one sweep holds is looked at a second later by the other, so the second in which a
    step fires may differ, and nothing else.
    """
    with elm.scoped(), transaction.atomic():
        clocks = Clock.objects.values_list(
            "task__item__key", "kind", "since_version", "due_at", "next_at", "ended_at", "end"
        )
        steps = StepFired.objects.values_list(
            "clock__task__item__key", "clock__kind", "step__position", "round", "due_at", "at",
            "result", "reason", "member__name",
        )  # fmt: skip
        said = Intent.objects.values_list(
            "task__item__key", "member__name", "channel", "template", "next_at"
        )
        return {
            "clocks": sorted(map(by_the_minute, clocks)),
            "steps": sorted(map(by_the_minute, steps)),
            "said": sorted(map(by_the_minute, said)),
        }


def by_the_minute(row: tuple[object, ...]) -> str:
    return str([f"{one:%d %H:%M}" if isinstance(one, datetime) else one for one in row])


def day(elm, beats: int) -> dict[str, object]:
    """Two hours in which people act, swept by the engine and so many beats beside it."""
    tasks = open_tasks(elm, 12, CRITICAL, ABNORMAL, NORMAL)
    for minutes in range(0, 121, 15):
        now = ISSUED + minutes * MINUTE
        with elm.scoped():
            if minutes == 30:
                for task in tasks[::3]:
                    routing.acknowledge(task_id=task.pk, now=now, **person(elm.diaz))
            if minutes == 60:
                for task in tasks[1::3]:
                    routing.assign(task_id=task.pk, to=elm.diaz, now=now, **person(elm.sam))
        assert at_once(*[lambda now=now: sweep(now)] * (1 + beats)) == []
        for seconds in range(3):
            sweep(now + timedelta(seconds=seconds))
    return came_of_it(elm)


@pytest.mark.parametrize("beats", [0, 2, 5])
def test_r6_any_number_of_beats_beside_the_engine_leaves_the_same(elm, beats, record):
    record(beats, day(elm, beats))


@pytest.fixture(scope="module")
def record():
    """Each day is compared with the first."""
    held: list[dict[str, object]] = []

    def compare(beats: int, found: dict[str, object]) -> None:
        assert found["steps"]
        held.append(found)
        assert held[0] == found, beats

    return compare


def test_t14_each_step_fires_once_with_two_workers_a_restart_and_a_clock_that_jumps(
    elm, monkeypatch
):
    tasks = open_tasks(elm, 20, CRITICAL)
    sweep(ISSUED)
    due = ISSUED + MINUTE
    assert at_once(*[lambda: sweep(due)] * 4) == []
    sweep(due + timedelta(seconds=1))
    with elm.scoped(), transaction.atomic():
        assert StepFired.objects.filter(clock__kind="acknowledge").count() == len(tasks)
    killed(monkeypatch, due + 5 * MINUTE)
    for jump in (6, -60, 6, 0, 6):
        sweep(ISSUED + jump * MINUTE)
    with elm.scoped(), transaction.atomic():
        rows = StepFired.objects.filter(clock__kind="acknowledge")
        assert rows.count() == 2 * len(tasks)
        paged = Intent.objects.filter(channel=Channel.SMS).count()
        assert paged == rows.filter(result="fired").count()


def killed(monkeypatch, now: datetime) -> None:
    """The engine dies after its last write and before its commit."""
    from escalation.operations import firing

    class Killed(BaseException):
        pass

    def dies(*trays) -> None:
        real(*trays)
        raise Killed

    real = firing._write
    with monkeypatch.context() as patched:
        patched.setattr(firing, "_write", dies)
        with pytest.raises(Killed):
            sweep(now)


def test_r11_no_page_is_written_after_an_acknowledgement_and_nobody_deadlocks(elm):
    left, seen, lock = [task.pk for task in open_tasks(elm, RACES, CRITICAL)], {}, threading.Lock()
    random.Random(11).shuffle(left)
    sweep(ISSUED)
    over, at = threading.Event(), ISSUED + MINUTE

    def pages(task_id) -> int:
        return Intent.objects.filter(task=task_id, until="acknowledged").count()

    def acknowledge() -> None:
        while True:
            with lock:
                if not left:
                    return
                task_id = left.pop()
            with elm.scoped():
                routing.acknowledge(task_id=task_id, now=at, **person(elm.diaz))
                with transaction.atomic():
                    seen[task_id] = pages(task_id)

    def escalate() -> None:
        minutes = 0
        while not over.is_set():
            minutes = (minutes + 1) % 15
            engine.sweep_tasks(now=ISSUED + minutes * MINUTE)
            engine.sweep_clocks(now=ISSUED + minutes * MINUTE)

    def people() -> None:
        try:
            raised.extend(at_once(acknowledge, acknowledge))
        finally:
            over.set()

    raised: list[BaseException] = []
    raised += at_once(people, escalate, escalate)
    assert raised == []
    sweep(ISSUED + 14 * MINUTE)
    assert len(seen) == RACES
    with elm.scoped(), transaction.atomic():
        assert {task_id: pages(task_id) for task_id in seen} == seen
        assert sum(seen.values()) > 0
        assert not Clock.objects.filter(kind="acknowledge", ended_at=None).exists()
