"""Charts of visits that open again by themselves, and lines that follow their tasks."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from charts import visits
from charts.models import ChartItem
from charts.operations import Change, Filed
from charts.values import ItemStatus
from routing.categories import Category
from routing.models import Reopening, Task, VisitChart, VisitLine
from routing.states import Move

BECAUSE = {Change.OPENED: Reopening.CAME, Change.REVISED: Reopening.CHANGED}
"""What is news to a closed chart."""

STATED_ANEW = frozenset({ItemStatus.AMENDED, ItemStatus.CORRECTED, ItemStatus.WITHDRAWN})

ENDS = (Move.COMPLETE, Move.FORCE_CLOSE, Move.CANCEL)


def reopen_for(filed: Sequence[Filed], *, actor: Actor, now: datetime) -> None:
    """A late result, an amended note: what is news opens the closed charts of its visits."""
    news = {one.item: BECAUSE[one.change] for one in filed if one.change in BECAUSE and _tells(one)}
    for chart, item in _closed_charts(list(news)):
        open_again(chart, news[item], item=item, actor=actor, now=now)


def _tells(one: Filed) -> bool:
    """Whether somebody who has seen the item must look again; a note may be amended by a word."""
    return one.news or one.item.status in STATED_ANEW


def _closed_charts(items: Sequence[ChartItem]) -> list[tuple[VisitChart, ChartItem]]:
    """The closed charts of the visits that these belong to, locked, each with one of them."""
    closed = VisitChart.objects.filter(
        closed_at__isnull=False, encounter__patient__in={item.patient_id for item in items}
    )
    if not closed.exists():
        return []
    of_visit = visits.visits_of(items)
    charts = closed.order_by("pk").select_for_update(of=("self",)).select_related("encounter")
    keyed = [((one.encounter.patient_id, one.encounter.number), one) for one in charts]
    return [(chart, of_visit[key]) for key, chart in keyed if key in of_visit]


def open_again(
    chart: VisitChart, because: Reopening, *, item: ChartItem | None = None, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """The chart of a visit is open again; who had closed it stands in the audit trail."""
    chart.closed_at = chart.closed_by = None
    chart.reopened_at, chart.reopened_because, chart.reopened_item = now, because, item
    chart.save(update_fields=["closed_at", "closed_by", "reopened_at", "reopened_because",
                              "reopened_item"])  # fmt: skip
    log.record("chart.reopened", entity=chart, patient_id=chart.encounter.patient_id,
               detail={"because": because.value, "item": str(item.pk) if item else ""},
               actor=actor, now=now)  # fmt: skip


def follow(
    task: Task, verb: Move, *, member: Membership | None, reason: str, actor: Actor, now: datetime
) -> None:
    """A line of a checklist goes with its task; a task opened again opens its closed chart."""
    if task.category == Category.VISIT_CHECKLIST and verb in ENDS:
        waived = reason[:120] if verb == Move.CANCEL else ""
        VisitLine.objects.filter(pk__in=[task.about_id]).update(
            done_at=now, done_by=member, waived=waived, ask_at=None
        )
    elif verb == Move.REOPEN:
        VisitLine.objects.filter(pk__in=[task.about_id]).update(
            done_at=None, done_by=None, waived=""
        )
        is_line = task.category == Category.VISIT_CHECKLIST
        because = Reopening.LINE if is_line else Reopening.TASK
        for chart in _charts_of(task):
            open_again(chart, because, item=task.item, actor=actor, now=now)


def _charts_of(task: Task) -> list[VisitChart]:
    """The closed charts of the visits that a task belongs to."""
    if task.about_id is None:
        return [chart for chart, _ in _closed_charts([task.item] if task.item else [])]
    about = Q(encounter=task.about_id) | Q(lines=task.about_id)
    closed = VisitChart.objects.filter(about, closed_at__isnull=False).distinct()
    asked = list(ChartItem.objects.filter(pk=task.about_id))
    return [*closed.select_related("encounter"), *(one for one, _ in _closed_charts(asked))]
