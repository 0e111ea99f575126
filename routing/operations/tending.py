"""Tasks that belong to no item: a person must look at a message. And tasks of merged patients."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit import log
from audit.actors import Actor
from charts.models import Patient
from routing import rulebook, states
from routing.categories import Category
from routing.danger import danger
from routing.facts import facts_of_message
from routing.models import Outcome, Task
from routing.operations.desk import Action, Desk
from routing.states import Move, TaskStatus


@transaction.atomic
def open_message_task(
    *, message_id: UUID, title: str, reason: str, actor: Actor, now: datetime,
    category: Category = Category.QUARANTINED_MESSAGE,
) -> Task:  # fmt: skip
    """A person must look at a message that could not become an item. One open task a message."""
    held = Task.objects.open().filter(message_id=message_id, category=category).first()
    if held is not None:
        return held
    book = rulebook.load(now=now)
    decision = book.decide(facts_of_message(category), people={}, location_code="")
    task = Task(
        message_id=message_id, category=category.value, title=title[:250],
        status_reason=reason[:120], priority=decision.rule.priority,
        danger=danger("", decision.rule.priority), queue=decision.queue,
        authored_at=now, issued_at=now, version=0,
    )  # fmt: skip
    desk = Desk(book, actor, now, created=[task])
    desk.trace(task, Move.CREATE, "", Action.CREATE, decision)
    desk.write()
    return task


@transaction.atomic
def close_message_task(*, message_ids: Iterable[UUID], actor: Actor, now: datetime) -> None:
    """The messages were processed after all, or set aside by a person."""
    tasks = list(
        Task.objects.open()
        .filter(message_id__in=list(message_ids), category=Category.QUARANTINED_MESSAGE)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    _end(tasks, _("message processed"), actor=actor, now=now)


@transaction.atomic
def close_at_source(
    *, item_ids: Iterable[UUID], category: Category, actor: Actor, now: datetime
) -> None:
    """The EHR says that this work is finished there."""
    tasks = Task.objects.open().filter(item_id__in=list(item_ids), category=category)
    locked = list(tasks.order_by("pk").select_for_update(of=("self",)))
    _end(locked, _("closed in the EHR"), actor=actor, now=now)


def _end(tasks: Sequence[Task], reason: str, *, actor: Actor, now: datetime) -> None:
    """Done, and not by one of us."""
    if not tasks:
        return
    desk = Desk(None, actor, now)
    for task in tasks:
        before = task.status
        task.status = states.after(Move.COMPLETE, TaskStatus(before))
        task.ended_at, task.outcome = now, Outcome.SOURCE_CLOSED
        task.claimed_by = task.claimed_until = None
        task.status_reason = reason
        desk.changed.append(task)
        desk.trace(task, Move.COMPLETE, before, Action.CLOSE, None)
    desk.write()


@transaction.atomic
def follow_merge(
    *, survivor: Patient, gone: Sequence[Patient], actor: Actor, now: datetime
) -> list[UUID]:
    """The tasks of merged patients go with their chart items; returns which."""
    rows = Task.objects.filter(patient__in=gone).order_by("pk")
    moved = [task.pk for task in rows.select_for_update(of=("self",)).only("pk")]
    Task.objects.filter(pk__in=moved).update(patient=survivor)
    log.record_all(
        log.entry("task.patient-merged", entity=Task(pk=task_id), patient_id=survivor.pk,
                  actor=actor, now=now)
        for task_id in moved
    )  # fmt: skip
    return moved
