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
FRESH_SECONDS = 30.0


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

    def glance(self) -> datetime:
        """For a request: the instant accepted last and the time that has passed since.

        Read anew where that was a while ago, and written nowhere: a request holds its rows until
        its end, and another thread would wait for them with this clock in its hands.
        """
        with self._lock:
            elapsed = self._elapsed()
            if self._accepted is None or elapsed - self._accepted[1] > FRESH_SECONDS:
                return self._look()[0].now
            return self._steady(self._accepted, elapsed)

    def spread(self) -> float:
        """Seconds between the sources, read anew."""
        with self._lock:
            return self._read().spread

    def _read(self) -> Readings:
        """All three, the median accepted, and what was found noted."""
        readings, elapsed = self._look()
        self._note(readings, elapsed)
        return readings

    def _look(self) -> tuple[Readings, float]:
        """All three, the median accepted; and the seconds since boot."""
        # The witness first: after a pause it would be newer than a clock that is right.
        witness = self._witness() if self._accepted is None else None
        database, host, elapsed = self._database(), self._host(), self._elapsed()
        if self._accepted is None:
            steady = first(database=database, host=host, witness=witness)
        else:
            steady = self._steady(self._accepted, elapsed)
        readings = Readings(database, host, steady)
        self._accepted = (readings.now, elapsed)
        return readings, elapsed

    @staticmethod
    def _steady(accepted: tuple[datetime, float], elapsed: float) -> datetime:
        at, then = accepted
        return at + timedelta(seconds=elapsed - then)

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
glance = _clock.glance
spread = _clock.spread
