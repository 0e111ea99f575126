"""Routing: each filed item gets, keeps, changes or loses its one open task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from charts.models import ChartItem
from charts.operations import Change, Filed
from charts.values import ItemKind, ItemStatus
from routing import rulebook, states
from routing.categories import Category, category_of
from routing.danger import danger
from routing.facts import Background, facts_of, facts_of_message
from routing.models import Outcome, RoutingDecision, Task, TaskTransition
from routing.rulebook import Decision, Rulebook
from routing.states import Move, TaskStatus
from tenants import bulk


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Placed:
    """What routing did to one task."""

    task: Task
    action: Action
    role: str


@dataclass(slots=True)
class _Desk:
    """The rows that one call of `route` is about to write."""

    book: Rulebook
    actor: Actor
    now: datetime
    created: list[Task]
    changed: list[Task]
    transitions: list[TaskTransition]
    decisions: list[RoutingDecision]
    placed: list[Placed]


CHANGED = (
    "category", "title", "status", "status_reason", "priority", "severity", "danger", "queue_id", "owner_id",
    "location_id", "issued_at", "acknowledged_at", "claimed_by_id", "claimed_until", "recheck_date", "ended_at",
    "ended_by_id", "outcome", "told", "told_at", "message_id", "patient_id", "version",
)  # fmt: skip


@transaction.atomic
def route(filed: Sequence[Filed], *, actor: Actor, now: datetime) -> list[Placed]:
    """Give each filed item its task, by the rules in effect. Items without work lose theirs."""
    latest = {one.item.pk: one for one in filed if one.change != Change.UNCHANGED}
    if not latest:
        return []
    book = rulebook.load(now=now)
    tasks = _tasks([pk for pk, one in latest.items() if one.item.version > 1])
    known = rulebook.background(book, [(one.item, one.patient) for one in latest.values()])
    desk = _Desk(book, actor, now, [], [], [], [], [])
    for pk, one in latest.items():
        _place(desk, one, tasks.get(pk), known)
    _write(desk)
    return desk.placed


def _tasks(item_ids: Sequence[UUID]) -> dict[UUID, Task]:
    """The newest task of each item, locked."""
    if not item_ids:
        return {}
    rows = Task.objects.filter(item_id__in=item_ids).order_by("pk").select_for_update(of=("self",))
    newest = {task.item_id: task for task in rows if task.item_id}
    return newest


def _place(desk: _Desk, filed: Filed, task: Task | None, known: Background) -> None:
    item = filed.item
    category = _wanted(item, task)
    if task is None or not task.is_open:
        if category is not None and (task is None or _reopens(filed, task)):
            closed = task is not None and task.status == TaskStatus.COMPLETED
            decision = _decide(desk, filed, category, known, closer=task.ended_by_id if closed and task else None,
                               closed_before=closed)  # fmt: skip
            _open(desk, filed, task, category, decision)
    elif category is None:
        _close(desk, task, item, filed)
    else:
        _revise(desk, filed, task, category, _decide(desk, filed, category, known))


def _wanted(item: ChartItem, task: Task | None) -> Category | None:
    """A withdrawn result that somebody has seen is work: another patient may be missing it."""
    category = category_of(item.kind, item.status, item.details)
    if category is None and item.status == ItemStatus.WITHDRAWN and item.kind == ItemKind.RESULT:
        seen = task is not None and (
            task.status in (TaskStatus.COMPLETED, TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD)
        )
        return Category.RESULT_REVIEW if seen else None
    return category


def _reopens(filed: Filed, task: Task) -> bool:
    """Whether a report says something that the person who closed the task has not seen."""
    if filed.change == Change.LATE:
        return danger(filed.item.severity, "") < task.danger
    return filed.news or filed.item.status in (
        ItemStatus.CORRECTED, ItemStatus.AMENDED, ItemStatus.WITHDRAWN
    ) or task.status == TaskStatus.CANCELLED  # fmt: skip


def _decide(
    desk: _Desk, filed: Filed, category: Category, known: Background,
    *, closer: UUID | None = None, closed_before: bool = False,
) -> Decision:  # fmt: skip
    facts = facts_of(filed.item, filed.patient, category, closed_before=closed_before,
                     background=known, thresholds=desk.book.thresholds, now=desk.now)  # fmt: skip
    item = filed.item
    return desk.book.decide(
        facts, people=item.people, location_code=item.location_code, closer_id=closer
    )


def _open(
    desk: _Desk, filed: Filed, ended: Task | None, category: Category, decision: Decision
) -> None:
    item = filed.item
    if ended is None:
        task, before, move, action = (
            Task(item=item, authored_at=desk.now, version=0),
            "",
            Move.CREATE,
            Action.CREATE,
        )
        desk.created.append(task)
    else:
        task, before, move, action = ended, ended.status, Move.REOPEN, Action.REOPEN
        desk.changed.append(task)
    _take(task, filed, category, decision, desk.now)
    task.status = states.after(move, TaskStatus(before)) if before else TaskStatus.READY
    task.ended_at = task.ended_by = task.acknowledged_at = task.claimed_by = task.claimed_until = (
        None
    )
    task.outcome = task.status_reason = ""
    task.owner = decision.owner
    _trace(desk, task, move, before, action, decision)


def _revise(desk: _Desk, filed: Filed, task: Task, category: Category, decision: Decision) -> None:
    """A newer report of an open task: it moves where the rules now send it, or says more in place."""
    was = (task.category, task.title, task.severity, task.priority, task.danger, task.queue_id)
    graver = danger(filed.item.severity, decision.rule.priority) < task.danger
    moved = decision.queue.pk != task.queue_id
    _take(task, filed, category, decision, desk.now)
    if (
        was == (task.category, task.title, task.severity, task.priority, task.danger, task.queue_id)
        and not filed.news
    ):
        return
    before = task.status
    move = Move.REROUTE if moved or graver else Move.UPDATE
    task.status = states.after(move, TaskStatus(before))
    if move == Move.REROUTE:
        task.acknowledged_at = task.claimed_by = task.claimed_until = task.recheck_date = None
        task.owner = decision.owner if moved else task.owner or decision.owner
    desk.changed.append(task)
    _trace(desk, task, move, before, Action.UPDATE, decision)


def _take(task: Task, filed: Filed, category: Category, decision: Decision, now: datetime) -> None:
    item = filed.item
    task.patient = filed.patient
    task.message_id = filed.message_id
    task.category = category.value
    task.title = item.title or category.label
    task.severity = item.severity
    task.priority = decision.rule.priority
    task.danger = danger(item.severity, decision.rule.priority)
    task.queue = decision.queue
    task.location = decision.location
    task.issued_at = item.issued_at or item.effective_at or now


def _close(desk: _Desk, task: Task, item: ChartItem, filed: Filed) -> None:
    """The source closed it: signed, answered, or withdrawn before anybody saw it."""
    before = task.status
    move = Move.CANCEL if item.status == ItemStatus.WITHDRAWN else Move.COMPLETE
    task.status = states.after(move, TaskStatus(before))
    task.ended_at, task.message_id = desk.now, filed.message_id
    task.claimed_by = task.claimed_until = None
    task.outcome = Outcome.SOURCE_CLOSED
    task.status_reason = "withdrawn by the source" if move == Move.CANCEL else "closed in the EHR"
    desk.changed.append(task)
    _trace(desk, task, move, before, Action.CLOSE, None)


def _trace(
    desk: _Desk, task: Task, move: Move, before: str, action: Action, decision: Decision | None
) -> None:
    task.version += 1
    desk.transitions.append(
        TaskTransition(
            task=task, version=task.version, move=move, before=before, after=task.status, at=desk.now,
            actor_name=desk.actor.name, queue_id=task.queue_id, owner_id=task.owner_id,
            reason=decision.rule.name if decision else task.status_reason,
        )
    )  # fmt: skip
    if decision is not None:
        desk.decisions.append(
            RoutingDecision(
                task=task, at=desk.now, message_id=task.message_id, rule_set=desk.book.rule_set,
                rule=decision.rule, queue=decision.queue, owner=decision.owner, facts=dict(decision.facts),
            )
        )  # fmt: skip
    role = decision.queue.role if decision else ""
    desk.placed.append(Placed(task, action, role or _role(desk.book, task)))


def _role(book: Rulebook, task: Task) -> str:
    return next((queue.role for queue in book.queues.values() if queue.pk == task.queue_id), "")


def _write(desk: _Desk) -> None:
    bulk.insert(Task, desk.created)
    bulk.put(Task, desk.changed, key=["id"], columns=CHANGED)
    bulk.insert(TaskTransition, desk.transitions)
    bulk.insert(RoutingDecision, desk.decisions)
    log.record_all(
        log.entry(f"task.{placed.action.value}", entity=placed.task, patient_id=placed.task.patient_id,
                  detail={"version": placed.task.version, "queue": str(placed.task.queue_id)},
                  actor=desk.actor, now=desk.now)
        for placed in desk.placed
    )  # fmt: skip


@transaction.atomic
def open_message_task(
    *, message_id: UUID, title: str, reason: str, actor: Actor, now: datetime
) -> Task:
    """A person must look at a message that could not be processed. One open task a message."""
    held = (
        Task.objects.open()
        .filter(message_id=message_id, category=Category.QUARANTINED_MESSAGE)
        .first()
    )
    if held is not None:
        return held
    book = rulebook.load(now=now)
    category = Category.QUARANTINED_MESSAGE
    decision = book.decide(facts_of_message(category), people={}, location_code="")
    task = Task(
        message_id=message_id, category=category.value, title=title[:250], status_reason=reason[:120],
        priority=decision.rule.priority, danger=danger("", decision.rule.priority), queue=decision.queue,
        authored_at=now, issued_at=now, version=0,
    )  # fmt: skip
    desk = _Desk(book, actor, now, [task], [], [], [], [])
    _trace(desk, task, Move.CREATE, "", Action.CREATE, decision)
    _write(desk)
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
    if not tasks:
        return
    desk = _Desk(rulebook.load(now=now), actor, now, [], [], [], [], [])
    for task in tasks:
        before = task.status
        task.status = states.after(Move.COMPLETE, TaskStatus(before))
        task.ended_at, task.outcome = now, Outcome.SOURCE_CLOSED
        task.claimed_by = task.claimed_until = None
        task.status_reason = "message processed"
        desk.changed.append(task)
        _trace(desk, task, Move.COMPLETE, before, Action.CLOSE, None)
    _write(desk)
