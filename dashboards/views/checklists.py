"""The checklists by which the charts of visits are closed."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Operation
from charts.values import VisitType
from dashboards import checklist_forms as forms
from dashboards.queries import checklists as queries
from dashboards.queries.visits import TYPES
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from routing import operations
from routing.checklists import ChecklistRefused

REFUSED = 422


@for_members
@require_safe
def checklists(request: Request) -> HttpResponse:
    """What must be done at each type of visit before its chart is closed."""
    desk = desk_of(request)
    return screen(request, "dashboards/checklists.html", desk, here="checklists",
                  page=queries.page(desk), notices=flash.notices(request, desk))  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: Request, code: str) -> HttpResponse:
    """One checklist to write; a POST publishes it as the next version."""
    require(request, Operation.MANAGE_CHECKLISTS)
    if code not in list(VisitType):
        raise Http404
    kind = VisitType(code)
    if request.method != "POST":
        held = forms.initial(queries.lines_of(kind))
        return _form(request, kind, forms.ChecklistForm(initial=held))
    form = forms.ChecklistForm(request.POST)
    if not form.is_valid():
        return _form(request, kind, form, refusal=_("Mend the lines that are marked."))
    return _publish(request, kind, form)


def _publish(request: Request, kind: VisitType, form: forms.ChecklistForm) -> HttpResponse:
    try:
        operations.publish_checklist(
            visit_type=kind, lines=forms.drafted(form.forms), member=request.member,
            actor=request.actor, now=desk_of(request).now,
        )  # fmt: skip
    except ChecklistRefused as refused:
        return _form(request, kind, form, refusal=str(refused))
    return HttpResponseRedirect(f"{reverse('dashboards:checklists')}?said=checklist-published")


def _form(
    request: Request, kind: VisitType, form: forms.ChecklistForm, *, refusal: str = ""
) -> HttpResponse:
    return screen(
        request, "dashboards/checklist_form.html", desk_of(request), here="checklists", form=form,
        title=TYPES[kind], code=kind.value, refusal=refusal, status=REFUSED if refusal else 200,
    )  # fmt: skip
