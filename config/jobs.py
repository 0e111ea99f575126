"""Celery's entry points: wake-ups, nothing else."""

from celery import shared_task
from django.utils import timezone

from config import heartbeat, schedule


@shared_task(name="config.jobs.wake")
def wake(name: str) -> None:
    """Run one sweep. Losing, repeating or reordering this call changes nothing but latency."""
    sweep = schedule.named(name)
    done = sweep.run(now=timezone.now())
    heartbeat.beat(name, done=done, now=timezone.now())
