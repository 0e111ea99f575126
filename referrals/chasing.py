"""A sweep: what lacks of a referral is asked for when its time comes (`referrals.cadence`).

Every fact wakes its referral, and a look says when the next one is due. A referral of before there
were cadences is found by `look_back`.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from referrals import operations
from referrals.models import Referral
from referrals.operations import Cases
from referrals.sweeping import BATCH, Look, sweep_batches
from tenants import wake
from tenants.models import Topic
from tenants.rounds import Swept, each_practice

ACTOR = Actor.machine("referrals.chasing")


def sweep(*, now: datetime) -> Swept:
    """Every practice with a referral that is due."""
    return sweep_batches(Topic.CADENCE, partial(_begin, now=now), now=now)


def _begin(ids: Sequence[UUID], *, now: datetime) -> Look:
    return partial(_look, operations.hold(ids, now=now))


def _look(cases: Cases, referral_id: UUID, *, now: datetime) -> bool:
    if referral_id not in cases.referrals:
        return False
    return operations.chase(referral_id=referral_id, among=cases, actor=ACTOR, now=now) > 0


def look_back(*, now: datetime) -> int:
    """Wake the open referrals that no cadence has looked at; returns how many."""
    return each_practice(partial(_wake_forgotten, now=now))


@transaction.atomic
def _wake_forgotten(practice_id: UUID, *, now: datetime) -> int:  # noqa: ARG001 - it is in scope
    forgotten = Referral.objects.filter(closed_at__isnull=True, chased_since__isnull=True)
    ids = list(forgotten.values_list("pk", flat=True)[:BATCH])
    new = set(ids) - wake.waiting(Topic.CADENCE, ids)
    wake.call(Topic.CADENCE, [(pk, now) for pk in sorted(new)])
    return len(new)
