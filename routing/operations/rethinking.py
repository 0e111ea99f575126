"""Results decided anew, when something that they are judged by became known after they came."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from charts.models import ChartItem, Patient
from charts.operations import Change, Filed
from charts.values import ItemKind
from routing import rulebook, states
from routing.categories import Category
from routing.danger import danger
from routing.facts import Background, facts_of
from routing.models import RoutingDecision, Task
from routing.operations.desk import Action, Desk, Placed
from routing.rulebook import Rulebook
from routing.states import Move, TaskStatus

SAME = (Change.UNCHANGED,)


@transaction.atomic
def reassess(
    patients: Iterable[UUID], *, filed: Sequence[Filed] = (), book: Rulebook | None = None,
    actor: Actor, now: datetime,
) -> list[Placed]:  # fmt: skip
    """Move the open result reviews that the rules would put elsewhere now.

    Only those that stand where a rule put them: what a person has moved or taken up stays.

    Args:
        patients: of whom a problem, a drug, a birth date or a merge became known.
        filed: reports just filed; the results that follow them in time are judged by them.
        book: the rules in effect, where they are read already.
        actor: whoever brought the news.
        now: the present.
    """
    told = {one.patient.pk for one in filed if one.risk_is_new} | set(patients)
    results = {
        one.item.pk for one in filed if one.item.kind == ItemKind.RESULT and one.change not in SAME
    }
    tasks = _untouched(told, rulebook.followers(results))
    if not tasks:
        return []
    decided = _decided(tasks)
    book = book or rulebook.load(now=now)
    known = rulebook.background(book, [(item, patient) for _, item, patient in tasks])
    desk = Desk(book, actor, now)
    for task, item, patient in tasks:
        _reconsider(desk, task, item, patient, decided.get(task.pk), known)
    desk.write()
    return desk.placed


def _untouched(patients: set[UUID], items: Sequence[UUID]) -> list[tuple[Task, ChartItem, Patient]]:
    """Open reviews that nobody has begun, locked."""
    named = _open_of(patient_id__in=patients) | _open_of(item_id__in=items)
    if not named:
        return []
    rows = Task.objects.filter(
        pk__in=named, ended_at=None, category=Category.RESULT_REVIEW,
        status=TaskStatus.READY, claimed_by=None,
    )  # fmt: skip
    locked = rows.order_by("pk").select_for_update(of=("self",))
    return [
        (task, task.item, task.patient)
        for task in locked.prefetch_related("item", "patient")
        if task.item is not None and task.patient is not None
    ]


def _open_of(**column: Collection[UUID]) -> set[UUID]:
    """Each kind of id by its own index: one question for either would use none."""
    if not any(column.values()):
        return set()
    return set(Task.objects.open().filter(**column).values_list("pk", flat=True))


def _decided(
    tasks: Sequence[tuple[Task, ChartItem, Patient]],
) -> dict[UUID, RoutingDecision]:
    """The last decision on each."""
    rows = RoutingDecision.objects.filter(task_id__in=[task.pk for task, *_ in tasks])
    return {row.task_id: row for row in rows.order_by("at", "pk")}


def _reconsider(
    desk: Desk, task: Task, item: ChartItem, patient: Patient, last: RoutingDecision | None,
    known: Background,
) -> None:  # fmt: skip
    if last is None or (last.queue_id, last.owner_id) != (task.queue_id, task.owner_id):
        return
    if last.facts.get("closed_before"):
        return  # it went back to whoever closed it, and belongs there
    facts = facts_of(
        item, patient, Category.RESULT_REVIEW, closed_before=False, background=known,
        thresholds=desk.rules.thresholds, now=desk.now,
    )  # fmt: skip
    decision = desk.rules.decide(facts, people=item.people, location_code=item.location_code)
    if (decision.queue.pk, decision.rule.priority) == (task.queue_id, task.priority):
        return
    before = task.status
    task.status = states.after(Move.REROUTE, TaskStatus(before))
    task.queue, task.owner, task.location = decision.queue, decision.owner, decision.location
    task.priority = decision.rule.priority
    task.danger = danger(item.severity, decision.rule.priority)
    desk.changed.append(task)
    desk.trace(task, Move.REROUTE, before, Action.UPDATE, decision)
