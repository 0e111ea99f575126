"""What people did on days that are over: the moves of many tasks, written in a few statements.

The rows are those that `routing.operations` would have written at each instant: task, transition,
audit, and that the patient was told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from charts.values import Severity
from routing import states
from routing.models import TELLS, Communication, Outcome, Queue, Task, TaskTransition
from routing.operations.desk import CHANGED
from routing.states import Move, TaskStatus
from tenants import bulk, wake
from tenants.bulk import Row
from tenants.ids import uuid7
from tenants.models import Topic

TOLD = "The patient, by telephone"


@dataclass(frozen=True, slots=True)
class Act:
    """One move of one task by one member; `queue`: where it goes, if it is passed on."""

    at: datetime
    move: Move
    task: Task
    member: Membership
    reason: str = ""
    queue: Queue | None = None


@dataclass(slots=True)
class Hand:
    """Rows in the making; `write` sends each kind in one statement."""

    zone: ZoneInfo
    changed: dict[UUID, Task] = field(default_factory=dict)
    transitions: list[Row] = field(default_factory=list)
    told: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)

    def do(self, act: Act) -> None:
        """Take the task one step on, in memory."""
        task, before, actor = act.task, act.task.status, Actor.person(act.member)
        EFFECTS[act.move](self, act)
        task.status = states.after(act.move, TaskStatus(before))
        task.version += 1
        self.changed[task.pk] = task
        self.transitions.append({
            "id": uuid7(), "task_id": task.pk, "version": task.version, "move": act.move,
            "before": before, "after": task.status, "at": act.at, "actor_name": actor.name,
            "member_id": act.member.pk, "queue_id": task.queue_id, "owner_id": task.owner_id,
            "reason": act.reason,
        })  # fmt: skip
        self.entries.append(
            log.entry(f"task.{act.move}", entity=task, patient_id=task.patient_id,
                      detail={"version": task.version, "before": before, "after": task.status},
                      actor=actor, now=act.at)
        )  # fmt: skip

    def tell(self, act: Act) -> None:
        """What the outcome of a Done says by itself."""
        channel = TELLS.get(Outcome(act.reason))
        if channel is None or act.task.patient_id is None:
            return
        made = {
            "id": uuid7(), "task_id": act.task.pk, "patient_id": act.task.patient_id,
            "channel": channel, "reached": True, "at": act.at, "recorded_at": act.at,
            "member_id": act.member.pk, "by_name": act.member.name, "by_outcome": True,
            "withdrawn_at": None, "withdrawn_by_name": "",
        }  # fmt: skip
        self.told.append(made)
        self.entries.append(
            log.entry("patient.informed", entity=act.task, patient_id=act.task.patient_id,
                      detail={"communication": str(made["id"]), "channel": str(channel)},
                      actor=Actor.person(act.member), now=act.at)
        )  # fmt: skip

    def write(self) -> None:
        """Everything done since the last time."""
        bulk.put(Task, self.changed.values(), key=["id"], columns=CHANGED)
        bulk.insert(TaskTransition, self.transitions)
        bulk.insert(Communication, self.told)
        wake.call(Topic.TASK, ((row["task_id"], row["at"]) for row in self.transitions))
        log.record_all(self.entries)
        self.changed, self.transitions, self.told, self.entries = {}, [], [], []


def _acknowledge(_hand: Hand, act: Act) -> None:
    act.task.owner, act.task.acknowledged_at = act.member, act.at


def _hold(hand: Hand, act: Act) -> None:
    act.task.owner = act.task.owner or act.member
    act.task.status_reason = act.reason
    act.task.recheck_date = (act.at.astimezone(hand.zone) + timedelta(days=3)).date()


def _assign(_hand: Hand, act: Act) -> None:
    act.task.owner, act.task.queue = None, act.queue or act.task.queue
    act.task.acknowledged_at = act.task.recheck_date = None
    act.task.status_reason = ""


def _complete(hand: Hand, act: Act) -> None:
    task = act.task
    task.owner = task.owner or act.member
    task.outcome, task.ended_at, task.ended_by = act.reason, act.at, act.member
    if task.severity == Severity.CRITICAL:
        task.told, task.told_at = TOLD, act.at
    hand.tell(act)


EFFECTS: Mapping[Move, Callable[[Hand, Act], Any]] = {
    Move.ACKNOWLEDGE: _acknowledge,
    Move.HOLD: _hold,
    Move.ASSIGN: _assign,
    Move.COMPLETE: _complete,
}
"""What each move changes of a task besides its status."""
