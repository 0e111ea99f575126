"""Sends what is due: claimed under a lease, asked again just before, settled by whoever holds the
fence.

    A   claim: fence + 1, lease, attempt, and the wake for the end of the lease; COMMIT
    -   what nobody knows of is looked up at the provider
    -   still ours, still asked for? Then the request, shorter than what is left of the lease
    B   settle, where the fence is ours

Killed anywhere, the row and its wake say where to go on. Nothing is on the line inside of a
transaction, and no database is used outside of this thread.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import OperationalError, transaction

from audit.actors import Actor
from outbox import operations, packing
from outbox.channels import CHANNELS, pace
from outbox.channels.outcomes import Accepted, Moot, Outcome, Parcel, Sighting, Unknown
from outbox.models import Channel
from outbox.packing import Packed
from tenants import scope, wake
from tenants.models import Topic

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("outbox.delivery")

AT_ONCE = 16
"""Requests on the line at one moment, and so what one pass claims."""


@dataclass(slots=True)
class Watch:
    """The instant that the pass was given, and what has gone by since."""

    at: datetime
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)


@dataclass(slots=True)
class Job:
    """One claimed intent on its way through a pass."""

    practice_id: UUID
    packed: Packed
    outcome: Outcome | None = None
    was_found: bool = False

    @property
    def id(self) -> UUID:
        return self.packed.claimed.intent.pk

    @property
    def parcel(self) -> Parcel | None:
        return self.packed.parcel

    @property
    def fence(self) -> int:
        return self.packed.claimed.intent.fence

    def until(self, watch: Watch) -> float:
        """The monotonic second at which too little of the lease is left."""
        lease = self.packed.claimed.intent.lease_until
        assert lease is not None
        return watch.began + (lease - pace.LEFT - watch.at).total_seconds()

    @property
    def channel(self) -> Channel:
        return Channel(self.packed.claimed.intent.channel)


def sweep(*, now: datetime) -> int:
    """One pass over what is due in all practices; returns how many intents it took up."""
    watch = Watch(now)
    jobs = _claim(watch)
    _look_up([job for job in jobs if job.packed.claimed.is_unknown], watch)
    for job in jobs:
        if job.outcome is None and job.packed.instead is not None:
            job.outcome = job.packed.instead
            _settle(job, watch)
    _send([job for job in jobs if job.outcome is None], watch)
    return len(jobs)


def _claim(watch: Watch) -> list[Job]:
    """What is due, practice by practice, the longest waiting first, up to what one pass sends."""
    jobs: list[Job] = []
    for practice_id in wake.practices_due(Topic.INTENT, now=watch.at):
        left = AT_ONCE - len(jobs)
        if left <= 0:
            break
        with _alone(practice_id), transaction.atomic():
            claimed = operations.claim(limit=left, actor=ACTOR, now=watch.now())
            packed = packing.pack(claimed, actor=ACTOR, now=watch.now())
            jobs += [Job(practice_id, one) for one in packed]
    return jobs


def _look_up(jobs: list[Job], watch: Watch) -> None:
    """Ask the provider what became of attempts that ended without an answer."""
    asked = {
        _pool().submit(find, job.parcel): job
        for job in jobs
        if job.parcel is not None and (find := CHANNELS[job.channel].find) is not None
    }
    for done in as_completed(asked):
        job = asked[done]
        try:
            sightings = done.result()
        except Exception:  # noqa: BLE001 - not knowing is an answer: it stays claimed
            logger.warning("provider not asked", extra={"entity": str(job.id)})
            job.outcome = Unknown("the provider cannot be asked")
        else:
            _recognise(job, sightings)
        _settle(job, watch)


def _recognise(job: Job, sightings: Iterable[Sighting]) -> None:
    """Take the provider's message for ours, unless another intent is known to have caused it."""
    with _alone(job.practice_id), transaction.atomic():
        found = operations.unclaimed_sighting(job.id, sightings)
        if found is not None:
            job.outcome, job.was_found = Accepted(found.provider_id), True


def _send(jobs: list[Job], watch: Watch) -> None:
    """Put on the line what may still go, and settle each as its answer comes."""
    sent = {
        _pool().submit(CHANNELS[job.channel].send, replace(job.parcel, until=job.until(watch))): job
        for job in _still_ours(jobs, watch)
        if job.parcel is not None
    }
    for done in as_completed(sent):
        job = sent[done]
        try:
            job.outcome = done.result()
        except Exception:
            logger.exception("channel failed", extra={"entity": str(job.id)})
            job.outcome = Unknown("the channel failed")
        _settle(job, watch)


def _still_ours(jobs: list[Job], watch: Watch) -> list[Job]:
    """Asked by SQL just before the sockets are written. How long it may be on the line is told
    to the channel, whose look-up of a name may take its time."""
    going: list[Job] = []
    for practice_id, group in _by_practice(jobs).items():
        with _alone(practice_id), transaction.atomic():
            fences = {job.id: job.fence for job in group}
            ours, moot = operations.still_ours(fences, now=watch.now())
            going += [job for job in group if job.id in ours]
        for job in group:
            if job.id in moot:
                job.outcome = Moot("nobody needs to hear it any more")
                _settle(job, watch)
    return going


def _settle(job: Job, watch: Watch) -> None:
    """Write what came of it, if anything is known yet."""
    if job.outcome is None:
        return
    with _alone(job.practice_id):
        operations.settle(
            intent_id=job.id, fence=job.fence, outcome=job.outcome, was_found=job.was_found,
            actor=ACTOR, now=watch.now(),
        )  # fmt: skip


@contextmanager
def _alone(practice_id: UUID) -> Iterator[None]:
    """In the practice; what fails there costs nobody else anything.

    Raises:
        OperationalError: the database is away, and not for one practice alone.
    """
    try:
        with scope.scoped(practice_id):
            yield
    except OperationalError:
        raise
    except Exception:
        logger.exception("practice not swept", extra={"practice": str(practice_id)})


def _by_practice(jobs: Iterable[Job]) -> Mapping[UUID, list[Job]]:
    found: dict[UUID, list[Job]] = defaultdict(list)
    for job in jobs:
        found[job.practice_id].append(job)
    return found


@cache
def _pool() -> ThreadPoolExecutor:
    """Made at the first use, in the process that uses it."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="outbox")
