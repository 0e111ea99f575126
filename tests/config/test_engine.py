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
    sweeps = (Sweep("poll-ehrs", 0.01, ask, asks_others=True), Sweep("send-intents", 0.01, page))
    monkeypatch.setattr(run_engine, "SWEEPS", sweeps)
    try:
        call_command("run_engine")
    finally:
        answer.set()
        signal.signal(signal.SIGTERM, held[0])
        signal.signal(signal.SIGINT, held[1])
    assert len(passes) >= 3
    assert passes == sorted(passes)


def test_every_sweep_that_asks_others_says_so():
    asking = {sweep.name for sweep in SWEEPS if sweep.asks_others}
    ehrs = {"fetch-from-ehrs", "poll-ehrs", "renew-subscriptions"}
    assert asking == ehrs | {"carry-packets", "read-mailboxes"}


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_fails_whatever_the_error_ends_no_other(monkeypatch, caplog):
    passes = []

    def failed():
        said = [one for one in caplog.records if one.message == "sweep failed"]
        return {(one.sweep, one.cause) for one in said}

    def fails(*, now):
        raise ValueError("Marsh, Pat")

    def page(*, now):
        passes.append(now)
        if len(passes) >= 500 or (len(passes) >= 3 and len(failed()) == 2):
            os.kill(os.getpid(), signal.SIGTERM)
        return 0

    held = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    sweeps = (
        Sweep("poll-ehrs", 3600, fails, asks_others=True), Sweep("write-digests", 0.01, fails),
        Sweep("send-intents", 0.01, page),
    )  # fmt: skip
    monkeypatch.setattr(run_engine, "SWEEPS", sweeps)
    try:
        call_command("run_engine")
    finally:
        signal.signal(signal.SIGTERM, held[0])
        signal.signal(signal.SIGINT, held[1])
    assert len(passes) >= 3
    assert failed() == {("poll-ehrs", "ValueError"), ("write-digests", "ValueError")}
    assert "Marsh" not in caplog.text
