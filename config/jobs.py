"""Celery's entry points: one wake-up for each sweep, without arguments, and nothing else."""

from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from config import heartbeat
from config.schedule import SWEEPS, Sweep


def _waker(sweep: Sweep) -> Callable[[], None]:
    def wake() -> None:
        done = sweep.run(now=timezone.now())
        heartbeat.beat(sweep.name, done=done, now=timezone.now())

    return wake


JOBS = {sweep.name: shared_task(name=sweep.job)(_waker(sweep)) for sweep in SWEEPS}
"""Losing, repeating or reordering a call changes nothing but latency."""
