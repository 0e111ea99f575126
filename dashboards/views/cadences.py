"""How referrals are chased: the cadences, and the form that publishes the next version of one."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Operation
from charts.values import Priority
from dashboards import cadence_forms as forms
from dashboards.queries import cadences as queries
from dashboards.queries.cadences import ANY, Which
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from referrals import operations
from referrals.cadences import CadenceFault, built_in
from referrals.specialties import Specialty

REFUSED = 422


@for_members
@require_safe
def cadences(request: Request) -> HttpResponse:
    """Which referrals are chased how."""
    require(request, Operation.MANAGE_HOURS)
    desk = desk_of(request)
    return screen(request, "dashboards/cadences.html", desk, here="cadences",
                  page=queries.page(desk), notices=flash.notices(request, desk))  # fmt: skip


@for_members
@require_safe
def cadence_for(request: Request) -> HttpResponse:
    """On to the form of what was chosen."""
    require(request, Operation.MANAGE_HOURS)
    which = _which(request.GET.get("specialty", ANY), request.GET.get("urgency", ANY))
    return HttpResponseRedirect(queries.address(which))


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def cadence(request: Request, specialty: str, urgency: str) -> HttpResponse:
    """One cadence to write; a POST publishes it as the next version."""
    require(request, Operation.MANAGE_HOURS)
    which = _which(specialty, urgency)
    held, pauses = queries.rows_of(which)
    rows = forms.shown(built_in(which[1] or Priority.ROUTINE), held)
    if request.method != "POST":
        return _form(request, which, rows, pauses=pauses)
    rows = forms.typed(rows, request.POST.dict())
    return _publish(request, which, rows, pauses="pauses" in request.POST)


def _which(specialty: str, urgency: str) -> Which:
    if specialty not in {ANY, *Specialty} or urgency not in {ANY, *Priority}:
        raise Http404
    return ("" if specialty == ANY else specialty, "" if urgency == ANY else urgency)


def _publish(
    request: Request, which: Which, rows: list[forms.Written], *, pauses: bool
) -> HttpResponse:
    drafted = forms.drafted(rows)
    if drafted is None:
        refusal = _("Mend the rows that are marked.")
        return _form(request, which, rows, pauses=pauses, refusal=refusal)
    try:
        operations.publish_cadence(
            specialty=Specialty(which[0]) if which[0] else None,
            urgency=Priority(which[1]) if which[1] else None, rows=drafted,
            pauses_booking=pauses, actor=request.actor, now=desk_of(request).now,
        )  # fmt: skip
    except CadenceFault as fault:
        return _form(request, which, rows, pauses=pauses, refusal=_(fault.phrase))
    return HttpResponseRedirect(f"{reverse('dashboards:cadences')}?said=cadence-published")


def _form(
    request: Request, which: Which, rows: list[forms.Written], *, pauses: bool, refusal: str = ""
) -> HttpResponse:
    return screen(
        request, "dashboards/cadence_form.html", desk_of(request), here="cadences",
        rows=forms.fields(rows), title=queries.title(which), address=queries.address(which),
        pauses=pauses, refusal=refusal, status=REFUSED if refusal else 200,
    )  # fmt: skip
