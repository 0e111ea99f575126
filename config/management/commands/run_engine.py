"""Run the sweeps of config/schedule.py without any broker: what saves the night when Redis is
gone."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from config import clock
from config.schedule import SWEEPS, Sweep
from watchdog import heartbeats
from watchdog.heartbeats import Passes

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0


class Command(BaseCommand):
    requires_system_checks = ()  # the gate runs them; a worker starts at once
    help = "Run every sweep, again and again, without Celery."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once` is for tests and for people."""
        parser.add_argument(
            "--once", action="store_true", help="one pass of each sweep, until nothing is left"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep until told to stop."""
        if options["once"]:
            for sweep in SWEEPS:
                while _pass(sweep):
                    continue
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        asking = [_Run(sweep) for sweep in SWEEPS if sweep.asks_others]
        # What it is about is under a lease: it may end in the middle of a request.
        threading.Thread(target=_drive, args=(asking, stop), daemon=True).start()
        _drive([_Run(sweep) for sweep in SWEEPS if not sweep.asks_others], stop)


def _drive(runs: Sequence["_Run"], stop: threading.Event) -> None:
    """Whatever is due of these, until told to stop."""
    while not stop.is_set():
        for run in runs:
            if run.due <= time.monotonic():
                run.once()
        stop.wait(max(0.0, min(run.due for run in runs) - time.monotonic()))


def _pass(sweep: Sweep) -> int:
    return sweep.run(now=clock.now())


@dataclass(slots=True)
class _Run:
    """One sweep of this engine, when it is due and when its heart last beat (monotonic seconds)."""

    sweep: Sweep
    due: float = 0.0
    beaten: float = 0.0
    passes: Passes = field(default_factory=Passes)

    def once(self) -> None:
        """One pass. After work it is due at once; what fails, as a database that is away, is tried
        again."""
        begun = time.monotonic()
        try:
            done = _pass(self.sweep)
            self.passes.add(done, seconds=time.monotonic() - begun)
            self._beat()
        except Exception as error:  # noqa: BLE001 - whatever it is, every other sweep goes on
            name, cause = self.sweep.name, type(error).__name__
            logger.error("sweep failed", extra={"sweep": name, "cause": cause})  # noqa: TRY400 - its text may hold a row
            close_old_connections()
            done = 0
        self.due = time.monotonic() + (0.0 if done else self.sweep.every)

    def _beat(self) -> None:
        if time.monotonic() - self.beaten > BEAT_SECONDS:
            heartbeats.beat(self.sweep, self.passes, now=clock.now())
            self.beaten, self.passes = time.monotonic(), Passes()
