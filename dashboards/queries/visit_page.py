"""The chart of one visit: why it is open, its checklist line by line, whether it may be closed."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.permissions import Operation, may
from accounts.roles import Role
from charts.models import Encounter
from charts.values import VisitType
from charts.visits import items_of
from dashboards import words
from dashboards.because import Cause, sentence
from dashboards.queries import visits
from dashboards.queries.chart import banner, closed_lately, flags
from dashboards.queries.desk import Desk
from dashboards.queries.open_things import Found, found, grouped
from dashboards.rows.chart import ChecklistRow, VisitPage
from dashboards.rows.task import Choice, Fact
from routing import visit_charts
from routing.categories import Category
from routing.checklists import HOLDS_UP, may_tick
from routing.models import ChartAnswer, Reopening, Task, VisitChart, VisitLine
from routing.visit_charts import ChartState, LineState

REOPENED: dict[Reopening, Promise] = {
    Reopening.CAME: _l("Open again since %(when)s: %(what)s came."),
    Reopening.CHANGED: _l("Open again since %(when)s: %(what)s changed."),
    Reopening.TASK: _l("Open again since %(when)s: a task was opened again."),
    Reopening.LINE: _l("Open again since %(when)s: a line of its checklist was opened again."),
    Reopening.PERSON: _l("Open again since %(when)s."),
}

ANSWERS: dict[ChartAnswer, tuple[Promise, Promise]] = {
    ChartAnswer.NOTE_SIGNED: (_l("The note is signed"), _l("No signed note has come")),
    ChartAnswer.ORDERS_SIGNED: (
        _l("No order waits for a signature"), _l("An order waits for a signature"),
    ),
    ChartAnswer.RESULTS_REVIEWED: (
        _l("No result waits"), _l("A result is open or still to come"),
    ),
    ChartAnswer.REFERRALS_SENT: (
        _l("No referral waits to be arranged"), _l("A referral is still to be arranged"),
    ),
}  # fmt: skip
"""What the chart says of itself: yes, and no."""


def find(encounter_id: UUID) -> Encounter | None:
    """The visit of that id, of this practice, with its patient."""
    return Encounter.objects.select_related("patient").filter(pk=encounter_id).first()


def page(visit: Encounter, desk: Desk) -> VisitPage:
    """Everything the chart of a visit shows."""
    state = visit_charts.state_of(visit)
    tasks = visit_charts.tasks_of(visit)
    work = tasks.exclude(category=Category.VISIT_CHECKLIST)
    things = found(desk, work, items_of(visit))
    rows = _rows(visit, state, desk)
    chart = state.chart
    return VisitPage(
        id=str(visit.pk),
        patient=banner(visit.patient, desk),
        patient_url=reverse("dashboards:patient", args=[visit.patient_id]),
        flags=flags(visit.patient),
        title=visits.title(visit, desk),
        facts=_facts(visit),
        sentence=sentence([*(one.cause for one in things), *_unexplained(state, things)]),
        is_clear=state.may_close,
        groups=grouped(things),
        checklist=rows,
        version=_version(state),
        done=_("%(done)d of %(all)d done")
        % {"done": sum(row.is_done for row in rows), "all": len(rows)},
        closed=visits.closed_words(chart, desk) if chart else "",
        reopened=_reopened(chart, desk),
        may_close=state.may_close and visit.status in visit_charts.SEEN,
        why_not=may(desk.member.roles, Operation.CLOSE_CHART).reason,
        types=_types(state, visit),
        visit_type=visit.visit_type,
        ended=closed_lately(tasks, desk),
        printed=words.exactly(desk.now, desk.zone),
    )


def _unexplained(state: ChartState, things: Iterable[Found]) -> list[Cause]:
    """The lines that are not done and of which no open thing tells."""
    told = {one.category for one in things}
    causes = []
    for line in state.undone:
        if not line.answered_by:
            causes.append(Cause("undone-line"))
        elif line.answered_by == ChartAnswer.NOTE_SIGNED:
            explained = told & HOLDS_UP[ChartAnswer.NOTE_SIGNED]
            causes += [] if explained else [Cause("unsigned-visit")]
    return causes


def _facts(visit: Encounter) -> tuple[Fact, ...]:
    said = {
        _("With"): visits.clinician(visit),
        _("Status"): str(visits.STATUSES[visit.status]),
        _("Visit number"): visit.number,
    }
    return tuple(Fact(label, value) for label, value in said.items() if value)


def _rows(visit: Encounter, state: ChartState, desk: Desk) -> tuple[ChecklistRow, ...]:
    ids = [one.visit_line.pk for one in state.lines if one.visit_line]
    tasks = Task.objects.open().filter(category=Category.VISIT_CHECKLIST, about_id__in=ids)
    asked = {task.about_id: task for task in tasks.select_related("owner", "queue")}
    closed = state.chart is not None and state.chart.is_closed
    can_tick = visit.status in visit_charts.SEEN and not closed
    return tuple(
        _row(visit, one, asked.get(one.visit_line.pk) if one.visit_line else None, desk,
             can_tick=can_tick)
        for one in state.lines
    )  # fmt: skip


def _row(
    visit: Encounter, one: LineState, task: Task | None, desk: Desk, *, can_tick: bool
) -> ChecklistRow:
    line = one.line
    row_id, title = str(line.pk), line.title
    if line.answered_by:
        yes, no = ANSWERS[ChartAnswer(line.answered_by)]
        said = str(yes if one.is_done else no)
        return ChecklistRow(id=row_id, title=title, is_done=one.is_done, how=said)
    code = "untick" if one.is_done else "tick"
    return ChecklistRow(
        id=row_id,
        title=title,
        is_done=one.is_done,
        how=_done_words(one.visit_line, desk) if one.visit_line and one.is_done
        else _asked_words(task, line.role, desk),
        url=reverse("dashboards:visit_line", args=[visit.pk, line.pk, code]) if can_tick else "",
        why_not=may_tick(desk.member.roles, line.role).reason,
        task_url=reverse("dashboards:task", args=[task.pk]) if task else "",
    )  # fmt: skip


def _done_words(said: VisitLine, desk: Desk) -> str:
    assert said.done_at is not None
    mine = said.done_by_id == desk.member.pk
    who = _("you") if mine else said.done_by.name if said.done_by else _("the EHR")
    when = words.at_words(said.done_at, zone=desk.zone, now=desk.now)
    if said.waived:
        text = _("Not needed, said %(who)s, %(when)s: %(reason)s")
        return text % {"who": who, "when": when, "reason": said.waived}
    return _("%(when)s by %(who)s") % {"when": when, "who": who}


def _asked_words(task: Task | None, role: str, desk: Desk) -> str:
    if task is None:
        return _("For: %(role)s") % {"role": Role(role).label}
    if task.owner is None:
        return _("Asked of the %(queue)s pool") % {"queue": task.queue.name}
    mine = task.owner_id == desk.member.pk
    return _("Asked of %(who)s") % {"who": _("you") if mine else task.owner.name}


def _version(state: ChartState) -> str:
    if state.checklist is None:
        return ""
    kind = visits.TYPES[VisitType(state.checklist.visit_type)]
    return _("%(visit)s, version %(number)d") % {"visit": kind, "number": state.checklist.version}


def _reopened(chart: VisitChart | None, desk: Desk) -> str:
    if chart is None or chart.is_closed or chart.reopened_at is None:
        return ""
    item = chart.reopened_item
    when = words.at_words(chart.reopened_at, zone=desk.zone, now=desk.now)
    text = str(REOPENED[Reopening(chart.reopened_because)])
    return text % {"when": when, "what": (item.title if item else "") or _("something")}


def _types(state: ChartState, visit: Encounter) -> tuple[Choice, ...]:
    """Until somebody has ticked a line, or closed the chart."""
    touched = any(one.visit_line and one.is_done for one in state.lines)
    if touched or (state.chart and state.chart.is_closed) or visit.status == "cancelled":
        return ()
    return tuple(Choice(value=kind.value, label=str(said)) for kind, said in visits.TYPES.items())
