"""What processes found when they read their clocks, kept for the auditor and for each other."""

from datetime import datetime, timedelta

from django.db import connection

from watchdog.models import ClockReading, Heartbeat

KEPT = timedelta(hours=1)

NOTE = """
INSERT INTO watchdog_clockreading (process, at, spread_seconds) VALUES (%s, %s, %s)
ON CONFLICT (process) DO UPDATE SET at = EXCLUDED.at, spread_seconds = EXCLUDED.spread_seconds
"""


def latest_sign() -> datetime | None:
    """The newest instant that a process accepted and left behind."""
    newest = Heartbeat.objects.order_by("-at").values_list("at", flat=True)
    return newest.first()


def note_reading(process: str, *, spread: float, now: datetime) -> None:
    """One statement; the last reading of each process is kept."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [process, now, spread])


def forget_readings(*, now: datetime) -> int:
    """Of processes that are gone."""
    return ClockReading.objects.filter(at__lt=now - KEPT).delete()[0]
