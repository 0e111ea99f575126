"""Somebody leaves for good: not before their work, their turns and their queues are others'."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import operations as accounts
from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from escalation import policies
from escalation.models import (
    Absence,
    Clock,
    LadderStep,
    Override,
    Policy,
    Receiver,
    Shift,
    Swap,
)
from escalation.operations import planning
from routing.models import Queue, Task
from tenants.querysets import PracticeQuerySet


class StillHolds(Exception):
    """They still have something that nobody else would do; the text says what."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What somebody who leaves still has, each a number; nothing of it may be left."""

    tasks: int
    turns: int
    """Rotations that they take turns in."""
    stands_in: int
    """Overrides ahead in which they are on call."""
    covers: int
    """Absences of colleagues, running or ahead, that they cover."""
    queues: int
    """Queues that they answer for."""
    rungs: int
    """Rungs that name them, of the version that holds or that running clocks began with."""

    @property
    def anything(self) -> bool:
        return any((self.tasks, self.turns, self.stands_in, self.covers, self.queues, self.rungs))


def holds(member_id: UUID, *, now: datetime) -> Holds:
    """What a member has at an instant."""
    rotas = Shift.objects.filter(member=member_id, rotation__retired_at__isnull=True)
    ahead = Override.objects.filter(member=member_id, ends_at__gt=now)
    return Holds(
        tasks=Task.objects.open().filter(owner=member_id).count(),
        turns=rotas.count(),
        stands_in=ahead.filter(rotation__retired_at__isnull=True).count(),
        covers=Absence.objects.filter(cover=member_id).exclude(ends_at__lte=now).count(),
        queues=Queue.objects.filter(supervisor=member_id).count(),
        rungs=_rungs(member_id, now=now).count(),
    )


def _rungs(member_id: UUID, *, now: datetime) -> PracticeQuerySet[LadderStep]:
    published = Policy.objects.exclude(status=Policy.Status.DRAFT)
    holding = policies.in_force(published, now=now)
    running = Clock.objects.filter(ended_at__isnull=True).values("policy")
    counts = Q(ladder__policy__status=Policy.Status.PUBLISHED) | Q(ladder__policy__in=running)
    if holding is not None:
        counts |= Q(ladder__policy=holding)
    named: PracticeQuerySet[LadderStep] = LadderStep.objects.filter(
        counts, receiver=Receiver.MEMBER, member=member_id
    )
    return named


@transaction.atomic
def finish_leaving(*, member_id: UUID, by: Membership, actor: Actor, now: datetime) -> None:
    """End their membership, once nothing is left with them.

    Raises:
        PermissionRefused: they manage no people.
        DutyRefused: the person no longer works here.
        StillHolds: something is left; nothing was changed.
    """
    permissions.require(by.roles, Operation.MANAGE_PEOPLE)
    member = planning.check_active(member_id, planning.locked())
    left = holds(member_id, now=now)
    if left.anything:
        raise StillHolds(
            _("{name} cannot leave yet: the list says what is still theirs.").format(
                name=member.name
            )
        )
    Swap.objects.filter(asker=member, state=Swap.State.ASKED).update(
        state=Swap.State.WITHDRAWN, answered_at=now
    )
    accounts.deactivate(membership=member, actor=actor, now=now)
    log.record("leaving.finished", entity=member, actor=actor, now=now)


@transaction.atomic
def pass_on_queues(
    *, member_id: UUID, to_id: UUID, by: Membership, actor: Actor, now: datetime
) -> int:
    """Somebody else answers for the queues that a member answered for; returns how many.

    Raises:
        PermissionRefused: they manage no people.
        DutyRefused: whoever is to answer no longer works here, or is the one who leaves.
    """
    permissions.require(by.roles, Operation.MANAGE_PEOPLE)
    to = planning.check_active(to_id, planning.locked(), field="to")
    if to_id == member_id:
        raise planning.DutyRefused(_("Choose somebody who stays."), field="to")
    queues = list(Queue.objects.filter(supervisor=member_id).order_by("pk").select_for_update())
    for queue in queues:
        queue.supervisor = to
        queue.save(update_fields=["supervisor"])
        log.record("queue.supervisor-changed", entity=queue, detail={"to": str(to.pk)},
                   actor=actor, now=now)  # fmt: skip
    return len(queues)
