"""Running clocks moved from the version they began with to the one in force, by a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation import policies
from escalation.models import Clock
from escalation.operations import clocks
from escalation.policies import Book
from routing.models import Task


@transaction.atomic
def rebase(task_ids: Iterable[UUID], *, member: Membership, actor: Actor, now: datetime) -> int:
    """Count the running clocks of tasks by the policy in force; returns how many moved.

    Nothing else does that: a policy published later leaves clocks alone. Their ladders begin anew.

    Raises:
        PermissionRefused: the member leads nobody.
        NoPolicy: none is in force.
    """
    permissions.require(member.roles, Operation.REBASE)
    book = policies.load(now=now)
    tasks = list(Task.objects.lock(sorted(task_ids)))
    moved = _move(tasks, book, actor=actor, now=now)
    clocks.adjust([task.pk for task in tasks], book=book, actor=actor, now=now)
    return moved


def _move(tasks: Sequence[Task], book: Book, *, actor: Actor, now: datetime) -> int:
    running = Clock.objects.filter(task__in=tasks, ended_at__isnull=True)
    older = running.exclude(policy=book.policy).order_by("pk").select_for_update(of=("self",))
    patients = {task.pk: task.patient_id for task in tasks}
    events = []
    for clock in older.prefetch_related("policy"):
        detail = {"from": clock.policy.version, "to": book.policy.version}
        events.append(
            log.entry("clock.rebased", entity=clock, patient_id=patients[clock.task_id],
                      detail=detail, actor=actor, now=now)
        )  # fmt: skip
        clock.policy, clock.lap = book.policy, clock.lap + 1
        clock.save(update_fields=["policy", "lap"])
    log.record_all(events)
    return len(events)
