"""What stands in the way of publishing a policy: under it work could wait unseen."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.roles import Role
from charts.values import Priority
from escalation import looping, policies, staffing
from escalation.ladder import Measure
from escalation.models import (
    Action,
    ClockKind,
    Ladder,
    LadderStep,
    Policy,
    Receiver,
    Target,
)
from escalation.phrases import POINTS, scope_words
from escalation.policies import covers, places
from escalation.reaching import aims_of, never_due
from routing.categories import Category
from routing.models import Queue


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason not to publish, and what it is about."""

    sentence: str
    target_id: UUID | None = None
    ladder_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is read of a policy to judge it."""

    targets: Sequence[Target]
    """The most particular first."""
    ladders: Sequence[Ladder]
    queues: Sequence[Queue]
    people: Sequence[Membership]
    steps: dict[UUID, list[LadderStep]] = field(default_factory=dict)


def faults_of(policy: Policy, *, begins: bool = False, now: datetime) -> list[Fault]:
    """Every reason not to publish it."""
    draft = _read(policy)
    found = [
        *_queues_without_a_target(draft),
        *_critical_that_waits(draft),
        *_clocks_without_a_rung(draft),
        *_never_due(draft),
        *_ladders_that_end_nowhere(draft),
        *(Fault(said, ladder_id=pk) for pk, said in looping.rounds(draft.ladders, draft.steps)),
        *(Fault(said) for said in looping.circles(draft.targets, draft.steps, draft.queues)),
    ]
    if not begins:
        found += [
            Fault(said, ladder_id=pk) for pk, said in staffing.ambiguous(draft.ladders, draft.steps)
        ]
        found += [
            Fault(said, ladder_id=pk)
            for pk, said in staffing.unstaffed(
                draft.targets, draft.ladders, draft.steps, draft.queues, now=now
            )
        ]
    return list(dict.fromkeys(found))


def _read(policy: Policy) -> Draft:
    steps: dict[UUID, list[LadderStep]] = defaultdict(list)
    rows = LadderStep.objects.filter(ladder__policy=policy).order_by("position")
    for step in rows.select_related("member", "rotation", "queue"):
        steps[step.ladder_id].append(step)
    targets = Target.objects.filter(policy=policy).select_related("queue", "ladder")
    return Draft(
        targets=sorted(targets, key=Target.weight, reverse=True),
        ladders=list(Ladder.objects.filter(policy=policy).order_by("name")),
        queues=list(Queue.objects.select_related("location").order_by("name")),
        people=list(Membership.objects.filter(is_active=True)),
        steps=steps,
    )


def _queues_without_a_target(draft: Draft) -> Iterator[Fault]:
    for queue in draft.queues:
        if not any(covers(one, queue) and one.close_amount is not None for one in draft.targets):
            yield Fault(
                _(
                    "Nothing says by when the work of {queue} is due. Add a target for that queue, "
                    "or for all other work."
                ).format(queue=queue.name)
            )


def _critical_that_waits(draft: Draft) -> Iterator[Fault]:
    """Whatever target wins for critical work of any kind in any queue, it counts at night too."""
    seen: set[UUID] = set()
    kinds = ["", *(category.value for category in Category)]
    for queue in draft.queues:
        for category in kinds:
            winner = next(iter(policies.matching(
                draft.targets, queue_id=queue.pk, category=category, priority=Priority.STAT
            )), None)  # fmt: skip
            if winner is None or winner.pk in seen:
                continue
            seen.add(winner.pk)
            yield from _waits(winner, queue, draft.steps.get(winner.ladder_id, []))


def _waits(winner: Target, queue: Queue, steps: Sequence[LadderStep]) -> Iterator[Fault]:
    measures = {winner.acknowledge_measure, winner.close_measure}
    if measures != {Measure.CLOCK.value} or winner.pauses:
        whose = "" if winner.priority == Priority.STAT else (
            _("No target is for critical work in {queue}: “{work}” would hold. ").format(
                queue=queue.name, work=scope_words(winner)
            )
        )  # fmt: skip
        yield Fault(
            whose + _(
                "Critical work is counted day and night, has both targets, and does not pause on "
                "hold."
            ),
            target_id=winner.pk,
        )  # fmt: skip
        return
    for kind in ClockKind if steps else ():
        if said := _hushed([one for one in steps if one.clock in ("", kind)]):
            yield Fault(
                _("“{ladder}”, after {point}: {said} Critical work climbs that ladder.").format(
                    ladder=winner.ladder.name, point=POINTS[kind], said=said
                ),
                ladder_id=winner.ladder_id,
            )  # fmt: skip


def _hushed(rungs: Sequence[LadderStep]) -> str:
    """Why these rungs of one clock could leave critical work unheard; empty: they could not."""
    if not rungs:
        return _("no rung follows. Add one that pages.")
    last = rungs[-1]
    if not any(one.action == Action.PAGE for one in rungs):
        return _("no rung pages. Let one page somebody who can judge it.")
    if not last.day_and_night:
        return _("the last rung waits for the opening. Let it ring day and night.")
    if last.action != Action.PAGE or not last.until_done:
        return _("the last rung does not page until somebody does it. Let it page without end.")
    return ""


def _clocks_without_a_rung(draft: Draft) -> Iterator[Fault]:
    """Both clocks of a target climb its ladder; a rung may follow one of them alone."""
    seen: set[tuple[UUID, str]] = set()
    for target in draft.targets:
        steps = draft.steps.get(target.ladder_id, [])
        for kind in ClockKind:
            key = (target.ladder_id, kind.value)
            if target.aim(kind) is None or not steps or key in seen:
                continue
            seen.add(key)
            if not any(one.clock in ("", kind) for one in steps):
                yield Fault(
                    _(
                        "No rung of “{ladder}” follows {point}, and “{work}” asks for it: nobody "
                        "would hear that it is late."
                    ).format(
                        ladder=target.ladder.name, point=POINTS[kind], work=scope_words(target)
                    ),
                    ladder_id=target.ladder_id,
                )  # fmt: skip


def _never_due(draft: Draft) -> Iterator[Fault]:
    known = places().values()
    for target in draft.targets:
        said = [never_due(aims_of([target], ()), place) for place in known]
        named = scope_words(target)
        yield from (Fault(f"“{named}”: {one}", target_id=target.pk) for one in said if one)
    for ladder in draft.ladders:
        said = [never_due(aims_of((), draft.steps.get(ladder.pk, ())), place) for place in known]
        yield from (Fault(f"“{ladder.name}”: {one}", ladder_id=ladder.pk) for one in said if one)


def _ladders_that_end_nowhere(draft: Draft) -> Iterator[Fault]:
    for ladder in draft.ladders:
        steps = draft.steps.get(ladder.pk, [])
        if not steps:
            yield Fault(
                _("The ladder “{ladder}” has no rung.").format(ladder=ladder.name),
                ladder_id=ladder.pk,
            )
        elif not (steps[-1].action in SENDS and _reaches(steps[-1], draft.people)):
            yield Fault(
                _(
                    "The last rung of “{ladder}” may reach nobody. Let it page or tell a person, "
                    "a role that somebody holds, or those who lead."
                ).format(ladder=ladder.name),
                ladder_id=ladder.pk,
            )  # fmt: skip


SENDS = frozenset({Action.TELL, Action.PAGE, Action.REMIND})


def _reaches(step: LadderStep, people: Sequence[Membership]) -> bool:
    if step.receiver == Receiver.MEMBER:
        return any(one.pk == step.member_id for one in people)
    if step.receiver == Receiver.ROLE:
        return any(one.has(Role(step.role)) for one in people)
    return step.receiver == Receiver.LEADS and bool(people)
