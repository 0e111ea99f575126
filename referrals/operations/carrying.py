"""Attempts that are due are claimed under a lease; what came of each is settled by whoever holds
its fence."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from referrals.models import Carrier, Transmission
from referrals.operations.hearing import catch_up
from referrals.operations.papers import Fetch, next_fetch
from referrals.operations.passing import ASK_EVERY, hold, missed_at, take
from referrals.parcels import parcel
from referrals.ways import HEARD_BY, Passage, Step, Way
from referrals.wire.answers import Outcome, Refused, Taken, Trouble
from referrals.wire.fax import Progress, Sighting, trouble_of
from tenants import wake
from tenants.models import Topic
from tenants.trouble import is_away

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any request takes."""
LEFT = timedelta(seconds=75)
"""So much of it must be left when the request begins."""
LONGEST_LEASE = timedelta(minutes=30)
BUSY_LINE = timedelta(seconds=30)
RETRY_AFTER = timedelta(minutes=1)
PROGRESS = {Progress.DELIVERED: Step.DELIVER, Progress.FAILED: Step.FAIL}


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed attempt on its way, with all that is needed outside of the database."""

    id: UUID
    fence: int
    way: Way
    carrier: Carrier
    to: str
    since: datetime
    """Nothing of it can have left before."""
    parcel: bytes = field(repr=False)
    """As it goes over the line, the same in every try; empty of what is only asked after."""
    provider_id: str
    is_unknown: bool
    """It was claimed before, and nobody knows what came of it."""
    is_out: bool
    """It was taken, and is only asked after."""


@transaction.atomic
def claim(*, actor: Actor, now: datetime) -> tuple[int, Job | Fetch | None]:
    """Take one wake of the practice in scope: how many there were (1 or 0), and the job if it is
    one."""
    taken = wake.claim(Topic.CARRY, limit=1, now=now)
    for pk in taken:
        try:
            with transaction.atomic():
                return 1, _look(pk, actor=actor, now=now)
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("attempt not looked at", extra={"entity": str(pk)})
            wake.call(Topic.CARRY, [(pk, now + RETRY_AFTER)])
    return len(taken), None


def _look(pk: UUID, *, actor: Actor, now: datetime) -> Job | Fetch | None:
    row = hold(pk)
    if row is None:
        return next_fetch(pk, now=now)
    if row.next_at is None or row.next_at > now:
        return None  # over, or it has a wake of its own
    if row.passage in (Passage.QUEUED, Passage.SENDING):
        return _begin(row, actor=actor, now=now)
    limit = missed_at(row)
    if row.way == Way.FAX and limit is not None:
        _put_off(row, now + LEASE)
        return _job(row, is_unknown=False)
    take(row, Step.MISS, trouble=Trouble.NO_RECEIPT, actor=actor, now=now)
    return None


def _begin(row: Transmission, *, actor: Actor, now: datetime) -> Job | None:
    """Claim it, unless it need not go any more, may not, or its line is taken."""
    is_unknown = row.passage == Passage.SENDING
    stop = None if is_unknown else _stop(row)
    if stop is not None:
        take(row, Step.FAIL, trouble=stop, actor=actor, now=now)
        return None
    if is_unknown and row.claimed_at and row.claimed_at + _patience(row) <= now:
        take(row, Step.MISS, trouble=Trouble.NO_RECEIPT, actor=actor, now=now)
        return None
    if not is_unknown and _is_line_taken(row):
        _put_off(row, now + BUSY_LINE)
        return None
    row.passage, row.fence = Passage.SENDING.value, row.fence + 1
    row.lease_until = row.next_at = now + min(LEASE * 2 ** (row.fence - 1), LONGEST_LEASE)
    row.claimed_at = row.claimed_at or now
    row.save(update_fields=["passage", "fence", "lease_until", "next_at", "claimed_at"])
    wake.call(Topic.CARRY, [(row.pk, row.lease_until)])
    return _job(row, is_unknown=is_unknown)


def _patience(row: Transmission) -> timedelta:
    return HEARD_BY[(Way(row.way), Passage.SENT)]


def _stop(row: Transmission) -> Trouble | None:
    """Why something that never left does not leave any more."""
    specialist = row.packet.specialist
    if not row.referral.is_open or row.referral.specialist_id != specialist.pk:
        return Trouble.NOT_NEEDED
    if not row.carrier.is_usable:
        return Trouble.NO_ACCOUNT
    if specialist.address(Way(row.way)) != row.to_address:
        return Trouble.NOT_VERIFIED
    return None


def _is_line_taken(row: Transmission) -> bool:
    """One fax at a time to a number: what the service lists of it can be nobody else's."""
    same = Transmission.objects.filter(
        carrier=row.carrier_id, to_address=row.to_address, passage=Passage.SENDING
    )
    return row.way == Way.FAX and same.exists()


