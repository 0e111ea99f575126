"""How far the chart of a visit is: which lines of its checklist are done, what else is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from charts import expecting, visits
from charts.models import ChartItem, Encounter
from charts.values import ItemKind
from routing.categories import Category
from routing.checklists import HOLDS_UP
from routing.models import ChartAnswer, Checklist, ChecklistLine, Task, VisitChart, VisitLine
from routing.models.task import TaskQuerySet

SEEN = frozenset({"in-progress", "finished"})
"""Statuses of a visit that takes, or took, place."""


@dataclass(frozen=True, slots=True)
class LineState:
    """One line at one visit; `visit_line`: what a person said of it, where it is a person's."""

    line: ChecklistLine
    is_done: bool
    visit_line: VisitLine | None = None


@dataclass(frozen=True, slots=True)
class ChartState:
    """All that keeps the chart of a visit open, or nothing."""

    chart: VisitChart | None
    checklist: Checklist | None
    lines: tuple[LineState, ...]
    tasks: tuple[Task, ...]
    """Open ones about what the visit asked for; those of the checklist's own lines apart."""
    waiting: dict[ChartItem, datetime]
    """Orders and referrals that somebody outside has yet to answer, and when they are asked."""

    @property
    def undone(self) -> tuple[ChecklistLine, ...]:
        return tuple(one.line for one in self.lines if not one.is_done)

    @property
    def may_close(self) -> bool:
        """Whether nothing is open any more."""
        return not (self.undone or self.tasks or self.waiting)


def current(visit_type: str) -> Checklist | None:
    """The checklist for visits of this type that end now."""
    return Checklist.objects.filter(visit_type=visit_type).order_by("-version").first()


def tasks_of(visit: Encounter) -> TaskQuerySet:
    """The tasks about a visit, about what it asked for, and about the lines of its checklist."""
    items = visits.items_of(visit).values("pk")
    lines = VisitLine.objects.filter(chart__encounter=visit).values("pk")
    about = Q(about_id=visit.pk) | Q(about_id__in=items) | Q(about_id__in=lines)
    found: TaskQuerySet = Task.objects.filter(about | Q(item__in=items), patient=visit.patient_id)
    return found


def state_of(visit: Encounter) -> ChartState:
    """As it is now, by the checklist that the visit has, else the one it would get."""
    held = VisitChart.objects.select_related("checklist", "closed_by", "reopened_item")
    chart = held.filter(encounter=visit).first()
    checklist = chart.checklist if chart else current(visit.visit_type)
    others = tasks_of(visit).open().exclude(category=Category.VISIT_CHECKLIST)
    tasks = tuple(others.most_dangerous_first())
    waiting = expecting.awaited(visits.items_of(visit))
    return ChartState(
        chart=chart, checklist=checklist, tasks=tasks, waiting=waiting,
        lines=tuple(_lines(visit, chart, checklist, tasks, waiting)),
    )  # fmt: skip


def _lines(
    visit: Encounter, chart: VisitChart | None, checklist: Checklist | None,
    tasks: Collection[Task], waiting: Collection[ChartItem],
) -> list[LineState]:  # fmt: skip
    if checklist is None:
        return []
    told = VisitLine.objects.filter(chart=chart).select_related("done_by") if chart else ()
    said = {one.line_id: one for one in told}
    open_kinds = {Category(task.category) for task in tasks}
    unanswered = {answer for answer, kinds in HOLDS_UP.items() if kinds & open_kinds}
    if not visits.has_signed_note(visit):
        unanswered.add(ChartAnswer.NOTE_SIGNED)
    if any(item.kind == ItemKind.ORDER for item in waiting):
        unanswered.add(ChartAnswer.RESULTS_REVIEWED)
    return [
        _line(line, said.get(line.pk), unanswered)
        for line in ChecklistLine.objects.filter(checklist=checklist).order_by("position")
    ]


def _line(
    line: ChecklistLine, said: VisitLine | None, unanswered: Collection[ChartAnswer]
) -> LineState:
    if line.answered_by:
        return LineState(line, is_done=line.answered_by not in unanswered)
    return LineState(line, is_done=said is not None and said.done_at is not None, visit_line=said)
