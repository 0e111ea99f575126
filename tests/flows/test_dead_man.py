"""Real processes that are stopped dead: somebody outside hears the silence, readiness turns red.

Waiting is shortened by settings; what is proven are the times that follow from them.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from tests.flows import engines
from tests.watchdog.sinks import Door, serving
from watchdog.models import Heartbeat

PING, AUDIT, LATE = 1.0, 0.5, 4.0
SHORT = {"DEADMAN_SECONDS": str(PING), "AUDIT_SECONDS": str(AUDIT), "LATE_SECONDS": str(LATE)}
SLACK = 6.0
"""For a machine that has other things to do."""

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@contextmanager
def roles(dead_man: Door) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    before = dict(os.environ)
    os.environ |= SHORT | {"DEADMAN_URL": dead_man.url}
    try:
        running = {name: engines.start(f"run_{name}") for name in ("engine", "auditor")}
    finally:
        os.environ.clear()
        os.environ |= before
    try:
        yield running
    finally:
        for one in running.values():
            one.kill()
            one.wait(timeout=10)


def within(seconds: float, holds: Callable[[], bool]) -> float:
    """How long it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        time.sleep(0.1)
    return time.monotonic() - begun


def readiness() -> tuple[int, list[str]]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()["breaches"]


def silent_after(dead_man: Door, moment: float, seconds: float) -> bool:
    """No ping since so many seconds after the moment, for as long as two of them."""
    time.sleep(max(0.0, moment + seconds + 2 * PING - time.monotonic()))
    return not dead_man.since(moment + seconds)


@pytest.mark.parametrize(
    ("role", "named"), [("engine", "sweep-late"), ("auditor", "auditor-late")]
)  # fmt: skip
def test_r28_a_role_that_is_stopped_ends_the_pings_and_turns_readiness_red(role, named, settings):
    settings.LATE_SECONDS, settings.AUDIT_SECONDS = LATE, AUDIT
    with serving(Door()) as dead_man, roles(dead_man) as running:
        within(60, lambda: len(dead_man.came) > 2)
        assert readiness() == (200, [])
        os.kill(running[role].pid, signal.SIGSTOP)
        stopped = time.monotonic()
        # Real settings: 25 s + 5 s, within the 30 s of readiness and the 60 s of the ping.
        within(LATE + AUDIT + SLACK, lambda: named in readiness()[1])
        assert readiness()[0] == 503
        assert Client().get("/healthz").status_code == 200
        assert silent_after(dead_man, stopped, LATE + AUDIT + SLACK)
        os.kill(running[role].pid, signal.SIGCONT)
        within(30, lambda: readiness() == (200, []))
        again = time.monotonic()
        within(30, lambda: dead_man.since(again) > 0)


def test_t16_each_sweep_tells_when_it_ran_and_what_it_did_and_a_late_one_is_an_alarm(settings):
    settings.LATE_SECONDS, settings.AUDIT_SECONDS = LATE, AUDIT
    with serving(Door()) as dead_man, roles(dead_man) as running:
        within(60, lambda: readiness()[0] == 200)
        told = Client().get("/readyz").json()["sweeps"]
        assert {"follow-tasks", "fire-steps", "audit-obligations"} <= told.keys()
        assert all(0 <= age < LATE for name, age in told.items() if name == "fire-steps")
        beat = Heartbeat.objects.get(name="fire-steps")
        assert (beat.every, beat.looked, beat.fired) == (0.5, 0, 0)
        running["engine"].kill()
        within(LATE + AUDIT + SLACK, lambda: readiness() == (503, ["sweep-late"]))
        assert "fire-steps" in Client().get("/readyz").json()["late"]
