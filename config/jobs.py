"""Celery's entry points: one wake-up for each sweep, without arguments, and nothing else."""

import time
from collections.abc import Callable

from celery import shared_task

from config import clock
from config.schedule import SWEEPS, Sweep
from watchdog import heartbeats
from watchdog.heartbeats import Passes


def _waker(sweep: Sweep) -> Callable[[], None]:
    def wake() -> None:
        passes, begun = Passes(), time.monotonic()
        passes.add(sweep.run(now=clock.now()), seconds=time.monotonic() - begun)
        heartbeats.beat(sweep, passes, now=clock.now())
        if sweep.finish is not None:
            sweep.finish()  # the next wake-up may come to another process

    return wake


JOBS = {sweep.name: shared_task(name=sweep.job)(_waker(sweep)) for sweep in SWEEPS}
"""Losing, repeating or reordering a call changes nothing but latency."""
