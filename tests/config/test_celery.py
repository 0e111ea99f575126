"""Beat's wake-ups: one for each sweep, and none that waits for ever."""

from config.celery import app
from config.schedule import SWEEPS


def test_each_sweep_is_woken_and_a_wake_up_that_waited_is_dropped():
    entries = app.conf.beat_schedule
    assert {name: entry["task"] for name, entry in entries.items()} == {
        sweep.name: sweep.job for sweep in SWEEPS
    }
    for sweep in SWEEPS:
        assert sweep.every <= entries[sweep.name]["options"]["expires"] <= max(5.0, sweep.every)
