"""More time for one clock, given by a person with a reason."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from charts.values import Priority, Severity
from escalation import policies
from escalation.models import Clock, Extension
from escalation.operations import clocks
from routing.models import Task

MOST = timedelta(days=14)
"""That can be given at once; what takes longer is put on hold with a day to look again."""


class CannotExtend(ValueError):
    """No more time for this clock; the text says why and what to do."""


@transaction.atomic
def extend(
    *, clock_id: UUID, member: Membership, minutes: int, reason: str, actor: Actor, now: datetime
) -> Clock:
    """Give a running clock more time, in its own measure, from its due instant or, where it is
    late, from now. Its ladder begins anew.

    Raises:
        PermissionRefused: the member gives nobody time.
        CannotExtend: critical work, a clock that has ended, no reason, no or too much time.
    """
    permissions.require(member.roles, Operation.EXTEND)
    _check(minutes, reason)
    clock = _locked(clock_id)
    if clock.task.priority == Priority.STAT or clock.task.severity == Severity.CRITICAL:
        raise CannotExtend(_("Critical work gets no more time. Take it, or give it to somebody."))
    Extension.objects.create(clock=clock, minutes=minutes, reason=reason.strip()[:250],
                             member=member, at=now)  # fmt: skip
    clock.lap += 1
    clock.save(update_fields=["lap"])
    clocks.adjust([clock.task_id], book=policies.load(now=now), actor=actor, now=now)
    log.record("clock.extended", entity=clock, patient_id=clock.task.patient_id,
               detail={"kind": clock.kind, "minutes": minutes}, actor=actor, now=now)  # fmt: skip
    return Clock.objects.get(pk=clock.pk)


def _check(minutes: int, reason: str) -> None:
    if not reason.strip():
        raise CannotExtend(_("Say why it needs more time."))
    if not 0 < minutes <= MOST // timedelta(minutes=1):
        raise CannotExtend(_("Give at least a minute and at most fourteen days."))


def _locked(clock_id: UUID) -> Clock:
    """Task first, then clock."""
    found = Clock.objects.filter(pk=clock_id).first()
    task = Task.objects.lock([found.task_id]).first() if found else None
    clock = Clock.objects.lock([clock_id]).first()
    if task is None or clock is None or clock.ended_at is not None:
        raise CannotExtend(_("That clock does not run any more."))
    clock.task = task
    return clock
