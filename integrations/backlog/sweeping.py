"""Imports under way, a batch at a time; and files that nobody needs any more."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction

from audit.actors import Actor
from integrations.backlog import operations
from integrations.models import BacklogImport
from tenants import scope
from tenants.models import Practice

logger = logging.getLogger(__name__)

ACTOR = Actor.machine("integrations.backlog")

KEPT = timedelta(days=30)
"""How long an upload is kept: long enough to correct its errors, or to undo it."""


def sweep(*, now: datetime) -> int:
    """One batch of each practice; returns how many rows were dealt with. A practice in trouble is
    alone in it."""
    done = 0
    for practice_id in list(Practice.objects.filter(is_active=True).values_list("pk", flat=True)):
        try:
            done += sweep_practice(practice_id, now=now)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - and its text may hold a cell
            cause = type(error).__name__
            logger.warning(
                "backlog not swept", extra={"practice": str(practice_id), "cause": cause}
            )
    return done


def sweep_practice(practice_id: UUID, *, now: datetime) -> int:
    """The next batch of the import that has waited longest; another worker takes another one."""
    with scope.scoped(practice_id), transaction.atomic():
        due = BacklogImport.objects.filter(state__in=operations.AT_WORK).order_by("uploaded_at")
        backlog = due.select_for_update(of=("self",), skip_locked=True).first()
        if backlog is None:
            return 0
        return operations.advance(backlog=backlog, actor=ACTOR, now=now)


def forget(*, now: datetime) -> int:
    """Delete old uploads in every practice; returns how many."""
    gone = 0
    for practice_id in list(Practice.objects.values_list("pk", flat=True)):
        with scope.scoped(practice_id), transaction.atomic():
            gone += operations.forget(before=now - KEPT, actor=ACTOR, now=now)
    return gone
