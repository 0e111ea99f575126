"""Ladders that go round: whoever had the task gets it again, and nobody further up ever does."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from escalation import policies
from escalation.models import Action, Ladder, LadderStep, Target
from escalation.phrases import whom_words
from routing.models import Queue

Steps = Mapping[UUID, Sequence[LadderStep]]


def rounds(ladders: Sequence[Ladder], steps: Steps) -> Iterator[tuple[UUID, str]]:
    """Ladders of which a later rung gives the task back to who had it by an earlier one."""
    for ladder in ladders:
        given: list[tuple[int, LadderStep]] = []
        for number, step in enumerate(steps.get(ladder.pk, ()), start=1):
            if step.action != Action.REASSIGN:
                continue
            first = next((held for held, one in given if _to(one) == _to(step)), None)
            if first is not None and _to(given[-1][1]) != _to(step):
                said = _(
                    "The ladder “{ladder}” goes round: rung {number} gives the task back to "
                    "{whom}, who had it by rung {first}. Give it to somebody else."
                ).format(ladder=ladder.name, number=number, whom=whom_words(step), first=first)
                yield ladder.pk, said
                break
            given.append((number, step))


def _to(step: LadderStep) -> tuple[object, ...]:
    return (step.receiver, step.member_id, step.role, step.rotation_id, step.queue_id)


def circles(targets: Sequence[Target], steps: Steps, queues: Sequence[Queue]) -> Iterator[str]:
    """Queues that hand late work on to each other and back, for some kind of work."""
    names = {queue.pk: queue.name for queue in queues}
    seen: set[frozenset[UUID]] = set()
    for category, priority in sorted({(a.category, b.priority) for a in targets for b in targets}):
        onward = {
            queue.pk: _onward(targets, steps, queue.pk, category, priority) for queue in queues
        }
        for start in names:
            path = _circle(start, onward)
            if path and frozenset(path) not in seen:
                seen.add(frozenset(path))
                way = _(" to ").join(names[pk] for pk in (*path, path[0]))
                yield _(
                    "Late work would go round for ever: {way}. Let one of them keep it."
                ).format(way=way)


def _onward(
    targets: Sequence[Target], steps: Steps, queue_id: UUID, category: str, priority: str
) -> set[UUID]:
    """The queues to which the winning target's ladder gives late work of this queue."""
    winner = next(iter(policies.matching(
        targets, queue_id=queue_id, category=category, priority=priority
    )), None)  # fmt: skip
    if winner is None:
        return set()
    return {
        one.queue_id
        for one in steps.get(winner.ladder_id, ())
        if one.action == Action.REASSIGN and one.queue_id not in (None, queue_id)
    }


def _circle(start: UUID, onward: Mapping[UUID, set[UUID]]) -> list[UUID]:
    """A way from a queue back to itself, or nothing."""
    ways: list[list[UUID]] = [[start]]
    passed: set[UUID] = set()
    while ways:
        path = ways.pop()
        for following in sorted(onward.get(path[-1], ())):
            if following == start:
                return path
            if following not in passed:
                passed.add(following)
                ways.append([*path, following])
    return []
