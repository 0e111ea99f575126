"""The Celery app. It carries wake-ups without arguments; rows hold every timer and every intent."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("clearchart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=1000,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    },
    accept_content=["json"],
    task_serializer="json",
    timezone="UTC",
)
app.autodiscover_tasks(related_name="jobs")
app.conf.beat_schedule_filename = os.environ.get("CELERY_BEAT_FILE", "celerybeat-schedule")


WORTH_SECONDS = 5.0
"""A wake-up that waited longer is dropped: newer ones wait behind it, and where workers cannot keep
up with the beats, a queue of old ones would only put everything off."""


@app.on_after_configure.connect
def every_sweep(sender: Celery, **_: object) -> None:
    """Beat wakes each sweep of config/schedule.py."""
    from config.schedule import SWEEPS

    for sweep in SWEEPS:
        worth = max(WORTH_SECONDS, sweep.every)
        job = app.signature(sweep.job)
        sender.add_periodic_task(sweep.every, job, name=sweep.name, expires=worth)
