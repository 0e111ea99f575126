"""Imports under way, a batch at a time; and files that nobody needs any more."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from integrations.backlog import operations
from integrations.models import BacklogImport
from tenants import scope
from tenants.models import Practice
from tenants.rounds import each_practice

ACTOR = Actor.machine("integrations.backlog")

KEPT = timedelta(days=30)
"""How long an upload is kept: long enough to correct its errors, or to undo it."""


def sweep(*, now: datetime) -> int:
    """One batch of each practice; returns how many rows were dealt with. A practice in trouble is
    alone in it."""
    return each_practice(partial(sweep_practice, now=now))


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
