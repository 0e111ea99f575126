"""What people say of one line at one visit: it is done, or it is not after all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from routing.checklists import require_tick
from routing.models import ChecklistLine, VisitLine
from routing.operations.absences import End, close_absences
from routing.operations.beginning import ChartRefused, NoVisit, begin_chart, locked

TICKED = End(gettext_noop("ticked on the checklist"))


@transaction.atomic
def tick(
    *, encounter_id: UUID, line_id: UUID, member: Membership, actor: Actor, now: datetime
) -> VisitLine:
    """The line is done, says the member; its task ends.

    Raises:
        PermissionRefused: it is the work of another role.
        NoVisit: there is no such visit, or its checklist has no such line for a person.
        ChartRefused: the chart is closed.
    """
    one = _line(encounter_id, line_id, member, actor=actor, now=now)
    if one.done_at is None:
        close_absences({one.pk: TICKED}, actor=actor, now=now)
        one.done_at, one.done_by, one.ask_at = now, member, None
        _save(one, "chart.line-ticked", actor=actor, now=now)
    return one


@transaction.atomic
def untick(
    *, encounter_id: UUID, line_id: UUID, member: Membership, actor: Actor, now: datetime
) -> VisitLine:
    """The line is not done after all; it becomes a task at once, where the visit is over.

    Raises:
        PermissionRefused, NoVisit, ChartRefused: as for `tick`.
    """
    one = _line(encounter_id, line_id, member, actor=actor, now=now)
    if one.done_at is not None:
        over = one.chart.encounter.status == "finished"
        one.done_at = one.done_by = None
        one.waived, one.ask_at = "", now if over else None
        _save(one, "chart.line-unticked", actor=actor, now=now)
    return one


def _line(
    encounter_id: UUID, line_id: UUID, member: Membership, *, actor: Actor, now: datetime
) -> VisitLine:
    """The line at the visit, where the member may speak for it."""
    visit = locked(encounter_id)
    line = ChecklistLine.objects.filter(pk=line_id, answered_by="").first()
    if line is None:
        raise NoVisit(_("No such line."))
    require_tick(member.roles, line.role)
    chart = begin_chart(visit, actor=actor, now=now)
    if chart.is_closed:
        raise ChartRefused(
            _("This chart is closed. Open it again before you change its checklist.")
        )
    one: VisitLine | None = (
        VisitLine.objects.select_related("chart__encounter", "line")
        .filter(chart=chart, line=line)
        .first()
    )
    if one is None:
        raise NoVisit(_("No such line."))
    return one


def _save(one: VisitLine, action: str, *, actor: Actor, now: datetime) -> None:
    one.save(update_fields=["done_at", "done_by", "waived", "ask_at"])
    log.record(action, entity=one, patient_id=one.chart.encounter.patient_id, actor=actor, now=now)
