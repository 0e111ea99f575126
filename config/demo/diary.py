"""What the people of a practice meant to do on days that are over, and when they got to it."""

import heapq
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Membership
from accounts.roles import Role
from charts.values import Severity
from config.demo.habits import PASSED_ON, Course, Decks, Verb, past_habit_of
from config.demo.hand import Act, Hand
from routing.categories import Category
from routing.models import Outcome, Queue, Task
from routing.states import OPEN, Move
from tenants.models import Practice

OPENS, CLOSES = time(8), time(18)
LATE_DAY, EVENING = time(16), (150.0, 270.0)
"""A physician who is not done by four may take the rest home: so many minutes later."""
AT_HOME = 0.25
"""How often."""

MOVES = {
    Verb.ACKNOWLEDGE: Move.ACKNOWLEDGE, Verb.HOLD: Move.HOLD, Verb.COMPLETE: Move.COMPLETE,
    Verb.ASSIGN: Move.ASSIGN,
}  # fmt: skip
SAID = {Move.HOLD: "Waiting for the patient to call back",
        Move.ASSIGN: "Refills are the medical assistants' work"}  # fmt: skip
ANSWERS = (Outcome.DISCUSSED, Outcome.FOLLOW_UP, Outcome.REPEAT)


@dataclass(order=True, slots=True)
class Entry:
    """What somebody was going to do, and when."""

    at: datetime
    order: int
    move: Move = field(compare=False)
    task_id: UUID = field(compare=False)
    queue_id: UUID = field(compare=False)
    member: Membership = field(compare=False)


class Diary:
    """The entries of everybody, in the order of their instants."""

    def __init__(self, practice: Practice, *, behind: str = "", since: datetime) -> None:
        """`behind`: who has got to nothing since then."""
        self._rng = random.Random(f"diary {practice.slug}")  # noqa: S311 - a play, not a secret
        self._decks = Decks(self._rng)
        members = Membership.objects.filter(is_active=True).select_related("location")
        self._members = list(members.order_by("name"))
        self._queues = list(Queue.objects.filter(role=Role.MEDICAL_ASSISTANT))
        self._behind, self._since = behind, since
        self._entries: list[Entry] = []
        self._tasks: dict[UUID, Task] = {}
        self._count = 0
        self.hand = Hand(ZoneInfo(practice.time_zone))

    def take(self, tasks: Iterable[Task], *, now: datetime) -> None:
        """Work that came or changed at this instant: who will do what with it."""
        for task in tasks:
            self._tasks[task.pk] = task
            member = task.owner or self._of_queue(task.queue)
            if task.is_open and member is not None:
                self._plan(task, member, self._course(task), now)

    def look_again(self) -> None:
        """Somebody else has moved open work."""
        moved = Task.objects.open().select_related("queue", "owner", "patient")
        self._tasks.update({task.pk: task for task in moved})

    def live(self, *, until: datetime) -> None:
        """Do what was due up to this instant."""
        while self._entries and self._entries[0].at <= until:
            entry = heapq.heappop(self._entries)
            task = self._tasks[entry.task_id]
            if task.status in OPEN and task.queue_id == entry.queue_id:
                self._do(entry, task)
        self.hand.write()

    def _do(self, entry: Entry, task: Task) -> None:
        who = task.owner or entry.member
        act = Act(entry.at, entry.move, task, who, self._said(entry, task))
        if entry.move != Move.ASSIGN:
            self.hand.do(act)
            return
        self.hand.do(replace(act, queue=self._assistants(task)))
        self.take([task], now=entry.at)

    def _assistants(self, task: Task) -> Queue:
        """Those of the task's place."""
        return next(one for one in self._queues if one.location_id == task.location_id)

    def _course(self, task: Task) -> Course:
        """What is usual; a refill that reached the coordinators is passed on."""
        if task.category == Category.REFILL and task.queue.role == Role.CARE_COORDINATOR:
            return PASSED_ON
        return self._decks.next(past_habit_of(task.category, task.severity))

    def _plan(self, task: Task, member: Membership, course: Course, now: datetime) -> None:
        at = now
        for step in course:
            wait = timedelta(minutes=self._rng.uniform(step.least, step.most))
            at = at + wait if task.severity == Severity.CRITICAL else self._worked(at, wait, member)
            if self._waits(task, member, at):
                return
            self._count += 1
            entry = Entry(at, self._count, MOVES[step.verb], task.pk, task.queue_id, member)
            heapq.heappush(self._entries, entry)

    def _waits(self, task: Task, member: Membership, at: datetime) -> bool:
        """Whether it is left to whoever is behind; what is critical never is."""
        is_behind = member.name == self._behind and at > self._since
        return is_behind and task.severity != Severity.CRITICAL

    def _worked(self, since: datetime, wait: timedelta, member: Membership) -> datetime:
        """After so much working time; at times a physician's evening."""
        at = _open(since.astimezone(self.hand.zone))
        while at + wait > (closes := at.replace(hour=CLOSES.hour, minute=0)):
            wait -= closes - at
            at = _open(closes)
        at += wait
        if Role.PHYSICIAN in member.roles and at.time() > LATE_DAY and self._rng.random() < AT_HOME:
            at += timedelta(minutes=self._rng.uniform(*EVENING))
        return at

    def _said(self, entry: Entry, task: Task) -> str:
        """What this move wants to be told."""
        if entry.move != Move.COMPLETE:
            return SAID.get(entry.move, "")
        if task.severity == Severity.CRITICAL:
            return Outcome.DISCUSSED
        if task.severity in (Severity.ABNORMAL, Severity.UNKNOWN):
            return self._rng.choice(ANSWERS)
        return Outcome.NORMAL_TOLD if task.severity else Outcome.DONE

    def _of_queue(self, queue: Queue) -> Membership | None:
        """Somebody of its role, at its site where it has one."""
        able = [one for one in self._members if queue.role in one.roles]
        near = [one for one in able if one.location_id == queue.location_id]
        return self._rng.choice(near or able) if able else None


def _open(at: datetime) -> datetime:
    """The first instant from this one on at which the practice is open."""
    if at.weekday() < 5 and at.time() < CLOSES:
        return max(at, at.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0))
    return _open((at + timedelta(days=1)).replace(hour=OPENS.hour, minute=0, second=0,
                                                  microsecond=0))  # fmt: skip
