"""The one function that says what time it is to sweeps, jobs and the auditor.

The median of the database's clock, this host's, and the instant accepted last plus the time that
has passed since: whichever single clock jumps, nothing fires early and nothing is put off.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from django.db import connection

from watchdog.clocks import latest_sign, note_reading
from watchdog.median import Readings, first

logger = logging.getLogger(__name__)

NOTE_SECONDS = 5.0


def database_time() -> datetime:
    """Of the database's host, also inside of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found.astimezone(UTC)


def host_time() -> datetime:
    """Of this host."""
    return datetime.now(UTC)


def seconds_since_boot() -> float:
    """Goes on while the host sleeps, and nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def process() -> str:
    """Which one reads: a forked child is another than its parent."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Clock:
    """One process's. The sources are arguments, so that a test can shift each."""

    def __init__(
        self,
        *,
        database: Callable[[], datetime] = database_time,
        host: Callable[[], datetime] = host_time,
        elapsed: Callable[[], float] = seconds_since_boot,
        witness: Callable[[], datetime | None] = latest_sign,
    ) -> None:
        self._database, self._host, self._elapsed = database, host, elapsed
        self._witness = witness
        self._accepted: tuple[datetime, float] | None = None
        self._noted = float("-inf")
        self._agreed = True
        self._lock = Lock()

    def now(self) -> datetime:
        """The accepted instant, aware and UTC."""
        with self._lock:
            return self._read().now

    def spread(self) -> float:
        """Seconds between the sources, read anew."""
        with self._lock:
            return self._read().spread

    def _read(self) -> Readings:
        """All three, and the median accepted."""
        database, host, elapsed = self._database(), self._host(), self._elapsed()
        if self._accepted is None:
            steady = first(database=database, host=host, witness=self._witness())
        else:
            at, then = self._accepted
            steady = at + timedelta(seconds=elapsed - then)
        readings = Readings(database, host, steady)
        self._accepted = (readings.now, elapsed)
        self._note(readings, elapsed)
        return readings

    def _note(self, readings: Readings, elapsed: float) -> None:
        turned = readings.agree != self._agreed
        if not turned and elapsed - self._noted < NOTE_SECONDS:
            return
        self._noted, self._agreed = elapsed, readings.agree
        apart = round(readings.spread, 1)
        if turned and readings.agree:
            logger.info("clocks agree again", extra={"spread_seconds": apart})
        elif turned:
            logger.error("clocks disagree", extra={"spread_seconds": apart})
        note_reading(process(), spread=readings.spread, now=readings.now)


_clock = Clock()

now = _clock.now
spread = _clock.spread
