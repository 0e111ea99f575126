"""Three sweeps: clocks follow their tasks, steps fire when they are due, work follows its owners.

A sweep takes wakes of one practice after the other; a batch that fails is tried by halves, and a
row that fails costs itself only: it is looked at again a minute later, and logged. So is, without
being logged, what only a policy in force could answer.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction

from audit.actors import Actor
from escalation import operations, policies
from escalation.duty import roster
from escalation.policies import NoPolicy
from outbox.choosing import reach
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Swept, alone
from tenants.trouble import is_away

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("escalation.engine")

BATCH = 200
CLOCKS = 500
"""At once, for firing them takes few statements; longer, and a person waits for the locks."""
RETRY_AFTER = timedelta(minutes=1)
IMPATIENT = "SET LOCAL lock_timeout = '200ms'"

Work = Callable[[Sequence[UUID]], int]


def sweep_tasks(*, now: datetime) -> Swept:
    """Bring clocks into line with the tasks that changed; returns how many wakes were taken."""
    return _sweep(Topic.TASK, _follow, now=now)


def sweep_clocks(*, now: datetime) -> Swept:
    """Fire the steps that are due; returns how many wakes were taken."""
    return _sweep(Topic.CLOCK, _by_policy(Topic.CLOCK, operations.fire_due), now=now)


def sweep_staff(*, now: datetime) -> Swept:
    """Move work with those who go, are away or come back, and page past those who cannot hear;
    returns how many wakes were taken."""
    return _sweep(Topic.STAFF, _settle, now=now)


def sweep_unreached(*, now: datetime) -> Swept:
    """Find others for whom a page reached nobody; returns how many wakes were taken."""
    return _sweep(Topic.UNREACHED, _by_policy(Topic.UNREACHED, operations.page_on), now=now)


def _sweep(topic: Topic, work: Callable[[datetime], Work], *, now: datetime) -> Swept:
    taken, fired = 0, 0
    for practice_id in wake.practices_due(topic, now=now):
        with alone(practice_id), transaction.atomic():
            abouts = wake.claim(topic, limit=CLOCKS if topic == Topic.CLOCK else BATCH, now=now)
            taken += len(abouts)
            fired += _do(topic, abouts, work(now), now=now)
    return Swept(taken, fired=fired)


def _follow(now: datetime) -> Work:
    """What came to somebody who is away goes on to whoever covers; then clocks follow."""
    at = now + RETRY_AFTER
    try:
        book = policies.load(now=now)
    except NoPolicy:
        return lambda ids: (
            operations.divert(ids, actor=ACTOR, now=now) + operations.put_off(Topic.TASK, ids, at)
        )

    def work(ids: Sequence[UUID]) -> int:
        moved = operations.divert(ids, actor=ACTOR, now=now)
        return moved + operations.adjust(ids, book=book, actor=ACTOR, now=now)

    return work


def _settle(now: datetime) -> Work:
    here, reachable = roster(now=now), reach()

    def work(ids: Sequence[UUID]) -> int:
        moved = operations.settle(ids, actor=ACTOR, now=now)
        return moved + operations.page_past(ids, roster=here, reach=reachable, actor=ACTOR, now=now)

    return work


def _by_policy(topic: Topic, operation: Callable[..., int]) -> Callable[[datetime], Work]:
    """What takes the policy in force, who is here and how they are reached; put off without one."""

    def begin(now: datetime) -> Work:
        try:
            book = policies.load(now=now)
        except NoPolicy:
            return lambda ids: operations.put_off(topic, ids, now + RETRY_AFTER)
        here, reachable = roster(now=now), reach()
        return lambda ids: operation(
            ids, book=book, roster=here, reach=reachable, actor=ACTOR, now=now
        )

    return begin


def _do(topic: Topic, abouts: Sequence[UUID], work: Work, *, now: datetime) -> int:
    """Work the rows together; where that fails, each half by itself, down to the row at fault."""
    try:
        with transaction.atomic():
            return work(abouts)
    except Exception as error:
        if is_away(error):
            raise
        if len(abouts) == 1:
            logger.exception("row failed", extra={"entity": str(abouts[0])})
            wake.call(topic, [(abouts[0], now + RETRY_AFTER)])
            return 0
        logger.warning("batch failed, trying its halves", extra={"count": len(abouts)})
        if isinstance(error, OperationalError):
            _wait_less()
    half = len(abouts) // 2
    first, second = abouts[:half], abouts[half:]
    return _do(topic, first, work, now=now) + _do(topic, second, work, now=now)


def _wait_less() -> None:
    """Somebody holds one of the rows for long: finding out which must not hold up the others."""
    with connection.cursor() as cursor:
        cursor.execute(IMPATIENT)
