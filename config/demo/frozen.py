"""The days of a demo, frozen: as `metrics.freezing` does it, from one reading of all moves."""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from metrics import freezing
from metrics.history import Group
from metrics.models import DayFact
from metrics.reckoning import Moved
from routing.models import RoutingDecision, Task, TaskTransition
from routing.states import ENDED
from tenants import bulk

Location = UUID | None
Kind = tuple[str, str]
"""Category and severity."""


def freeze(practice_id: UUID, *, now: datetime) -> None:
    """Every day of the practice in scope that is over, at each location."""
    replay = Replay()
    for location_id, place in freezing.of_locations(practice_id).values():
        due = freezing.missing(location_id, place, now=now)
        bulk.insert(
            DayFact,
            [freezing.fact(location_id, place, one, source=replay, now=now) for one in due],
        )


@dataclass(slots=True)
class Stands:
    """What a task is at the instant that the replay has reached."""

    kind: Kind
    role: str = ""
    is_owned: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One move with where it led, or one decision on what the work is."""

    at: datetime
    task_id: UUID
    kind: Kind | None = None
    role: str = ""
    is_owned: bool = False
    is_open: bool = False


@dataclass(slots=True)
class Replay:
    """All moves of a practice; `open_at` goes forward through them, so each location asks in the
    order of instants."""

    _moves: dict[Location, list[Moved]] = field(default_factory=lambda: defaultdict(list))
    _ahead: dict[Location, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    _stands: dict[Location, dict[UUID, Stands]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        """Read them, once."""
        place: dict[UUID, Location] = {}
        for pk, at, *kind in Task.objects.values_list("pk", "location", "category", "severity"):
            place[pk] = at
            self._stands[at][pk] = Stands((kind[0], kind[1]))
        steps = [*self._moved(place), *_decided()]
        for step in sorted(steps, key=lambda one: one.at):
            self._ahead[place[step.task_id]].append(step)

    def moves(self, location_id: Location, since: datetime, until: datetime) -> list[Moved]:
        """Every move in a span, of the tasks of a location, in order."""
        theirs = self._moves[location_id]
        first, last = (bisect_left(theirs, at, key=lambda one: one.at) for at in (since, until))
        return theirs[first:last]

    def open_at(self, location_id: Location, at: datetime) -> list[Group]:
        """What was open at an instant, counted by what it was then."""
        ahead, stands = self._ahead[location_id], self._stands[location_id]
        while ahead and ahead[0].at < at:
            _take(ahead.popleft(), stands)
        counted = Counter(
            (*one.kind, one.role, one.is_owned) for one in stands.values() if one.is_open
        )
        return sorted((*group, many) for group, many in counted.items())

    def _moved(self, place: dict[UUID, Location]) -> list[Step]:
        steps = []
        rows = TaskTransition.objects.order_by("at", "version").values_list(
            "task_id", "move", "before", "after", "at", "member_id", "queue__role", "owner_id"
        )
        for task_id, move, before, after, at, member_id, role, owner_id in rows:
            one = Moved(task_id, move, before, after, at, member_id)
            self._moves[place[one.task_id]].append(one)
            steps.append(Step(one.at, one.task_id, role=role, is_owned=owner_id is not None,
                              is_open=one.after not in ENDED))  # fmt: skip
        return steps


def _decided() -> list[Step]:
    rows = RoutingDecision.objects.values_list("at", "task_id", "facts").order_by("at")
    return [
        Step(at, task_id, kind=(facts["category"], facts["severity"]))
        for at, task_id, facts in rows
    ]


def _take(step: Step, stands: dict[UUID, Stands]) -> None:
    task = stands[step.task_id]
    if step.kind is not None:
        task.kind = step.kind
    else:
        task.role, task.is_owned, task.is_open = step.role, step.is_owned, step.is_open
