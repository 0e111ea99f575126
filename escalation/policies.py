"""The policy in force, its targets and ladders, and the hours of every location, read once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from escalation.calendar import ROUND_THE_CLOCK
from escalation.ladder import Place
from escalation.models import Calendar, Holiday, LadderStep, Policy, Target
from routing.models import Queue, Task

ALWAYS = Place(ROUND_THE_CLOCK, {})
"""Where nobody gave hours, time never stands still: sooner is safer than later."""


class NoPolicy(Exception):
    """The practice has published none, so nothing says by when its work is due."""


@dataclass(frozen=True, slots=True)
class Book:
    """What the engine needs of a practice for one pass."""

    policy: Policy
    targets: Mapping[UUID, Sequence[Target]]
    """By version, for a clock keeps the one it began with; the most particular first."""
    steps: Mapping[UUID, Sequence[LadderStep]]
    """By ladder, in order; of every version that a running clock may have begun with."""
    places: Mapping[UUID | None, Place]
    """By location; None: of tasks at none."""

    def target_of(self, task: Task) -> Target | None:
        """The most particular target of its queue, category and priority."""
        return next(iter(self.matching(task, self.policy.pk)), None)

    def matching(self, task: Task, policy_id: UUID) -> list[Target]:
        """Every target that would do, the one that wins first: nothing is overridden in silence."""
        return [
            one
            for one in self.targets.get(policy_id, ())
            if one.queue_id in (None, task.queue_id)
            and one.category in ("", task.category)
            and one.priority in ("", task.priority)
        ]

    def place_of(self, task: Task) -> Place:
        """The hours where the task is done."""
        return self.places.get(task.location_id) or self.places.get(None) or ALWAYS


def load(*, now: datetime) -> Book:
    """The published policy of the practice in scope.

    Raises:
        NoPolicy: there is none in force.
    """
    policy = Policy.objects.filter(status=Policy.Status.PUBLISHED, effective_at__lte=now).first()
    if policy is None:
        raise NoPolicy
    steps: dict[UUID, list[LadderStep]] = defaultdict(list)
    for step in LadderStep.objects.select_related("member").order_by("ladder", "position"):
        steps[step.ladder_id].append(step)
    targets: dict[UUID, list[Target]] = defaultdict(list)
    for target in sorted(Target.objects.all(), key=Target.weight, reverse=True):
        targets[target.policy_id].append(target)
    return Book(policy, targets, steps, places())


def places() -> dict[UUID | None, Place]:
    """The hours of every location; without a calendar of its own one keeps the practice's."""
    holidays: dict[UUID, list[Holiday]] = defaultdict(list)
    for holiday in Holiday.objects.all():
        holidays[holiday.calendar_id].append(holiday)
    calendars = Calendar.objects.select_related("location", "practice")
    return {one.location_id: one.place(holidays[one.pk]) for one in calendars}


def covers(target: Target, queue: Queue) -> bool:
    """Whether a target holds for any work of a queue, whatever its kind and priority."""
    return target.queue_id in (None, queue.pk) and not target.category and not target.priority
