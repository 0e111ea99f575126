"""Closing the chart of a visit, and opening it again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation
from audit import log
from audit.actors import Actor
from charts import visits
from charts.models import Patient
from routing import visit_charts
from routing.models import Reopening, VisitChart
from routing.operations.beginning import ChartRefused, begin_chart, locked
from routing.operations.following import open_again
from routing.visit_charts import ChartState


class ChartStillOpen(ChartRefused):
    """Something is still open; `state` says what."""

    def __init__(self, state: ChartState) -> None:
        super().__init__(_("Something in this chart is still open."))
        self.state = state


@transaction.atomic
def close_chart(
    *, encounter_id: UUID, member: Membership, actor: Actor, now: datetime
) -> VisitChart:
    """Close the chart of a visit, where nothing in it is open any more.

    Raises:
        PermissionRefused: the member closes no charts.
        NoVisit: there is no such visit.
        ChartStillOpen: a line, a task or an order is open; the error says which.
        ChartRefused: the visit does not take place.
    """
    permissions.require(member.roles, Operation.CLOSE_CHART)
    visit = locked(encounter_id)
    chart = begin_chart(visit, actor=actor, now=now)
    if chart.is_closed:
        return chart
    # Whoever files holds the items that change and, by a new one, the patient: wait for them.
    list(visits.items_of(visit).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    list(Patient.objects.lock([visit.patient_id]))
    state = visit_charts.state_of(visit)
    if not state.may_close:
        raise ChartStillOpen(state)
    chart.closed_at, chart.closed_by = now, member
    chart.save(update_fields=["closed_at", "closed_by"])
    log.record("chart.closed", entity=chart, patient_id=visit.patient_id, actor=actor, now=now)
    return chart


@transaction.atomic
def reopen_chart(
    *, encounter_id: UUID, member: Membership, actor: Actor, now: datetime
) -> VisitChart:
    """Open a closed chart again.

    Raises:
        PermissionRefused: the member closes no charts.
        NoVisit: there is no such visit.
    """
    permissions.require(member.roles, Operation.CLOSE_CHART)
    chart = begin_chart(locked(encounter_id), actor=actor, now=now)
    if chart.is_closed:
        open_again(chart, Reopening.PERSON, actor=actor, now=now)
    return chart
