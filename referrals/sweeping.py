"""How a sweep of referrals takes what is due: a practice in trouble is alone in it, and so is a
row."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import transaction

from routing.rulebook import NoRules
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Swept, alone
from tenants.trouble import is_away

logger = logging.getLogger(__name__)

BATCH = 200
RETRY_AFTER = timedelta(minutes=1)


class Look(Protocol):
    """Looks at one row; whether it came to anything."""

    def __call__(self, about: UUID, /, *, now: datetime) -> bool: ...


def sweep_topic(topic: Topic, look: Look, *, now: datetime) -> Swept:
    """Every practice with something due under the topic; how many wakes were taken, and how many
    came to something."""
    return sweep_batches(topic, lambda _ids: look, now=now)


def sweep_batches(topic: Topic, begin: Callable[[Sequence[UUID]], Look], *, now: datetime) -> Swept:
    """The same, where a batch is read at once.

    Args:
        begin: reads what the rows of one practice are looked at with; opens no transaction.
    """
    taken, fired = 0, 0
    for practice_id in wake.practices_due(topic, now=now):
        with alone(practice_id), transaction.atomic():
            ids = wake.claim(topic, limit=BATCH, now=now)
            taken += len(ids)
            look = begin(sorted(ids))
            fired += sum(_alone(topic, look, pk, now=now) for pk in sorted(ids))
    return Swept(taken, fired=fired)


def _alone(topic: Topic, look: Look, about: UUID, *, now: datetime) -> bool:
    """One row; where that fails it costs itself only, and is looked at again in a minute."""
    try:
        with transaction.atomic():
            return look(about, now=now)
    except NoRules:
        wake.call(topic, [(about, now + RETRY_AFTER)])
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("referral not followed", extra={"entity": str(about)})
        wake.call(topic, [(about, now + RETRY_AFTER)])
    return False
