"""People at work on the demo's tasks: who does what, and when, through real operations."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership
from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.actors import Actor
from charts.values import ItemStatus, Severity
from config.demo.habits import Course, Decks, Verb, course_of_story, habit_of
from integrations import operations as integrations
from integrations.operations import NotWaiting
from routing import operations as routing
from routing.models import Outcome, Task, TaskTransition
from routing.operations import LostRace, OutcomeNeeded
from routing.states import MoveNotAllowed, TaskStatus

TAKEN_UP_AGO = (2.0, 5.0, 8.0)
"""Minutes before now at which somebody took up what they are doing now."""

BUSY_NOW = (Role.MEDICAL_ASSISTANT, Role.NURSE, Role.PHYSICIAN)

MOVES: dict[Verb, Callable[..., Task]] = {
    Verb.CLAIM: routing.claim,
    Verb.ACKNOWLEDGE: routing.acknowledge,
    Verb.HOLD: routing.hold,
    Verb.COMPLETE: routing.complete,
    Verb.CANCEL: routing.cancel,
    Verb.REOPEN: routing.reopen,
}
WHY = {Verb.CANCEL: "Asked for twice", Verb.REOPEN: "The patient has a question about it"}

OVERTAKEN = (LostRace, MoveNotAllowed, NotWaiting, OutcomeNeeded, PermissionRefused)
"""A newer message or somebody else was first, or the report is partial still: the plan is dropped,
as it would be at a screen."""

REASONS = (
    "Waiting for the patient to call back",
    "Waiting for old records",
    "Repeat test is drawn",
)
ANSWERS = (Outcome.DISCUSSED, Outcome.FOLLOW_UP, Outcome.REPEAT)


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """What somebody will do, and when."""

    at: datetime
    order: int
    verb: Verb = field(compare=False)
    task_id: UUID = field(compare=False)
    queue_id: UUID = field(compare=False)
    member: Membership = field(compare=False)


class Workday:
    """The members of the practice in scope, with their plans."""

    def __init__(self, seed: str, *, behind: str = "") -> None:
        """`behind`: who gets to nothing."""
        self._rng = random.Random(f"workday {seed}")  # noqa: S311 - a play, not a secret
        members = Membership.objects.filter(is_active=True).select_related("location")
        self._members = list(members.order_by("name"))
        self._behind = behind
        self._plans: list[Plan] = []
        self._decks = Decks(self._rng)
        self._count = 0

    def notice(self, *, now: datetime) -> None:
        """Plan what becomes of the tasks that messages brought or changed at this instant."""
        news = TaskTransition.objects.filter(at=now, member__isnull=True).values("task_id")
        tasks = Task.objects.open().filter(pk__in=news).select_related("queue", "owner", "item")
        for task in tasks.order_by("item__key", "pk"):
            if _can_wait(task):
                continue
            for plan in self._planned(task, now):
                heapq.heappush(self._plans, plan)

    def work(self, *, until: datetime) -> None:
        """Do what is planned up to this instant, in its order."""
        while self._plans and self._plans[0].at <= until:
            plan = heapq.heappop(self._plans)
            self._do(plan)

    def take_up(self, *, now: datetime) -> None:
        """One member of each of these roles is busy with a task right now."""
        for ago, role in zip(TAKEN_UP_AGO, BUSY_NOW, strict=True):
            member = next((one for one in self._members if one.role == role), None)
            at = now - timedelta(minutes=ago)
            task = _next_task(member, at) if member else None
            if member and task:
                self._do(Plan(at, 0, Verb.CLAIM, task.pk, task.queue_id, member))

    def _planned(self, task: Task, now: datetime) -> list[Plan]:
        member = task.owner or self._of_queue(task)
        is_critical = task.severity == Severity.CRITICAL
        if member is None or (member.name == self._behind and not is_critical):
            return []
        plans, at = [], now
        for step in self._course(task):
            at += timedelta(minutes=self._rng.uniform(step.least, step.most))
            self._count += 1
            plans.append(Plan(at, self._count, step.verb, task.pk, task.queue_id, member))
        return plans

    def _course(self, task: Task) -> Course:
        """What its story asks for, else what is usual."""
        number = (task.item.filler or task.item.placer) if task.item else ""
        course = course_of_story(number, task.severity)
        return (
            self._decks.next(habit_of(task.category, task.severity)) if course is None else course
        )

    def _of_queue(self, task: Task) -> Membership | None:
        """Who works this queue: somebody of its role, at its site where it has one."""
        able = [one for one in self._members if task.queue.role in one.roles]
        near = [one for one in able if one.location_id == task.queue.location_id]
        return self._rng.choice(near or able) if able else None

    def _do(self, plan: Plan) -> None:
        task = Task.objects.get(pk=plan.task_id)
        if task.queue_id != plan.queue_id:
            return  # a newer report sent it to other people
        try:
            self._act(plan, task)
        except OVERTAKEN:
            return

    def _act(self, plan: Plan, task: Task) -> None:
        """One real operation, by this person at this instant."""
        member, now = plan.member, plan.at
        who: dict[str, Any] = {
            "task_id": task.pk, "member": member, "actor": Actor.person(member), "now": now,
        }  # fmt: skip
        if plan.verb == Verb.DISCARD and task.message_id is not None:
            integrations.discard(message_id=task.message_id, actor=who["actor"], now=now)
        elif plan.verb in (Verb.ASSIGN, Verb.COPY):
            self._pass_on(plan.verb, who)
        elif plan.verb in MOVES:
            MOVES[plan.verb](**who, **self._said(plan.verb, task, now))

    def _said(self, verb: Verb, task: Task, now: datetime) -> dict[str, Any]:
        """What this move wants to be told besides."""
        if verb == Verb.HOLD:
            day = now.date() + timedelta(days=self._rng.randint(1, 4))
            return {"reason": self._rng.choice(REASONS), "recheck_date": day}
        if verb == Verb.COMPLETE:
            return self._outcome(task, now)
        return {"reason": WHY[verb]} if verb in WHY else {}

    def _pass_on(self, verb: Verb, who: dict[str, Any]) -> None:
        """To a colleague of the same role, if there is one."""
        member = who["member"]
        others = [one for one in self._members if one.role == member.role and one.pk != member.pk]
        if others and verb == Verb.ASSIGN:
            routing.assign(to=self._rng.choice(others), reason="Covers this week", **who)
        elif others:
            routing.copy(to=self._rng.choice(others), **who)

    def _outcome(self, task: Task, now: datetime) -> dict[str, Any]:
        """What is said at Done: more, the worse the result is."""
        if task.severity == Severity.CRITICAL:
            return {
                "outcome": Outcome.DISCUSSED,
                "told": "The patient, by telephone",
                "told_at": now,
            }
        if task.severity in (Severity.ABNORMAL, Severity.UNKNOWN):
            return {"outcome": self._rng.choice(ANSWERS)}
        return {"outcome": Outcome.NORMAL_TOLD if task.severity else Outcome.DONE}


def _can_wait(task: Task) -> bool:
    """Whether people wait for the final report before they do anything."""
    is_preliminary = task.item is not None and task.item.status == ItemStatus.PRELIMINARY
    return is_preliminary and task.severity not in ("", Severity.CRITICAL)


def _next_task(member: Membership, at: datetime) -> Task | None:
    """The most dangerous task that this member could take up then."""
    free = Task.objects.open().filter(
        status=TaskStatus.READY, claimed_until__isnull=True, authored_at__lte=at
    )
    pool = Q(owner__isnull=True, queue__role=member.role, queue__location=member.location)
    if member.location is None:
        pool = Q(owner__isnull=True, queue__role=member.role)
    return free.filter(Q(owner=member) | pool).most_dangerous_first().first()
