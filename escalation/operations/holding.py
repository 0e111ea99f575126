"""A wait that ends before the task is due: nobody puts work off past its close-by."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from audit.actors import Actor
from escalation.models import Clock, ClockKind
from routing import operations as routing
from routing.models import Task
from routing.operations import OutcomeNeeded
from tenants import dates


@transaction.atomic
def hold_until(
    *, task_id: UUID, member: Membership, reason: str, recheck_date: date,
    version: int | None = None, actor: Actor, now: datetime,
) -> Task:  # fmt: skip
    """Wait, with a reason and a day to look again that is no later than the close-by.

    Raises:
        PermissionRefused: it is not theirs to close, so not theirs to put off.
        OutcomeNeeded: no reason, a day that is past, or one beyond the close-by.
        LostRace: somebody else was first.
    """
    task = Task.objects.lock([task_id]).first()
    last = last_recheck(task, now=now) if task is not None else None
    if last is not None and recheck_date > last:
        raise OutcomeNeeded(
            _(
                "It is to be closed by {day}. Look again on that day or before, or "
                "have it given more time first."
            ).format(day=dates.month_day(last))
        )
    return routing.hold(
        task_id=task_id, member=member, reason=reason, recheck_date=recheck_date, version=version,
        actor=actor, now=now,
    )  # fmt: skip


def last_recheck(task: Task, *, now: datetime) -> date | None:
    """The day of its close-by where the work is done, or today once that is past; None: no clock
    asks for it."""
    running = Clock.objects.filter(task=task, kind=ClockKind.CLOSE, ended_at__isnull=True)
    due: datetime | None = running.values_list("due_at", flat=True).first()
    if due is None:
        return None
    zone = ZoneInfo((task.location or task.practice).time_zone)
    return max(due, now).astimezone(zone).date()
