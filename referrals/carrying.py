"""A sweep: packets go out, and what nobody told of them is asked after.

    A   claim: fence + 1, lease, and the wake for its end; COMMIT
    -   a fax of which nobody knows whether it went is looked up at its service
    -   still ours? Then the request, shorter than what is left of the lease
    B   settle, where the fence is ours

Killed anywhere, the row and its wake say where to go on. A Direct message has one Message-ID in
every try, so that a repeat is known as one; a fax goes again only where its service has none.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from referrals import credentials, operations
from referrals.lines import faxing, hisp
from referrals.operations import Fetch, Job
from referrals.ways import Way
from referrals.wire.answers import Outcome, Refused, Trouble, Unsure
from referrals.wire.fax import Sheet
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Swept, Watch, alone
from tenants.sealing import SealBroken

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("referrals.carrying")
BATCH = 20
"""Of one practice in one pass: another one waits no longer than so many requests."""
SLACK = timedelta(minutes=2)
"""Between a service's clock and ours."""


def sweep(*, now: datetime) -> Swept:
    """Every practice with something due; returns how many attempts were looked at, and how many
    went over a line."""
    watch, looked, went = Watch(now), 0, 0
    for practice_id in wake.practices_due(Topic.CARRY, now=now):
        for _ in range(BATCH):
            taken, job = _claim(practice_id, watch)
            looked += taken
            if job is not None:
                went += 1
                with alone(practice_id):
                    fetch(job, watch) if isinstance(job, Fetch) else carry(job, watch)
            if not taken:
                break
    return Swept(looked, fired=went)


def _claim(practice_id: UUID, watch: Watch) -> tuple[int, Job | Fetch | None]:
    claimed: list[tuple[int, Job | Fetch | None]] = []
    with alone(practice_id):
        claimed.append(operations.claim(actor=ACTOR, now=watch.now()))
    return claimed[0] if claimed else (0, None)


def carry(job: Job, watch: Watch) -> None:
    """One job, in the scope of its practice and outside of any transaction."""
    if job.way is Way.FAX and (job.is_unknown or job.is_out) and _is_known(job, watch):
        return
    with transaction.atomic():
        is_ours = operations.still_ours(job, now=watch.now())
    if is_ours:
        outcome = _hand_over(job)
        operations.settle(job=job, outcome=outcome, actor=ACTOR, now=watch.now())


def fetch(wanted: Fetch, watch: Watch) -> None:
    """The pages of a fax that came, from where its service keeps them for a while."""
    carrier = wanted.carrier
    body = faxing.fetch(
        carrier.kind, fax_id=wanted.fax_id, url=wanted.url, account=credentials.fax(carrier),
        address=carrier.url,
    )  # fmt: skip
    operations.keep_pages(paper_id=wanted.id, body=body, actor=ACTOR, now=watch.now())


def _is_known(job: Job, watch: Watch) -> bool:
    """Ask the service after a fax; whether that says all there is to say. It is sent (again) only
    where the service certainly has none."""
    sightings = faxing.find(
        job.carrier.kind, to=job.to, since=job.since - SLACK, account=credentials.fax(job.carrier),
        address=job.carrier.url,
    )  # fmt: skip
    with transaction.atomic():
        found = None if sightings is None else operations.unclaimed(job, sightings)
    if found is not None or job.is_out:
        operations.settle_found(job=job, found=found, actor=ACTOR, now=watch.now())
        return True
    return sightings is None


def _hand_over(job: Job) -> Outcome:
    """The request itself."""
    try:
        if job.way is Way.FAX:
            sheet = Sheet(job.id, job.to, job.parcel)
            return faxing.send(job.carrier.kind, sheet, credentials.fax(job.carrier),
                               address=job.carrier.url)  # fmt: skip
        return hisp.hand_over(job.parcel, sender=job.carrier.address, recipient=job.to,
                              edge=credentials.edge(job.carrier))  # fmt: skip
    except SealBroken:
        return Refused(Trouble.SIGN_IN)
    except Exception:  # nobody knows what came of it
        logger.exception("attempt failed", extra={"entity": str(job.id)})
        return Unsure()
