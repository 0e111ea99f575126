"""Many tasks to another place at once: by the rules in effect, or to one queue or person.

Planned on what a person saw, made on what is there: each task has its own answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from accounts.roles import CLINICIANS, Role
from audit import log
from audit.actors import Actor
from charts.values import Severity
from routing import authority, rulebook
from routing.authority import Authority
from routing.categories import Category
from routing.danger import danger
from routing.facts import Background, facts_of
from routing.models import Queue, RoutingDecision, Task, TaskTransition
from routing.operations import moving
from routing.operations.desk import CHANGED
from routing.operations.moving import LostRace, OutcomeNeeded
from routing.rulebook import Decision, Rulebook
from routing.states import Move, TaskStatus, after
from tenants import bulk, wake
from tenants.models import Topic

MOST_AT_ONCE = 500
"""Tasks in one go."""

LOOKED_AT = ("item__patient", "queue", "claimed_by")


@dataclass(frozen=True, slots=True)
class Destination:
    """A queue or a person; neither: wherever the rules in effect send each task."""

    queue: Queue | None = None
    owner: Membership | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Where one task goes; or why it stays."""

    task: Task
    was: Queue
    queue: Queue
    owner: Membership | None = None
    why_not: str = ""
    decision: Decision | None = None


@dataclass(slots=True)
class _Written:
    changed: list[Task] = field(default_factory=list)
    transitions: list[TaskTransition] = field(default_factory=list)
    decisions: list[RoutingDecision] = field(default_factory=list)


def planned(tasks: Sequence[Task], to: Destination, *, now: datetime) -> list[Moved]:
    """What would become of each; writes nothing."""
    if to.queue is not None or to.owner is not None:
        held = authority.load(now=now)
        return [_sent(task, to, held) for task in tasks]
    book = rulebook.load(now=now)
    known = rulebook.background(book, [(t.item, t.item.patient) for t in tasks if t.item])
    return [_ruled(task, book, known) for task in tasks]


@transaction.atomic
def move_many(
    *, seen: Mapping[UUID, int], to: Destination, reason: str, member: Membership,
    actor: Actor, now: datetime,
) -> list[Moved]:  # fmt: skip
    """Move the tasks of these versions; each that was changed meanwhile stays and says so.

    Raises:
        PermissionRefused: they move no work in bulk.
        OutcomeNeeded: no reason, too many at once, or the person no longer works here.
    """
    permissions.require(member.roles, Operation.REROUTE)
    if not reason.strip():
        raise OutcomeNeeded(_("Say why the tasks are moved."))
    if len(seen) > MOST_AT_ONCE:
        raise OutcomeNeeded(_("Move at most {many} tasks at once.").format(many=MOST_AT_ONCE))
    if to.owner is not None and not to.owner.is_active:
        raise OutcomeNeeded(_("That person no longer works here; choose another."))
    tasks = list(Task.objects.lock(list(seen)).prefetch_related(*LOOKED_AT))
    answers = [_raced(one, seen[one.task.pk]) for one in planned(tasks, to, now=now)]
    moves = [one for one in answers if not one.why_not]
    _write(moves, reason.strip()[:250], member, actor=actor, now=now)
    log.record("tasks.rerouted", detail={"moved": len(moves), "kept": len(seen) - len(moves)},
               actor=actor, now=now)  # fmt: skip
    return answers


def _sent(task: Task, to: Destination, held: Authority) -> Moved:
    queue = to.queue or task.queue
    why_not = _stays(task, held.now) or _may_not(task, queue, to, held)
    if not why_not and queue.pk == task.queue_id and _same_owner(task, to):
        why_not = _("It is there already.")
    return Moved(task, task.queue, queue, to.owner, why_not)


def _ruled(task: Task, book: Rulebook, known: Background) -> Moved:
    item, now = task.item, book.authority.now
    if item is None:
        return Moved(task, task.queue, task.queue, why_not=_("It is about a message."))
    facts = facts_of(item, item.patient, Category(task.category), closed_before=False,
                     background=known, thresholds=book.thresholds, now=now)  # fmt: skip
    decision = book.decide(facts, people=item.people, location_code=item.location_code)
    why_not = _stays(task, now) or _closable(task, decision.queue, Destination(), book.authority)
    there = decision.queue.pk == task.queue_id and decision.rule.priority == task.priority
    owner_id = decision.owner.pk if decision.owner else None
    if not why_not and there and owner_id == task.owner_id:
        why_not = _("It is there already.")
    return Moved(task, task.queue, decision.queue, decision.owner, why_not, decision)


