"""Run the sweeps of config/schedule.py without any broker: what saves the night when Redis is
gone."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from config import heartbeat
from config.schedule import SWEEPS, Sweep

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
"""How long a sweep that found nothing waits, at most as long as its schedule says."""


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
        beaten: dict[str, float] = {}
        while not stop.is_set():
            done = sum(_pass_safely(sweep, beaten) for sweep in SWEEPS)
            if not done:
                stop.wait(IDLE_SECONDS)


def _pass(sweep: Sweep) -> int:
    return sweep.run(now=timezone.now())


def _pass_safely(sweep: Sweep, beaten: dict[str, float]) -> int:
    """One pass; the database may be away for a while, and comes back."""
    try:
        done = _pass(sweep)
        if time.monotonic() - beaten.get(sweep.name, 0) > 1:
            heartbeat.beat(sweep.name, done=done, now=timezone.now())
            beaten[sweep.name] = time.monotonic()
    except DatabaseError as error:
        logger.error("sweep failed", extra={"sweep": sweep.name, "cause": type(error).__name__})  # noqa: TRY400 - no text
        close_old_connections()
        time.sleep(1)
        return 0
    return done
