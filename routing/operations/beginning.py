"""The chart of a visit takes up its checklist, when the visit ends or somebody begins with it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from charts import encounters
from charts.models import Encounter
from charts.values import VisitType
from routing import visit_charts
from routing.models import Checklist, ChecklistLine, VisitChart, VisitLine
from routing.operations.absences import End, close_absences

OTHER_TYPE = End(gettext_noop("the visit is of another type"), came=False)


class NoVisit(Exception):
    """No visit of this practice has that id, or its checklist no such line."""


class ChartRefused(Exception):
    """The chart cannot take this step now; the text says why."""


def locked(encounter_id: UUID) -> Encounter:
    """The visit, locked.

    Raises:
        NoVisit: the practice has none of that id.
    """
    visit: Encounter | None = Encounter.objects.lock([encounter_id]).first()
    if visit is None:
        raise NoVisit(_("No such visit."))
    return visit


@transaction.atomic
def begin_chart(visit: Encounter, *, actor: Actor, now: datetime) -> VisitChart:
    """The chart of the visit, which the caller holds locked; begun by the checklist of today where
    there was none.

    Raises:
        ChartRefused: the visit does not take place, or its type has no checklist.
    """
    chart = VisitChart.objects.select_related("checklist").filter(encounter=visit).first()
    if chart is not None:
        return chart
    checklist = visit_charts.current(visit.visit_type)
    if checklist is None or visit.status not in visit_charts.SEEN:
        raise ChartRefused(_("This visit has no checklist: it has not begun, or was cancelled."))
    chart = VisitChart.objects.create(encounter=visit, checklist=checklist, begun_at=now)
    lines = ChecklistLine.objects.filter(checklist=checklist, answered_by="")
    VisitLine.objects.bulk_create(VisitLine(chart=chart, line=line) for line in lines)
    log.record("chart.begun", entity=chart, patient_id=visit.patient_id,
               detail={"checklist": str(checklist.pk)}, actor=actor, now=now)  # fmt: skip
    return chart


@transaction.atomic
def await_lines(chart: VisitChart, *, since: datetime, actor: Actor, now: datetime) -> None:
    """The visit is over: each line that is not done becomes a task after its hours."""
    undone = VisitLine.objects.filter(chart=chart, done_at__isnull=True).select_related("line")
    for one in undone:
        one.ask_at = since + timedelta(hours=one.line.hours)
    VisitLine.objects.bulk_update(undone, ["ask_at"])
    log.record("chart.awaited", entity=chart, detail={"lines": len(undone)}, actor=actor, now=now)


@transaction.atomic
def retype_visit(
    *, encounter_id: UUID, visit_type: VisitType, member: Membership, actor: Actor, now: datetime
) -> Encounter:
    """The visit is of another type, says the member: it gets the checklist of that one.

    Raises:
        PermissionRefused: the member closes no charts.
        NoVisit: there is no such visit.
        ChartRefused: lines are ticked already, or the chart is closed.
    """
    permissions.require(member.roles, Operation.CLOSE_CHART)
    visit = locked(encounter_id)
    chart = VisitChart.objects.filter(encounter=visit).first()
    if chart is not None and chart.checklist.visit_type != visit_type:
        _take_another(chart, visit_charts.current(visit_type), actor=actor, now=now)
    encounters.settle_visit_type(visit, visit_type, actor=actor, now=now)
    return visit


def _take_another(
    chart: VisitChart, checklist: Checklist | None, *, actor: Actor, now: datetime
) -> None:
    lines = list(VisitLine.objects.filter(chart=chart))
    if chart.is_closed or any(line.done_at for line in lines):
        raise ChartRefused(
            _(
                "Lines of this checklist are ticked. Untick them before you change the type of "
                "visit."
            )
        )
    if checklist is None:
        raise ChartRefused(_("There is no checklist for that type of visit yet."))
    over = chart.encounter.status == "finished"
    close_absences({line.pk: OTHER_TYPE for line in lines}, actor=actor, now=now)
    VisitLine.objects.filter(chart=chart).delete()
    chart.checklist = checklist
    chart.save(update_fields=["checklist"])
    wanted = ChecklistLine.objects.filter(checklist=checklist, answered_by="")
    VisitLine.objects.bulk_create(VisitLine(chart=chart, line=line) for line in wanted)
    if over:
        await_lines(chart, since=now, actor=actor, now=now)
