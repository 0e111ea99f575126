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
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit.actors import Actor
from outbox import operations, packing
from outbox.channels import CHANNELS, pace
from outbox.channels.outcomes import Moot, Outcome, Parcel, Sighting, Unknown
from outbox.line import line
from outbox.models import Channel
from outbox.packing import Packed
from outbox.statuses import came_of
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Watch, alone

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("outbox.delivery")

PATIENCE_S = 0.25
"""How long a pass waits for answers; those that take longer are the next pass's."""


@dataclass(slots=True)
class Job:
    """One claimed intent on its way."""

    practice_id: UUID
    packed: Packed
    watch: Watch
    """Of the pass that claimed it."""

    @property
    def id(self) -> UUID:
        return self.packed.claimed.intent.pk

    @property
    def fence(self) -> int:
        return self.packed.claimed.intent.fence

    @property
    def channel(self) -> Channel:
        return Channel(self.packed.claimed.intent.channel)

    @property
    def parcel(self) -> Parcel | None:
        return self.packed.parcel

    def on_the_line(self) -> Parcel:
        """The parcel, with the monotonic second at which too little of the lease is left."""
        lease = self.packed.claimed.intent.lease_until
        assert lease is not None
        assert self.parcel is not None
        left = (lease - pace.LEFT - self.watch.at).total_seconds()
        return replace(self.parcel, until=self.watch.began + left)


def sweep(*, now: datetime) -> int:
    """One pass over what is due in all practices; returns how many intents it took up, or where
    there are none, how many it brought to an end or has on the line still."""
    watch = Watch(now)
    ended = line().collect(patience_s=0)
    jobs = _claim(watch)
    _ask_after([job for job in jobs if _can_be_asked(job)])
    _go([job for job in jobs if not _can_be_asked(job)])
    ended += line().collect(patience_s=PATIENCE_S)
    return len(jobs) or ended + len(line().out)


def finish() -> int:
    """Wait for what this thread has on the line, for as long as its leases last; returns how many
    answers came. For a process that may not sweep again soon."""
    return line().collect(patience_s=pace.LEASE.total_seconds())


def _claim(watch: Watch) -> list[Job]:
    """What is due, pages first, the longest waiting practice first, in fair shares, up to what
    there is room for."""
    jobs: list[Job] = []
    due = wake.practices_due_by((Topic.PAGE, Topic.INTENT), now=watch.at)
    for topic, of_topic in groupby(due, key=lambda one: one[0]):
        practices = [practice_id for _, practice_id in of_topic]
        for turn, practice_id in enumerate(practices):
            left = line().room(for_pages=topic == Topic.PAGE) - len(jobs)
            if left <= 0:
                break
            share = -(-left // (len(practices) - turn))
            jobs += _claim_in(practice_id, share, watch, pages_only=topic == Topic.PAGE)
    return jobs


def _claim_in(practice_id: UUID, limit: int, watch: Watch, *, pages_only: bool) -> list[Job]:
    jobs: list[Job] = []
    with alone(practice_id), transaction.atomic():
        claimed = operations.claim(limit=limit, pages_only=pages_only, actor=ACTOR, now=watch.now())
        packed = packing.pack(claimed, actor=ACTOR, now=watch.now())
        jobs += [Job(practice_id, one, watch) for one in packed]
    return jobs


def _can_be_asked(job: Job) -> bool:
    """Whether nobody knows what came of it, and the provider can say."""
    is_unknown = job.packed.claimed.is_unknown and job.parcel is not None
    return is_unknown and CHANNELS[job.channel].find is not None


def _ask_after(jobs: Iterable[Job]) -> None:
    """Ask the provider what became of attempts that ended without an answer."""
    for job in jobs:
        find = CHANNELS[job.channel].find
        assert find is not None
        line().put(partial(find, job.on_the_line()), partial(_asked, job))


def _asked(job: Job, answer: Future[Sequence[Sighting]]) -> None:
    """Take the provider's message for ours, with what became of it; or, where it certainly has
    none, send again under the same reference."""
    try:
        sightings = answer.result()
    except Exception:  # noqa: BLE001 - not knowing is an answer: it stays claimed
        logger.warning("provider not asked", extra={"entity": str(job.id)})
        _settle(job, Unknown(_("the provider cannot be asked")))
        return
    found, is_known = None, False
    with alone(job.practice_id), transaction.atomic():
        found = operations.unclaimed_sighting(job.id, sightings)
        is_known = True
    if not is_known:
        _settle(job, Unknown(_("the provider's list could not be compared")))
    elif found is not None:
        _settle(job, came_of(found, is_call=job.channel == Channel.VOICE), was_found=True)
    else:
        _go([job])


def _go(jobs: Sequence[Job]) -> None:
    """Settle what need not be sent, and put the rest on the line."""
    for job in jobs:
        if job.packed.instead is not None:
            _settle(job, job.packed.instead)
    for job in _still_ours([job for job in jobs if job.packed.instead is None]):
        line().put(partial(CHANNELS[job.channel].send, job.on_the_line()), partial(_sent, job))


def _sent(job: Job, answer: Future[Outcome]) -> None:
    try:
        outcome = answer.result()
    except Exception:
        logger.exception("channel failed", extra={"entity": str(job.id)})
        outcome = Unknown(_("the channel failed"))
    _settle(job, outcome)


def _still_ours(jobs: Sequence[Job]) -> list[Job]:
    """Asked by SQL just before the sockets are written. How long it may be on the line is told
    to the channel, whose look-up of a name may take its time."""
    going: list[Job] = []
    for practice_id, of_practice in groupby(jobs, key=lambda job: job.practice_id):
        group = list(of_practice)
        moot: set[UUID] = set()
        with alone(practice_id), transaction.atomic():
            fences = {job.id: job.fence for job in group}
            ours, moot = operations.still_ours(fences, now=group[0].watch.now())
            going += [job for job in group if job.id in ours]
        for job in group:
            if job.id in moot:
                _settle(job, Moot(_("nobody needs to hear it any more")))
    return going


def _settle(job: Job, outcome: Outcome, *, was_found: bool = False) -> None:
    """Write what came of it."""
    with alone(job.practice_id):
        operations.settle(
            intent_id=job.id, fence=job.fence, outcome=outcome, was_found=was_found,
            actor=ACTOR, now=job.watch.now(),
        )  # fmt: skip
