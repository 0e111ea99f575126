"""Validate a policy and publish it: from then on it never changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership
from accounts.roles import Role
from audit import log
from audit.actors import Actor
from charts.values import Priority
from escalation.ladder import Measure
from escalation.models import Action, Ladder, LadderStep, Policy, Receiver, Target
from escalation.operations.waking import wake_open
from escalation.policies import covers
from routing.models import Queue


class CannotPublish(ValueError):
    """Under this policy work could wait unseen; the text says where and what to change."""


@transaction.atomic
def publish(
    *, policy_id: UUID, clinical_approver: str, effective_at: datetime, actor: Actor, now: datetime
) -> Policy:
    """Make a draft the policy in force from a moment on; the one before it retires.

    Raises:
        CannotPublish: no approver, a queue that no target covers, critical work in business hours
            or pausing, a ladder without a last step that reaches somebody.
    """
    policy = Policy.objects.lock([policy_id]).get()
    if policy.status != Policy.Status.DRAFT:
        raise CannotPublish("This version is published. Make a new one.")
    if not clinical_approver.strip():
        raise CannotPublish("Name the clinician who approved these targets.")
    validate(policy)
    Policy.objects.filter(status=Policy.Status.PUBLISHED).update(status=Policy.Status.RETIRED)
    policy.status, policy.clinical_approver = Policy.Status.PUBLISHED, clinical_approver
    policy.effective_at = effective_at
    policy.save(update_fields=["status", "clinical_approver", "effective_at"])
    log.record("policy.published", entity=policy, detail={"version": policy.version},
               actor=actor, now=now)  # fmt: skip
    wake_open(at=max(effective_at, now))
    return policy


def validate(policy: Policy) -> None:
    """Refuse a policy under which work could wait unseen.

    Raises:
        CannotPublish: with the queue, target or ladder and what to change.
    """
    targets = list(Target.objects.filter(policy=policy).select_related("queue", "ladder"))
    _every_queue_has_a_target(targets, Queue.objects.order_by("name"))
    for target in targets:
        _critical_never_waits(target)
    steps: dict[UUID, list[LadderStep]] = defaultdict(list)
    for step in LadderStep.objects.filter(ladder__policy=policy).order_by("position"):
        steps[step.ladder_id].append(step)
    people = list(Membership.objects.filter(is_active=True))
    for ladder in Ladder.objects.filter(policy=policy):
        _ends_with_a_person(ladder, steps[ladder.pk], people)


def _every_queue_has_a_target(targets: Sequence[Target], queues: Iterable[Queue]) -> None:
    for queue in queues:
        if not any(covers(one, queue) and one.close_amount is not None for one in targets):
            raise CannotPublish(f"Nothing says by when the work of {queue.name} is due.")


def _critical_never_waits(target: Target) -> None:
    if target.priority != Priority.STAT:
        return
    measures = {target.acknowledge_measure, target.close_measure}
    if measures != {Measure.CLOCK.value} or target.pauses:
        raise CannotPublish(
            "Critical work is counted day and night, has both targets, and does not pause on hold."
        )


def _ends_with_a_person(
    ladder: Ladder, steps: Sequence[LadderStep], people: Sequence[Membership]
) -> None:
    if not steps:
        raise CannotPublish(f"The ladder {ladder.name!r} has no step.")
    last = steps[-1]
    sends = last.action in (Action.TELL, Action.PAGE, Action.REMIND)
    if not sends or not _reaches(last, people):
        raise CannotPublish(
            f"The last step of the ladder {ladder.name!r} may reach nobody. "
            "Let it page or tell a person, or a role that somebody holds."
        )


def _reaches(step: LadderStep, people: Sequence[Membership]) -> bool:
    if step.receiver == Receiver.MEMBER:
        return any(one.pk == step.member_id for one in people)
    if step.receiver == Receiver.ROLE:
        return any(one.has(Role(step.role)) for one in people)
    return step.receiver == Receiver.LEADS and bool(people)
