"""That sweeps run: each finished pass leaves when it was, what it saw and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import connection

from watchdog.models import Heartbeat

AUDITOR = "audit-obligations"

BEAT = """
INSERT INTO watchdog_heartbeat AS b
    (name, every, at, looked, fired, took_ms, busy_at, busy_looked, busy_fired)
VALUES (%(name)s, %(every)s, %(at)s, %(looked)s, %(fired)s, %(took)s,
        CASE WHEN %(looked)s > 0 THEN %(at)s::timestamptz END, %(looked)s, %(fired)s)
ON CONFLICT (name) DO UPDATE SET
    every = EXCLUDED.every, at = EXCLUDED.at, looked = EXCLUDED.looked, fired = EXCLUDED.fired,
    took_ms = EXCLUDED.took_ms, busy_at = coalesce(EXCLUDED.busy_at, b.busy_at),
    busy_looked = CASE WHEN EXCLUDED.looked > 0 THEN EXCLUDED.looked ELSE b.busy_looked END,
    busy_fired = CASE WHEN EXCLUDED.looked > 0 THEN EXCLUDED.fired ELSE b.busy_fired END
"""


class Timed(Protocol):
    """A sweep of the list: its name, and the seconds between its passes."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> float: ...


@dataclass(slots=True)
class Passes:
    """What one process did of one sweep since it last told."""

    looked: int = 0
    fired: int = 0
    took: float = 0.0

    def add(self, done: int, *, seconds: float) -> None:
        """One more pass; a sweep that tells `looked` and `fired` apart returns a `Swept`."""
        self.looked += done
        self.fired += getattr(done, "fired", done)
        self.took = max(self.took, seconds)


def beat(sweep: Timed, passes: Passes, *, now: datetime) -> None:
    """Note finished passes: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, {
            "name": sweep.name, "every": sweep.every, "at": now, "looked": passes.looked,
            "fired": passes.fired, "took": round(passes.took * 1000),
        })  # fmt: skip


def ages(sweeps: Iterable[Timed], *, now: datetime) -> dict[str, float | None]:
    """Seconds since each sweep's last pass; None where it never ran."""
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    return {
        sweep.name: (now - seen[sweep.name]).total_seconds() if sweep.name in seen else None
        for sweep in sweeps
    }


def late(sweeps: Iterable[Timed], *, now: datetime) -> list[str]:
    """The sweeps that should have run and did not."""
    listed = list(sweeps)
    seen = ages(listed, now=now)
    return [one.name for one in listed if is_late(seen[one.name], every=one.every)]


def is_late(age: float | None, *, every: float) -> bool:
    """Whether a pass is overdue; None: there never was one."""
    return age is None or age > max(settings.LATE_SECONDS, 2 * every)
