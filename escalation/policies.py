"""The policy in force, its targets and ladders, and the hours of every location, read once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charts.values import Priority
from escalation.calendar import ROUND_THE_CLOCK
from escalation.ladder import Place, Step
from escalation.models import Calendar, Holiday, LadderStep, Policy, Target
from escalation.phrases import scope_words, target_words
from routing.danger import CRITICAL
from routing.models import Queue, Task

ALWAYS = Place(ROUND_THE_CLOCK, {})
"""Where nobody gave hours, time never stands still: sooner is safer than later."""


class NoPolicy(Exception):
    """The practice has published none, so nothing says by when its work is due."""


@dataclass(frozen=True, slots=True)
class Rungs:
    """The steps of a ladder that follow one kind of clock, by position."""

    steps: Mapping[int, LadderStep]
    timings: Mapping[int, Step]
    last: int
    """The position that always reaches someone."""
    receivers: frozenset[str]


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
    policies: Mapping[UUID, Policy] = field(default_factory=dict)
    _rungs: dict[tuple[UUID, str], Rungs] = field(default_factory=dict)
    _by_id: dict[UUID, Target] = field(default_factory=dict)
    _positions: dict[UUID, int] = field(default_factory=dict)

    def target_of(self, task: Task) -> Target | None:
        """The most particular target of its queue, category and priority."""
        return next(iter(self.matching(task, self.policy.pk)), None)

    def matching(self, task: Task, policy_id: UUID) -> list[Target]:
        """Every target that would do, the one that wins first: nothing is overridden in silence."""
        return matching(
            self.targets.get(policy_id, ()), queue_id=task.queue_id, category=task.category,
            priority=asked_as(task),
        )  # fmt: skip

    def target(self, target_id: UUID) -> Target:
        """The target of that id, of any version."""
        if not self._by_id:
            self._by_id.update(
                {one.pk: one for targets in self.targets.values() for one in targets}
            )
        return self._by_id[target_id]

    def rungs(self, ladder_id: UUID, kind: str) -> Rungs:
        """What a ladder does after one kind of clock."""
        found = self._rungs.get((ladder_id, kind))
        if found is None:
            steps = {
                one.position: one
                for one in self.steps.get(ladder_id, ())
                if one.clock in ("", kind)
            }
            timings = {position: step.timing() for position, step in steps.items()}
            asked = frozenset(step.receiver for step in steps.values())
            found = Rungs(steps, timings, max(steps, default=-1), asked)
            self._rungs[(ladder_id, kind)] = found
        return found

    def position_of(self, step_id: UUID) -> int:
        """Where a step stands in its ladder, of any version."""
        if not self._positions:
            self._positions.update(
                {one.pk: one.position for steps in self.steps.values() for one in steps}
            )
        return self._positions[step_id]

    def place_of(self, task: Task) -> Place:
        """The hours where the task is done."""
        return self.place_at(task.location_id)

    def place_at(self, location_id: UUID | None) -> Place:
        """The hours of a location."""
        return self.places.get(location_id) or self.places.get(None) or ALWAYS


def load(*, now: datetime) -> Book:
    """The policy of the practice in scope that is in force at an instant.

    Raises:
        NoPolicy: there is none.
    """
    policies = {one.pk: one for one in Policy.objects.exclude(status=Policy.Status.DRAFT)}
    policy = in_force(policies.values(), now=now)
    if policy is None:
        raise NoPolicy
    steps: dict[UUID, list[LadderStep]] = defaultdict(list)
    for step in LadderStep.objects.select_related("member").order_by("ladder", "position"):
        steps[step.ladder_id].append(step)
    targets: dict[UUID, list[Target]] = defaultdict(list)
    for target in sorted(Target.objects.all(), key=Target.weight, reverse=True):
        targets[target.policy_id].append(target)
    return Book(policy, targets, steps, places(), policies)


def in_force(policies: Iterable[Policy], *, now: datetime) -> Policy | None:
    """The newest that has taken effect: one published for tomorrow leaves today's in force."""
    begun = [one for one in policies if one.effective_at is not None and one.effective_at <= now]
    return max(begun, key=lambda one: (one.effective_at, one.version), default=None)


def places() -> dict[UUID | None, Place]:
    """The hours of every location; without a calendar of its own one keeps the practice's."""
    holidays: dict[UUID, list[Holiday]] = defaultdict(list)
    for holiday in Holiday.objects.all():
        holidays[holiday.calendar_id].append(holiday)
    calendars = Calendar.objects.select_related("location", "practice")
    return {one.location_id: one.place(holidays[one.pk]) for one in calendars}


def matching(
    targets: Sequence[Target], *, queue_id: UUID | None, category: str, priority: str
) -> list[Target]:
    """Those of the targets, in their order, that hold for such work."""
    return [
        one
        for one in targets
        if one.queue_id in (None, queue_id)
        and one.category in ("", category)
        and one.priority in ("", priority)
    ]


def asked_as(task: Task) -> str:
    """The priority that its target is looked up by: what is critical is counted as critical,
    however urgent a rule called it."""
    return Priority.STAT if task.danger == CRITICAL else task.priority


def covers(target: Target, queue: Queue) -> bool:
    """Whether a target holds for any work of a queue, whatever its kind and priority."""
    return target.queue_id in (None, queue.pk) and not target.category and not target.priority


@dataclass(frozen=True, slots=True)
class Won:
    """Which target holds, over which others, and why, in words."""

    winner: str
    beaten: tuple[str, ...]
    because: str


RANKS = (_("critical work"), _("the queue"), _("the kind of work"), _("the priority"))
"""What a target may be particular about; an earlier one decides before a later one."""


def why_wins(matching_targets: Sequence[Target]) -> Won:
    """Of targets that all match, the winner first."""
    first, *others = matching_targets
    because = gettext("Nothing else matches.")
    if others:
        pairs = list(zip(first.weight(), others[0].weight(), strict=True))
        rank = next(at for at, (mine, theirs) in enumerate(pairs) if mine != theirs)
        rest = next((at for at, (mine, theirs) in enumerate(pairs) if theirs > mine), None)
        because = _decided(rank, rest)
    return Won(_said(first), tuple(_said(one) for one in others), because)


def _decided(rank: int, rest: int | None) -> str:
    if rest is None:
        said = gettext("A target for {rank} comes before one that holds for any.")
        return said.format(rank=RANKS[rank])
    said = gettext("A target for {rank} comes before one for {other}.")
    return said.format(rank=RANKS[rank], other=RANKS[rest])


def _said(target: Target) -> str:
    return f"{scope_words(target)}: {target_words(target)}"
