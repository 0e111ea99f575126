"""The charts of a patient and of a visit: what keeps them open, whose turn it is, closing them."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import PermissionRefused
from audit import log
from charts.models import Encounter
from charts.values import VisitType
from dashboards.queries import chart, visit_page
from dashboards.queries.desk import Desk
from dashboards.rows import Notice
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require_chart, screen
from routing import operations
from routing.operations import ChartRefused, ChartStillOpen, NoVisit

CONFLICT = 409


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


@for_members
@require_safe
def encounter(request: Request, encounter_id: UUID) -> HttpResponse:
    """Everything of one visit, and its checklist."""
    desk = desk_of(request)
    return _visit(request, desk, encounter_id, notices=flash.notices(request, desk))


def _visit(
    request: Request, desk: Desk, encounter_id: UUID, *, notices: tuple[Notice, ...] = (),
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = _find(request, desk, encounter_id)
    log.record("encounter.viewed", entity=found, patient_id=found.patient_id, actor=request.actor,
               now=desk.now)  # fmt: skip
    return screen(request, "dashboards/encounter.html", desk, here="", notices=notices,
                  page=visit_page.page(found, desk), status=status)  # fmt: skip


def _find(request: Request, desk: Desk, encounter_id: UUID) -> Encounter:
    """The visit, where the member may see its patient."""
    found = visit_page.find(encounter_id)
    if found is None:
        raise Http404
    require_chart(request, desk, found.patient)
    return found


LINE: Mapping[str, Callable[..., object]] = {
    "tick": operations.tick, "untick": operations.untick,
}  # fmt: skip
CHART: Mapping[str, tuple[Callable[..., object], str]] = {
    "close": (operations.close_chart, "chart-closed"),
    "reopen": (operations.reopen_chart, "chart-reopened"),
}


@for_members
@require_POST
def visit_line(request: Request, encounter_id: UUID, line_id: UUID, code: str) -> HttpResponse:
    """Tick a line of the checklist, or take the tick back."""
    if code not in LINE:
        raise Http404
    return _change(request, encounter_id, lambda who: LINE[code](line_id=line_id, **who),
                   to="#checklist")  # fmt: skip


@for_members
@require_POST
def visit_chart(request: Request, encounter_id: UUID, code: str) -> HttpResponse:
    """Close the chart of the visit, or open it again."""
    if code not in CHART:
        raise Http404
    verb, said = CHART[code]
    return _change(request, encounter_id, lambda who: verb(**who), to=f"?said={said}")


@for_members
@require_POST
def visit_type(request: Request, encounter_id: UUID) -> HttpResponse:
    """Say of which type the visit is."""
    asked = request.POST.get("type", "")
    if asked not in list(VisitType):
        return _change(request, encounter_id, _refuse_type, to="")
    kind = VisitType(asked)
    return _change(request, encounter_id,
                   lambda who: operations.retype_visit(visit_type=kind, **who),
                   to="?said=saved")  # fmt: skip


def _refuse_type(_who: object) -> None:
    raise ChartRefused(_("Choose one of the types of visit."))


def _change(
    request: Request, encounter_id: UUID, change: Callable[[dict[str, Any]], object], *, to: str
) -> HttpResponse:
    """Do it and show the visit; what may not be done now is said above it, and nothing is lost."""
    desk = desk_of(request)
    _find(request, desk, encounter_id)
    try:
        change({"encounter_id": encounter_id, "member": request.member, "actor": request.actor,
                "now": desk.now})  # fmt: skip
    except NoVisit:
        raise Http404 from None
    except PermissionRefused as refused:
        raise PermissionDenied(str(refused)) from None
    except ChartStillOpen:
        return _refused(request, desk, encounter_id, _("Not closed. See below what is open."))
    except ChartRefused as refused:
        return _refused(request, desk, encounter_id, str(refused))
    address = reverse("dashboards:encounter", args=[encounter_id])
    return HttpResponseRedirect(address + to)


def _refused(request: Request, desk: Desk, encounter_id: UUID, said: str) -> HttpResponse:
    notice = Notice(text=said, tone="warn")
    return _visit(request, desk, encounter_id, notices=(notice,), status=CONFLICT)
