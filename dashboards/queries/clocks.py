"""The running clocks of the tasks on a page, in one statement."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from dashboards import due
from dashboards.due import Timer
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.listed import Listed
from dashboards.rows.due import Due, Dues
from escalation.models import Action, Clock, ClockKind, StepFired
from routing.models import Task
from tenants.compiled import Compiled

COLUMNS = (
    "task_id", "kind", "due_at", "paused_since",
    "target__acknowledge_amount", "target__acknowledge_measure",
    "target__close_amount", "target__close_measure", "rung",
)  # fmt: skip


def dues_of(desk: Desk, tasks: Iterable[Listed | Task]) -> dict[UUID, Dues]:
    """The clocks of these tasks in words; a task without any is not in it."""
    listed = {task.pk: task for task in tasks if task.is_open}
    if not listed:
        return {}
    kinds: dict[UUID, dict[str, Due]] = defaultdict(dict)
    rungs: dict[UUID, int] = defaultdict(int)
    for task_id, kind, due_at, paused, *aims, rung in RUNNING.rows(ids=tuple(listed)):
        amount, measure = aims[:2] if kind == ClockKind.ACKNOWLEDGE else aims[2:]
        zone = zone_of(listed[task_id].location, desk.member)
        timer = Timer(kind, due_at, due.aim_length(amount, measure), paused)
        kinds[task_id][kind] = due.spell(timer, zone=zone, now=desk.now)
        rungs[task_id] = max(rungs[task_id], rung or 0)
    return {
        task_id: Dues(found.get("acknowledge"), found.get("close"), rungs[task_id])
        for task_id, found in kinds.items()
    }


def _of(ids: tuple[UUID, ...]) -> Any:
    """By the index that lets a task have one running clock of a kind."""
    told = (
        StepFired.objects.filter(
            clock=OuterRef("pk"), lap=OuterRef("lap"), result=StepFired.Result.FIRED
        )
        .exclude(step__action=Action.REMIND)
        .order_by("-step__position")
        .values(number=F("step__position") + 1)[:1]
    )
    running = Clock.objects.filter(task__in=ids, ended_at__isnull=True)
    return running.annotate(rung=Subquery(told)).values_list(*COLUMNS)


RUNNING = Compiled(_of)
