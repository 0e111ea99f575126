"""Every sweep and how often it runs: the one list, read by Celery beat and by `run_engine`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from charts import tokens
from escalation import digest, engine, lateness
from integrations import intake, sightings, silence
from integrations.api import idempotency
from integrations.backlog import sweeping as backlog
from integrations.carriers import mailbox
from integrations.ehr import fetching, polling, subscribing
from integrations.notifications import watching
from metrics import freezing
from outbox import delivery, unheard
from referrals import carrying, following, hearing
from referrals import chasing as referral_chasing
from routing import backlog as numbers
from routing import chasing, closing


class Sweeper(Protocol):
    """One pass over due rows; returns how many it finished."""

    def __call__(self, *, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Sweep:
    name: str
    every: float
    """Seconds between passes; a pass that did work is followed by another at once."""
    run: Sweeper | Callable[..., int]
    asks_others: bool = False
    """It waits for systems that are not ours, so nothing else waits for it."""
    finish: Callable[[], int] | None = None
    """Waits for what a pass left to the next one of its thread."""

    @property
    def job(self) -> str:
        """The name of its Celery job."""
        return f"config.jobs.{self.name}"


SWEEPS = (
    Sweep("follow-tasks", 0.5, engine.sweep_tasks),
    Sweep("fire-steps", 0.5, engine.sweep_clocks),
    Sweep("send-intents", 0.5, delivery.sweep, finish=delivery.finish),
    Sweep("ask-after-pages", 1.0, unheard.sweep, finish=delivery.finish),
    Sweep("page-on", 0.5, engine.sweep_unreached),
    Sweep("mark-late", 15.0, lateness.sweep),
    Sweep("look-back-for-late", 3600.0, lateness.look_back),
    Sweep("write-digests", 60.0, digest.sweep),
    Sweep("follow-staff", 1.0, engine.sweep_staff),
    Sweep("process-messages", 0.5, intake.sweep),
    Sweep("count-unmapped", 2.0, sightings.sweep),
    Sweep("add-up-backlog", 5.0, numbers.fold),
    Sweep("check-backlog", 3600.0, numbers.check),
    Sweep("freeze-days", 30.0, freezing.sweep),
    Sweep("plan-days", 3600.0, freezing.plan),
    Sweep("ask-after-missing", 60.0, chasing.sweep),
    Sweep("follow-referrals", 1.0, following.sweep),
    Sweep("hear-patients", 1.0, hearing.sweep),
    Sweep("look-back-for-referrals", 3600.0, following.look_back),
    Sweep("chase-referrals", 1.0, referral_chasing.sweep),
    Sweep("look-back-for-chasing", 3600.0, referral_chasing.look_back),
    Sweep("carry-packets", 2.0, carrying.sweep, asks_others=True),
    Sweep("read-mailboxes", 15.0, mailbox.sweep, asks_others=True),
    Sweep("close-charts", 15.0, closing.sweep),
    Sweep("listen-for-silence", 120.0, silence.sweep),
    Sweep("fetch-from-ehrs", 2.0, fetching.sweep, asks_others=True),
    Sweep("poll-ehrs", 15.0, polling.sweep, asks_others=True),
    Sweep("watch-subscriptions", 30.0, watching.sweep),
    Sweep("renew-subscriptions", 300.0, subscribing.sweep, asks_others=True),
    Sweep("forget-repeats", 3600.0, idempotency.sweep),
    Sweep("advance-backlogs", 2.0, backlog.sweep),
    Sweep("forget-backlog-files", 3600.0, backlog.forget),
    Sweep("mend-search", 60.0, tokens.sweep),
)


def named(name: str) -> Sweep:
    """The sweep of that name.

    Raises:
        KeyError: there is none.
    """
    return {sweep.name: sweep for sweep in SWEEPS}[name]
