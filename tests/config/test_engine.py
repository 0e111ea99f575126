"""The engine without a broker: no sweep waits for one that asks other systems."""

import os
import signal
import threading

import pytest
from django.core.management import call_command
from django.db import OperationalError

from config.management.commands import run_engine
from config.schedule import SWEEPS, Sweep


@pytest.mark.django_db
def test_pages_do_not_wait_for_an_ehr_that_does_not_answer(monkeypatch):
    asked, answer, passes = threading.Event(), threading.Event(), []

    def ask(*, now):
        asked.set()
        answer.wait(30)
        raise OperationalError  # so that this thread's connection writes no heartbeat

    def page(*, now):
        passes.append(now)
        if asked.wait(10) and len(passes) >= 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return 0

    held = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    sweeps = (Sweep("poll-ehrs", 0.01, ask, asks_ehrs=True), Sweep("send-intents", 0.01, page))
    monkeypatch.setattr(run_engine, "SWEEPS", sweeps)
    try:
        call_command("run_engine")
    finally:
        answer.set()
        signal.signal(signal.SIGTERM, held[0])
        signal.signal(signal.SIGINT, held[1])
    assert len(passes) >= 3
    assert passes == sorted(passes)


def test_every_sweep_that_asks_an_ehr_says_so():
    asking = {sweep.name for sweep in SWEEPS if sweep.asks_ehrs}
    assert asking == {"fetch-from-ehrs", "poll-ehrs", "renew-subscriptions"}
