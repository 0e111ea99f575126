"""The rows that one call of routing is about to write, and what they amount to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from audit import log
from audit.actors import Actor
from routing.models import RoutingDecision, Task, TaskTransition
from routing.rulebook import Decision, Rulebook
from routing.states import Move
from tenants import bulk, wake
from tenants.bulk import Row
from tenants.ids import uuid7
from tenants.models import Topic


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


CHANGED = (
    "category", "title", "status", "status_reason", "priority", "severity", "danger", "queue_id",
    "owner_id", "location_id", "issued_at", "acknowledged_at", "claimed_by_id", "claimed_until",
    "recheck_date", "ended_at", "ended_by_id", "outcome", "told", "told_at", "message_id",
    "patient_id", "version",
)  # fmt: skip


@dataclass(slots=True)
class Desk:
    """Rows in the making; `write` sends each kind in one statement."""

    book: Rulebook | None
    """None: nothing is decided here; what is there only ends."""
    actor: Actor
    now: datetime
    backdated: bool = False
    created: list[Task] = field(default_factory=list)
    changed: list[Task] = field(default_factory=list)
    transitions: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    @property
    def rules(self) -> Rulebook:
        """What decides."""
        assert self.book is not None
        return self.book

    def trace(
        self, task: Task, move: Move, before: str, action: Action, decision: Decision | None
    ) -> None:
        """Note the move of a task and, where a rule made it, why."""
        task.version += 1
        self.transitions.append({
            "id": uuid7(), "task_id": task.pk, "version": task.version, "move": move,
            "before": before, "after": task.status, "at": self.now, "actor_name": self.actor.name,
            "member_id": None, "queue_id": task.queue_id, "owner_id": task.owner_id,
            "reason": decision.rule.name if decision else task.status_reason,
        })  # fmt: skip
        if decision is not None:
            self.decisions.append({
                "id": uuid7(), "task_id": task.pk, "at": self.now, "message_id": task.message_id,
                "rule_set_id": self.rules.rule_set.pk, "rule_id": decision.rule.pk,
                "queue_id": decision.queue.pk,
                "owner_id": decision.owner.pk if decision.owner else None,
                "facts": dict(decision.facts),
            })  # fmt: skip
        role = decision.queue.role if decision else self._role_of(task)
        self.placed.append(Placed(task, action, role))

    def write(self) -> None:
        """Everything noted, with its audit."""
        bulk.insert(Task, self.created)
        bulk.put(Task, self.changed, key=["id"], columns=CHANGED)
        bulk.insert(TaskTransition, self.transitions)
        bulk.insert(RoutingDecision, self.decisions)
        wake.call(Topic.TASK, ((row["task_id"], self.now) for row in self.transitions))
        log.record_all(
            log.entry(f"task.{placed.action.value}", entity=placed.task,
                      patient_id=placed.task.patient_id,
                      detail={"version": placed.task.version, "queue": str(placed.task.queue_id)},
                      actor=self.actor, now=self.now)
            for placed in self.placed
        )  # fmt: skip

    def _role_of(self, task: Task) -> str:
        queues = self.book.queues.values() if self.book else ()
        roles = {queue.pk: queue.role for queue in queues}
        return roles.get(task.queue_id, "")
