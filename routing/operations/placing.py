"""Routing: each filed item gets, keeps, changes or loses its one open task."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from audit.actors import Actor
from charts.models import ChartItem
from charts.operations import Change, Filed
from charts.values import ItemKind, ItemStatus
from charts.versions import only_answers
from routing import rulebook, states
from routing.categories import LABELS, Category, category_of
from routing.danger import danger
from routing.facts import Background, facts_of
from routing.models import Outcome, Task, TaskTransition
from routing.operations.desk import Action, Desk, Placed
from routing.operations.following import reopen_for
from routing.rulebook import Decision, Rulebook
from routing.states import Move, TaskStatus


@dataclass(frozen=True, slots=True)
class Rerouted:
    """Tasks that moved, and how many stayed: they were right, or a person has touched them."""

    moved: list[Placed]
    stayed: int


@transaction.atomic
def route(
    filed: Sequence[Filed], *, backdated: bool = False, book: Rulebook | None = None,
    actor: Actor, now: datetime,
) -> list[Placed]:  # fmt: skip
    """Give each filed item its task, by the rules in effect. Items without work lose theirs.

    `backdated`: the items were open before we knew of them, so their tasks are as old as they are.
    `book`: the rules in effect, where they are read already.
    """
    latest = _latest(filed)
    if not latest:
        return []
    book = book or rulebook.load(now=now)
    tasks = _tasks([pk for pk, one in latest.items() if one.item.version > 1])
    known = rulebook.background(book, [(one.item, one.patient) for one in latest.values()])
    desk = Desk(book, actor, now, backdated=backdated)
    for pk, one in latest.items():
        _place(desk, one, tasks.get(pk), known)
    desk.write()
    reopen_for(list(latest.values()), actor=actor, now=now)
    return desk.placed


@transaction.atomic
def reroute(item_ids: Collection[UUID], *, actor: Actor, now: datetime) -> Rerouted:
    """Decide anew on the open tasks of these items: what the rules consult has changed.

    A task that a person has touched stays where that person put it.
    """
    rows = Task.objects.open().filter(item_id__in=item_ids).order_by("pk")
    tasks = list(rows.select_for_update(of=("self",)).select_related("item", "patient"))
    touched = set(
        TaskTransition.objects.filter(task__in=tasks, member__isnull=False).values_list(
            "task_id", flat=True
        )
    )
    if not tasks:
        return Rerouted([], stayed=0)
    book = rulebook.load(now=now)
    filed = {
        task.pk: Filed(task.item, task.patient, Change.REVISED, task.message_id, news=False)
        for task in tasks
        if task.item and task.patient and task.pk not in touched
    }
    known = rulebook.background(book, [(one.item, one.patient) for one in filed.values()])
    desk = Desk(book, actor, now)
    for task in tasks:
        if task.pk in filed:
            _decide_anew(desk, filed[task.pk], task, known)
    desk.write()
    return Rerouted(desk.placed, stayed=len(tasks) - len(desk.placed))


def _decide_anew(desk: Desk, filed: Filed, task: Task, known: Background) -> None:
    decision = _decide(desk, filed, Category(task.category), known)
    was = (task.queue_id, task.owner_id, task.priority, task.location_id)
    _take(task, filed, Category(task.category), decision, desk.now)
    task.owner = decision.owner
    if was != (task.queue_id, task.owner_id, task.priority, task.location_id):
        before = task.status
        task.status = states.after(Move.REROUTE, TaskStatus(before))
        desk.changed.append(task)
        desk.trace(task, Move.REROUTE, before, Action.UPDATE, decision)


def _latest(filed: Sequence[Filed]) -> dict[UUID, Filed]:
    """The last report of each item; it is news where any of them was."""
    latest: dict[UUID, Filed] = {}
    for one in filed:
        if one.change == Change.UNCHANGED:
            continue
        before = latest.get(one.item.pk)
        latest[one.item.pk] = replace(one, news=one.news or before.news) if before else one
    return latest


def _tasks(item_ids: Sequence[UUID]) -> dict[UUID, Task]:
    """The newest task of each item, locked."""
    if not item_ids:
        return {}
    rows = Task.objects.filter(item_id__in=item_ids).order_by("pk").select_for_update(of=("self",))
    return {task.item_id: task for task in rows if task.item_id}


def _place(desk: Desk, filed: Filed, task: Task | None, known: Background) -> None:
    item = filed.item
    category = _wanted(item, task)
    if task is None or not task.is_open:
        if category is not None and (task is None or _reopens(filed, task)):
            closed = task is not None and task.status == TaskStatus.COMPLETED
            closer = task.ended_by_id if closed and task else None
            decision = _decide(desk, filed, category, known, closer=closer, closed_before=closed)
            _open(desk, filed, task, category, decision)
    elif category is None:
        _close(desk, task, item, filed)
    else:
        _revise(desk, filed, task, category, _decide(desk, filed, category, known))


def _wanted(item: ChartItem, task: Task | None) -> Category | None:
    """A withdrawn result that somebody has seen is work: another patient may be missing it."""
    category = category_of(item.kind, item.status, item.details)
    if category == Category.REFERRAL and only_answers(item.revision):
        return None  # an answer to a referral nobody here has sent opens none
    if category is None and item.status == ItemStatus.WITHDRAWN and item.kind == ItemKind.RESULT:
        seen = task is not None and (
            task.status in (TaskStatus.COMPLETED, TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD)
        )
        return Category.RESULT_REVIEW if seen else None
    return category


def _reopens(filed: Filed, task: Task) -> bool:
    """Whether a report says something that whoever closed the task has not seen.

    What the source closed, the source may open again: missed, booked anew, missed again. A refill
    is asked for anew under the number of its prescription.
    """
    if filed.change in (Change.LATE, Change.ANSWERED):
        return danger(filed.item.severity, "") < task.danger
    corrected = filed.item.status in (
        ItemStatus.CORRECTED,
        ItemStatus.AMENDED,
        ItemStatus.WITHDRAWN,
    )
    if filed.news or corrected or task.outcome == Outcome.SOURCE_CLOSED:
        return True
    asked, ended = filed.item.issued_at, task.ended_at
    return bool(filed.item.kind == ItemKind.REFILL and asked and ended and asked > ended)


def _decide(
    desk: Desk, filed: Filed, category: Category, known: Background,
    *, closer: UUID | None = None, closed_before: bool = False,
) -> Decision:  # fmt: skip
    facts = facts_of(filed.item, filed.patient, category, closed_before=closed_before,
                     background=known, thresholds=desk.rules.thresholds, now=desk.now)  # fmt: skip
    item = filed.item
    return desk.rules.decide(
        facts, people=item.people, location_code=item.location_code, closer_id=closer
    )


def _open(
    desk: Desk, filed: Filed, ended: Task | None, category: Category, decision: Decision
) -> None:
    item = filed.item
    if ended is None:
        task, before, move, action = (
            Task(item=item, authored_at=_authored_at(desk, item), version=0),
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
    task.outcome = task.told = task.status_reason = ""
    task.told_at = task.recheck_date = None
    task.owner = decision.owner
    desk.trace(task, move, before, action, decision)


def _authored_at(desk: Desk, item: ChartItem) -> datetime:
    """An item that is brought in from a backlog has waited since it was issued."""
    return min(desk.now, item.issued_at or desk.now) if desk.backdated else desk.now


def _revise(desk: Desk, filed: Filed, task: Task, category: Category, decision: Decision) -> None:
    """A newer report of an open task: it moves to where the rules send it now, or says more."""
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
        task.status_reason = ""
        task.owner = decision.owner if moved else task.owner or decision.owner
    desk.changed.append(task)
    desk.trace(task, move, before, Action.UPDATE, decision)


def _take(task: Task, filed: Filed, category: Category, decision: Decision, now: datetime) -> None:
    item = filed.item
    task.patient = filed.patient
    task.message_id = filed.message_id
    task.category = category.value
    task.title = item.title or LABELS[category]
    task.severity = item.severity
    task.priority = decision.rule.priority
    task.danger = danger(item.severity, decision.rule.priority)
    task.queue = decision.queue
    task.location = decision.location
    task.issued_at = item.issued_at or item.effective_at or now


def _close(desk: Desk, task: Task, item: ChartItem, filed: Filed) -> None:
    """The source closed it: signed, answered, or withdrawn before anybody saw it."""
    before = task.status
    move = Move.CANCEL if item.status == ItemStatus.WITHDRAWN else Move.COMPLETE
    task.status = states.after(move, TaskStatus(before))
    task.ended_at, task.message_id = desk.now, filed.message_id
    task.claimed_by = task.claimed_until = None
    task.outcome = Outcome.SOURCE_CLOSED
    task.status_reason = (
        _("withdrawn by the source") if move == Move.CANCEL else _("closed in the EHR")
    )
    if item.details.get("reported_by"):
        task.status_reason = _("the consult report came")
    desk.changed.append(task)
    desk.trace(task, move, before, Action.CLOSE, None)