def _put_off(row: Transmission, until: datetime) -> None:
    row.next_at = until
    row.save(update_fields=["next_at"])
    wake.call(Topic.CARRY, [(row.pk, until)])


def _job(row: Transmission, *, is_unknown: bool) -> Job:
    is_out = row.passage != Passage.SENDING
    return Job(
        id=row.pk, fence=row.fence, way=Way(row.way), carrier=row.carrier, to=row.to_address,
        since=row.claimed_at or row.queued_at, parcel=b"" if is_out else parcel(row),
        provider_id=row.provider_id, is_unknown=is_unknown, is_out=is_out,
    )  # fmt: skip


def still_ours(job: Job, *, now: datetime) -> bool:
    """Asked just before the socket is written: our fence, enough of the lease, no receipt yet."""
    rows = Transmission.objects.filter(pk=job.id, passage=Passage.SENDING, fence=job.fence)
    return rows.filter(lease_until__gt=now + LEFT).exists()


def unclaimed(job: Job, sightings: Iterable[Sighting]) -> Sighting | None:
    """The service's fax that is ours: the one it named to us, else the first that is no other
    attempt's."""
    found = list(sightings)
    if job.provider_id:
        return next((one for one in found if one.fax_id == job.provider_id), None)
    rows = Transmission.objects.filter(carrier=job.carrier).exclude(provider_id="")
    others = set(rows.exclude(pk=job.id).values_list("provider_id", flat=True))
    return next((one for one in found if one.fax_id not in others), None)


@transaction.atomic
def settle(*, job: Job, outcome: Outcome, actor: Actor, now: datetime) -> bool:
    """Write what came of our attempt; False where the fence is another's by now."""
    row = hold(job.id)
    if row is None or row.fence != job.fence:
        return False
    if isinstance(outcome, Taken):
        row.provider_id = row.provider_id or outcome.carrier_id[:120]
        row.save(update_fields=["provider_id"])
        take(row, Step.ACCEPT, actor=actor, now=now)
        catch_up(row, actor=actor, now=now)
    elif row.passage != Passage.SENDING:
        return True  # a receipt came first: it is out
    elif isinstance(outcome, Refused):
        take(row, Step.FAIL, trouble=outcome.why, actor=actor, now=now)
    else:
        row.trouble = outcome.why
        row.save(update_fields=["trouble"])
    return True


@transaction.atomic
def settle_found(*, job: Job, found: Sighting | None, actor: Actor, now: datetime) -> bool:
    """Write what the service says of a fax that it was asked after; None: nothing."""
    row = hold(job.id)
    if row is None or row.fence != job.fence:
        return False
    if found is not None:
        settle(job=job, outcome=Taken(found.fax_id), actor=actor, now=now)
        row = hold(job.id)
    step = PROGRESS.get(found.progress) if found else None
    if row is not None and found is not None and step is not None:
        trouble = trouble_of(found.reason) if step is Step.FAIL else None
        take(row, step, trouble=trouble, heard=True, actor=actor, now=now)
    elif row is not None and job.is_out:
        _ask_again(row, actor=actor, now=now)
    return True


def _ask_again(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """Later, while there is hope."""
    limit = missed_at(row)
    if limit is not None and limit <= now:
        take(row, Step.MISS, trouble=Trouble.NO_RECEIPT, actor=actor, now=now)
    elif limit is not None:
        _put_off(row, min(limit, now + ASK_EVERY))
