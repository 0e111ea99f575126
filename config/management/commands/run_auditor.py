"""Check, every few seconds, that what must hold does; a process of its own, beside the engine."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from config import clock
from config.schedule import SWEEPS
from watchdog.auditor import Auditor

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    requires_system_checks = ()  # the gate runs them; a worker starts at once
    help = "Check obligations, page by the second route what does not hold, ping the dead-man."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once` is for tests and for people."""
        parser.add_argument("--once", action="store_true", help="one pass; fails on a breach")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Audit until told to stop."""
        auditor = Auditor(SWEEPS)
        if options["once"]:
            if not auditor.once(now=clock.now()):
                raise SystemExit(1)
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        took = 0.0
        while not stop.is_set():
            begun = time.monotonic()
            _pass(auditor, seconds=took)
            took = time.monotonic() - begun
            stop.wait(max(0.0, settings.AUDIT_SECONDS - took))


def _pass(auditor: Auditor, *, seconds: float) -> None:
    try:
        auditor.once(now=clock.now(), seconds=seconds)
    except DatabaseError as error:
        logger.error("audit failed", extra={"cause": type(error).__name__})  # noqa: TRY400 - its text may hold a row
        close_old_connections()
        auditor.away(now=clock.host_time())
