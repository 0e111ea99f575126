"""Proof that the sweeps run."""

from datetime import datetime

from config.models import Heartbeat
from config.schedule import SWEEPS, Sweep

LATE_SECONDS = 30.0


def beat(name: str, *, done: int, now: datetime) -> None:
    """Note a finished pass."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "done": done})


def ages(*, now: datetime) -> dict[str, float | None]:
    """Seconds since each sweep's last pass; None where it never ran."""
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    return {
        sweep.name: (now - seen[sweep.name]).total_seconds() if sweep.name in seen else None
        for sweep in SWEEPS
    }


def late(*, now: datetime) -> list[str]:
    """The sweeps that should have run and did not."""
    seen = ages(now=now)
    return [sweep.name for sweep in SWEEPS if _is_late(sweep, seen[sweep.name])]


def _is_late(sweep: Sweep, age: float | None) -> bool:
    return age is None or age > max(LATE_SECONDS, 2 * sweep.every)
