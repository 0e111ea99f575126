"""Beat's wake-ups: one for each sweep, and none that waits for ever."""

import pytest

from config import jobs
from config.celery import app
from config.schedule import SWEEPS, Sweep, named
from outbox import delivery


def test_each_sweep_is_woken_and_a_wake_up_that_waited_is_dropped():
    entries = app.conf.beat_schedule
    assert {name: entry["task"] for name, entry in entries.items()} == {
        sweep.name: sweep.job for sweep in SWEEPS
    }
    for sweep in SWEEPS:
        assert sweep.every <= entries[sweep.name]["options"]["expires"] <= max(5.0, sweep.every)


@pytest.mark.django_db
def test_a_job_does_not_leave_its_process_with_answers_outstanding():
    """The next wake-up may come to another process, which knows nothing of them."""
    order = []

    def send(*, now):
        order.append("sent")
        return 1

    def finish():
        order.append("answers taken")
        return 1

    jobs._waker(Sweep("send-intents", 0.5, send, finish=finish))()
    assert order == ["sent", "answers taken"]
    assert named("send-intents").finish is delivery.finish
