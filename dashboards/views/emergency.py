"""Opening a chart in an emergency, ending that, and judging it afterwards."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation, PermissionRefused
from audit import log
from charts.models import Patient
from dashboards.emergency_forms import EmergencyForm, ReviewForm
from dashboards.queries import emergency as queries
from dashboards.views import flash
from dashboards.views.frame import EMERGENCIES, Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, went
from escalation import operations
from escalation.operations import EmergencyRefused


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: Request, patient_id: UUID) -> HttpResponse:
    """Say why (GET), and open it (POST). Names nobody: whose chart it is shows once it is open."""
    require(request, Operation.BREAK_GLASS)
    patient = queries.find_patient(patient_id)
    if patient is None:
        raise Http404
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form)
    return _open(request, patient, form)


def _open(request: Request, patient: Patient, form: EmergencyForm) -> HttpResponse:
    desk = desk_of(request)
    try:
        access = operations.open_in_emergency(
            patient_id=patient.pk, member=request.member, **form.cleaned_data,
            actor=request.actor, now=desk.now,
        )  # fmt: skip
    except EmergencyRefused as refused:
        form.add_error(refused.field, str(refused))
        return _show(request, form)
    request.session[EMERGENCIES] = [*request.session.get(EMERGENCIES, ()), str(access.pk)]
    return HttpResponseRedirect(reverse("dashboards:patient", args=[patient.pk]))


@for_members
@require_POST
def end(request: Request, access_id: UUID) -> HttpResponse:
    """The chart is shut again."""
    require(request, Operation.BREAK_GLASS)
    ended = operations.end_emergency(
        access_id=access_id, member=request.member, actor=request.actor, now=desk_of(request).now
    )
    if ended is None:
        raise Http404
    kept = [one for one in request.session.get(EMERGENCIES, ()) if one != str(access_id)]
    request.session[EMERGENCIES] = kept
    return went("notices", "emergency-ended")


@for_members
@require_safe
def emergencies(request: Request) -> HttpResponse:
    """All that were opened so, for whoever guards privacy."""
    require(request, Operation.REVIEW_ACCESS)
    return _list(request, ReviewForm())


@for_members
@require_POST
def review(request: Request, access_id: UUID) -> HttpResponse:
    """Judge one of them."""
    require(request, Operation.REVIEW_ACCESS)
    if not queries.is_there(access_id):
        raise Http404
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=REFUSED)
    try:
        operations.review_emergency(
            access_id=access_id, by=request.member, **form.cleaned_data, actor=request.actor,
            now=desk_of(request).now,
        )  # fmt: skip
    except PermissionRefused as refused:
        raise PermissionDenied(str(refused)) from None
    except EmergencyRefused as refused:
        form.add_error(refused.field, str(refused))
        return _list(request, form, status=REFUSED)
    return went("emergencies", "reviewed")


def _list(request: Request, form: ReviewForm, *, status: int = 200) -> HttpResponse:
    desk = desk_of(request)
    page = queries.page(desk)
    log.record("emergencies.viewed", detail={"patients": list(page.patients)},
               actor=request.actor, now=desk.now)  # fmt: skip
    return screen(
        request, "dashboards/emergencies.html", desk, here="emergencies", status=status, form=form,
        page=page, notices=flash.notices(request, desk),
    )  # fmt: skip


def _show(request: Request, form: EmergencyForm) -> HttpResponse:
    return screen(
        request, "dashboards/emergency.html", desk_of(request), here="", form=form,
        status=REFUSED if form.errors else 200,
    )  # fmt: skip
