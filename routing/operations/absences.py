"""Tasks about what did not come: opened once, closed by themselves when it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from routing import rulebook, states
from routing.categories import Category
from routing.danger import danger
from routing.facts import facts_of_message
from routing.models import Outcome, Task
from routing.operations.desk import Action, Desk
from routing.rulebook import Rulebook
from routing.states import Move, TaskStatus


@dataclass(frozen=True, slots=True)
class Absence:
    """What did not come: of which order, visit or feed, since when, and whose work that is."""

    category: Category
    about_id: UUID
    title: str
    reason: str
    since: datetime
    patient_id: UUID | None = None
    location_code: str = ""
    people: Mapping[str, Any] = field(default_factory=dict)
    asked_role: str = ""
    """The role whose work it is said to be, where somebody has said."""
    recurs: bool = False
    """Whether a later `since` is another absence of the same thing: a feed can fail twice."""


@dataclass(frozen=True, slots=True)
class End:
    """Why an absence is none any more: it came, or nobody waits for it."""

    reason: str
    came: bool = True


@transaction.atomic
def open_absences(
    absences: Sequence[Absence], *, book: Rulebook | None = None, actor: Actor, now: datetime
) -> list[Task]:
    """One task for each, unless there is one. What a person has closed stays closed.

    The caller holds the rows that they are about, so that no other opens the same.

    Args:
        book: the rules in effect, where the caller has read them for many.
    """
    held = _held(absences)
    new = [one for one in absences if not _known(one, held.get((one.category, one.about_id)))]
    if not new:
        return []
    desk = Desk(book or rulebook.load(now=now), actor, now)
    for absence in new:
        _open(desk, absence)
    desk.write()
    return desk.created


def _held(absences: Sequence[Absence]) -> dict[tuple[str, UUID | None], Task]:
    """The newest task about each."""
    tasks = Task.objects.filter(about_id__in=[one.about_id for one in absences])
    return {(task.category, task.about_id): task for task in tasks.order_by("authored_at", "pk")}


def _known(absence: Absence, task: Task | None) -> bool:
    """Whether people know of it already. What ended by itself may be away anew."""
    if task is None:
        return False
    if task.is_open:
        return True
    if task.outcome == Outcome.SOURCE_CLOSED:
        return False
    return not absence.recurs or task.authored_at >= absence.since


def _open(desk: Desk, absence: Absence) -> None:
    facts = facts_of_message(absence.category, asked_role=absence.asked_role)
    decision = desk.rules.decide(facts, people=absence.people, location_code=absence.location_code)
    task = Task(
        about_id=absence.about_id, category=absence.category.value, title=absence.title[:250],
        status_reason=absence.reason[:120], patient_id=absence.patient_id,
        priority=decision.rule.priority, danger=danger("", decision.rule.priority),
        queue=decision.queue, owner=decision.owner, location=decision.location,
        authored_at=desk.now, issued_at=absence.since, version=0,
    )  # fmt: skip
    desk.created.append(task)
    desk.trace(task, Move.CREATE, "", Action.CREATE, decision)


@transaction.atomic
def close_absences(ends: Mapping[UUID, End], *, actor: Actor, now: datetime) -> int:
    """End the open tasks about these, each with its cause; returns how many."""
    rows = Task.objects.open().filter(about_id__in=list(ends)).order_by("pk")
    tasks = list(rows.select_for_update(of=("self",)))
    if not tasks:
        return 0
    desk = Desk(None, actor, now)
    for task in tasks:
        assert task.about_id is not None
        _close(desk, task, ends[task.about_id])
    desk.write()
    return len(tasks)


def _close(desk: Desk, task: Task, end: End) -> None:
    before, move = task.status, Move.COMPLETE if end.came else Move.CANCEL
    task.status = states.after(move, TaskStatus(before))
    task.ended_at, task.outcome, task.status_reason = desk.now, Outcome.SOURCE_CLOSED, end.reason
    task.claimed_by = task.claimed_until = None
    desk.changed.append(task)
    desk.trace(task, move, before, Action.CLOSE, None)
