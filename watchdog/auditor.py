"""What the auditor's process does: audit, settle, page by the second route, ping the dead-man.

A ping leaves only after a pass that found every obligation held. So a watcher outside hears
silence when the auditor stops, when a sweep stops, when the database is away, and when this whole
installation is gone.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException

from django.conf import settings

from watchdog import alarm, breaches, clocks, heartbeats
from watchdog.audit import audit
from watchdog.heartbeats import AUDITOR, Passes, Timed
from watchdog.obligations import DATABASE_AWAY

logger = logging.getLogger(__name__)

THOROUGH = 4
"""Every so many passes the obligations that read more rows are asked too."""

AWAY = timedelta(seconds=20)
"""A database that restarts is back by then."""


@dataclass(frozen=True, slots=True)
class Auditing:
    """The auditor among the sweeps: its name, and the seconds between its passes."""

    name: str = AUDITOR
    every: float = 5.0


@dataclass(slots=True)
class Auditor:
    """One process's: what it must remember lies in rows, but for what happens without them."""

    sweeps: Sequence[Timed]
    passes: int = 0
    pinged_at: datetime | None = None
    away_since: datetime | None = None
    away_told: list[datetime] = field(default_factory=list)

    def once(self, *, now: datetime, seconds: float = 0.0) -> bool:
        """One pass; whether every obligation held. `seconds`: what the pass before took.

        Raises:
            DatabaseError: it is away; call `away`.
        """
        thorough = self.passes % THOROUGH == 0
        result = audit(self.sweeps, thorough=thorough, now=now)
        breaches.settle(result, now=now)
        done = Passes(result.looked, len(result.found), seconds)
        heartbeats.beat(Auditing(every=settings.AUDIT_SECONDS), done, now=now)
        clocks.forget_readings(now=now)
        self.passes += 1
        self.away_since = None
        self.away_told.clear()
        holds = not breaches.grave().exists()
        self._tell(now=now)
        if holds:
            self._ping(now=now)
        return holds

    def away(self, *, now: datetime) -> None:
        """The database did not answer: nothing can be written down, and it is told all the same."""
        self.away_since = self.away_since or now
        if now - self.away_since < AWAY or not self._is_due(now):
            return
        if alarm.tell(alarm.of_names(Counter([DATABASE_AWAY]))):
            self.away_told.append(now)

    def _is_due(self, now: datetime) -> bool:
        if not self.away_told:
            return True
        wait = breaches.BACK_OFF[min(len(self.away_told), len(breaches.BACK_OFF)) - 1]
        return now - self.away_told[-1] >= wait

    def _tell(self, *, now: datetime) -> None:
        """What is due by the second route; where there is none, the log and the page have it."""
        if not alarm.has_route():
            return
        claimed = breaches.claim_pages(now=now)
        if claimed and alarm.tell(alarm.of_breaches(claimed)):
            breaches.paged(claimed, now=now)
        if ended := breaches.claim_ends(now=now):
            alarm.tell(alarm.of_ends(ended))

    def _ping(self, *, now: datetime) -> None:
        pause = timedelta(seconds=settings.DEADMAN_SECONDS)
        if not settings.DEADMAN_URL or (self.pinged_at and now - self.pinged_at < pause):
            return
        try:
            alarm.fetch(settings.DEADMAN_URL)
            self.pinged_at = now
        except (OSError, HTTPException) as error:
            cause = type(error).__name__
            logger.error("dead-man not reached", extra={"cause": cause})  # noqa: TRY400 - its text may hold the address