def _stays(task: Task, now: datetime) -> str:
    """Why nobody moves it over the head of whoever works on it."""
    if not task.is_open:
        return _("It was closed.")
    if task.claimed_at(now):
        name = task.claimed_by.name if task.claimed_by else _("Somebody")
        return _("{name} is doing this now.").format(name=name)
    if task.status == TaskStatus.IN_PROGRESS:
        return _("Its owner has acknowledged it.")
    if task.status == TaskStatus.ON_HOLD:
        return _("It waits, with a reason and a date.")
    return ""


def _may_not(task: Task, queue: Queue, to: Destination, held: Authority) -> str:
    """Results pass no rule by hand."""
    if why_not := _closable(task, queue, to, held):
        return why_not
    by_hand = to.queue is not None and queue.pk != task.queue_id
    if by_hand and task.category == Category.RESULT_REVIEW and Role(queue.role) not in CLINICIANS:
        return _("Only the rules send results past a clinician.")
    return ""


def _closable(task: Task, queue: Queue, to: Destination, held: Authority) -> str:
    """A task goes to nobody who may not close it."""
    roles = to.owner.roles if to.owner else [queue.role]
    if not held.may_close(
        roles, category=task.category, severity=task.severity, queue_role=queue.role
    ):
        grave = _("a critical result") if task.severity == Severity.CRITICAL else _("this")
        return _("{who} may not close {grave}.").format(
            who=to.owner.name if to.owner else queue.name, grave=grave
        )
    return ""


def _same_owner(task: Task, to: Destination) -> bool:
    return task.owner_id == (to.owner.pk if to.owner else None)


def _raced(one: Moved, version: int) -> Moved:
    """Somebody was there between the plan and the move."""
    if one.task.version == version or one.why_not:
        return one
    lost: LostRace = moving.lost(one.task)
    return Moved(
        one.task, one.was, one.queue, one.owner, _("{who} was first.").format(who=lost.who)
    )


def _write(
    moves: Sequence[Moved], reason: str, member: Membership, *, actor: Actor, now: datetime
) -> None:
    rows = _Written()
    entries = []
    for one in moves:
        before, move = one.task.status, Move.REROUTE if one.decision else Move.ASSIGN
        _take(one, move)
        _trace(rows, one, move, before, reason, member, actor=actor, now=now)
        entries.append(
            log.entry(f"task.{move}", entity=one.task, patient_id=one.task.patient_id,
                      detail={"version": one.task.version, "before": before,
                              "after": one.task.status, "queue": str(one.queue.pk)},
                      actor=actor, now=now)
        )  # fmt: skip
    bulk.put(Task, rows.changed, key=["id"], columns=CHANGED)
    bulk.insert(TaskTransition, rows.transitions)
    bulk.insert(RoutingDecision, rows.decisions)
    wake.call(Topic.TASK, ((row.task_id, now) for row in rows.transitions))
    log.record_all(entries)


def _take(one: Moved, move: Move) -> None:
    task = one.task
    task.status = after(move, TaskStatus(task.status))
    task.queue, task.owner = one.queue, one.owner
    task.acknowledged_at = task.claimed_by = task.claimed_until = task.recheck_date = None
    task.status_reason = ""
    task.version += 1
    if one.decision is not None:
        task.priority, task.location = one.decision.rule.priority, one.decision.location
        task.danger = danger(task.severity, task.priority)


def _trace(
    rows: _Written, one: Moved, move: Move, before: str, reason: str, member: Membership,
    *, actor: Actor, now: datetime,
) -> None:  # fmt: skip
    task = one.task
    rows.changed.append(task)
    rows.transitions.append(
        TaskTransition(
            task=task, version=task.version, move=move, before=before, after=task.status, at=now,
            actor_name=actor.name, member=member, queue_id=task.queue_id, owner_id=task.owner_id,
            reason=reason,
        )
    )  # fmt: skip
    if one.decision is not None:
        rows.decisions.append(
            RoutingDecision(
                task=task, at=now, message_id=task.message_id,
                rule_set_id=one.decision.rule.rule_set_id, rule=one.decision.rule,
                queue=one.queue, owner=one.owner,
                facts=dict(one.decision.facts),
            )
        )  # fmt: skip
