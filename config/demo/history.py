"""The clinic day that leads up to now: messages stored and processed, and people at their work."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from threading import active_count

from django.db import connections, transaction

from config.demo import frozen, loops, past
from config.demo.arrivals import arrival
from config.demo.cast import PracticePlan
from config.demo.setting import Stage
from config.demo.workday import Workday
from config.embedded.identity import Identity, in_child
from escalation import engine, lateness
from integrations import intake, receiver, silence
from integrations.models import Feed, InboundMessage
from integrations.simulator import stories, weeks
from integrations.simulator.casting import clinic_of, feeds_of
from integrations.simulator.clinic import Clinic, Clock, Door, Sending
from integrations.simulator.clinic_day import clinic_day
from routing import backlog, chasing
from tenants import scope
from tenants.models import Practice

LOOKS_BACK = timedelta(days=past.DAYS + 2)
"""The practice and its rules are older than its first message."""

TODAY, BEFORE = timedelta(minutes=20), timedelta(minutes=60)
"""How often, in the story, stored messages become tasks; people act in between."""

ASKS = 0.75
"""Of what a full clinic day asks for, how much came today."""

AS_ONE = timedelta(minutes=4)
"""Messages this close are received as one."""

TOGETHER = 2
"""Practices told at the same time: none knows of another."""

RECENT = timedelta(hours=12)

BUSY, MIDDAY, CLOSES = 11 * 60, 15 * 60, 18 * 60
"""Who looks by day sees today's clinic up to now; by night, a clinic that is at three o'clock."""

Due = tuple[datetime, Sending]


def tell_all(stages: Iterable[Stage], *, now: datetime) -> None:
    """The days of each practice, two at a time where that is safe.

    Then what only time tells, as the engine would have by now.
    """
    told = partial(_tell, now=now)
    # A fork keeps the locks that other threads hold, and nobody is left to open them.
    arrived = list(map(told, stages)) if active_count() > 1 else _told_by_children(told, stages)
    if any(arrived):
        silence.sweep(now=now)
        while engine.sweep_tasks(now=now):
            continue
        lateness.look_back(now=now)
        backlog.fold(now=now)


def _told_by_children(told: Callable[[Stage], int], stages: Iterable[Stage]) -> list[int]:
    connections.close_all()
    ends_with_us = in_child(Identity.OURSELVES, death_signal=signal.SIGKILL)
    fork = get_context("fork")
    with ProcessPoolExecutor(TOGETHER, mp_context=fork, initializer=ends_with_us) as pool:
        return list(pool.map(told, stages))


def _tell(stage: Stage, *, now: datetime) -> int:
    return tell(stage.plan, stage.practice, now=now)


@transaction.atomic
def tell(plan: PracticePlan, practice: Practice, *, now: datetime) -> int:
    """The days before, and today up to now, all or nothing.

    A practice that ever got a message keeps its own history.

    Returns:
        How many messages came today.
    """
    with scope.scoped(practice.pk):
        if InboundMessage.objects.exists():
            return 0
        past.tell(plan, practice, now=now)
        clinic, feeds = clinic_of(practice), feeds_of(practice)
        workday = Workday(f"{practice.slug} {now:%Y-%m-%d}", behind=plan.behind)
        arrived = 0
        for ends, due in slices(sendings(clinic, now=now), now=now):
            arrived += len(due)
            _store(due, feeds, now=now)
            workday.work(until=ends)
            while intake.sweep_practice(practice.pk, now=ends):
                continue
            past.follow(now=ends)
            workday.notice(now=ends)
        _bring_up(practice, workday, now=now)
        return arrived


def _bring_up(practice: Practice, workday: Workday, *, now: datetime) -> None:
    """To where the practice would be by now."""
    chasing.sweep_practice(practice.pk, now=now)
    past.follow(now=now)
    workday.take_up(now=now)
    loops.live(f"{practice.slug} {now:%Y-%m-%d}", now=now)
    frozen.freeze(practice.pk, now=now)


def _store(due: list[Due], feeds: Mapping[Door, Feed], *, now: datetime) -> None:
    for instant, group in by_end(due, AS_ONE, now=now):
        arrivals = [arrival(sending, feeds[sending.door], at) for at, sending in group]
        receiver.store(arrivals, now=instant)


def sendings(clinic: Clinic, *, now: datetime) -> Iterator[Due]:
    """Everything sent today up to now, oldest first."""
    local = now.astimezone(clinic.zone)
    minute = local.hour * 60 + local.minute
    minute = minute if BUSY <= minute <= CLOSES else MIDDAY
    clock = Clock(now, minute)
    told = [*clinic_day(clinic, local.date(), clock=clock),
            *stories.today(clinic, local.date(), clock=clock, minute=minute)]  # fmt: skip
    for sending in sorted(told, key=lambda one: one.minute):
        if sending.minute <= minute and weeks.comes(sending, ASKS):
            yield clock.at(sending.minute), sending


def slices(due: Iterable[Due], *, now: datetime) -> Iterator[tuple[datetime, list[Due]]]:
    """The messages by the ends of slices of time; what is longer ago is told in longer ones."""
    for is_recent, group in groupby(due, key=lambda one: now - one[0] < RECENT):
        yield from by_end(group, TODAY if is_recent else BEFORE, now=now)


def by_end(
    due: Iterable[Due], length: timedelta, *, now: datetime
) -> Iterator[tuple[datetime, list[Due]]]:
    """Cut time into pieces of this length, the last of which ends now; empty ones are left out."""
    for end, group in groupby(due, key=lambda one: now - (now - one[0]) // length * length):
        yield end, list(group)
