"""The chart of a patient: what keeps it open, and whose turn it is."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit import log
from dashboards.queries import chart
from dashboards.views.frame import Request, desk_of, for_members, require_chart, screen


@for_members
@require_safe
def patient(request: Request, patient_id: UUID) -> HttpResponse:
    """Everything of one patient; one who was merged into another is found there."""
    found = chart.find(patient_id)
    if found is None:
        raise Http404
    if found.merged_into_id is not None:
        return HttpResponseRedirect(reverse("dashboards:patient", args=[found.merged_into_id]))
    desk = desk_of(request)
    require_chart(request, desk, found)
    log.record(
        "patient.viewed", entity=found, patient_id=found.pk, actor=request.actor, now=desk.now
    )
    return screen(request, "dashboards/patient.html", desk, here="", page=chart.page(found, desk))
