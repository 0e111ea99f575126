"""Views of the work lists: saved under a name, deleted."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Operation
from dashboards.forms import KeepViewForm
from dashboards.lists import VIEWS, WorkList
from dashboards.queries import filter_panel
from dashboards.queries.saved_views import OPENS
from dashboards.views.frame import Request, desk_of, for_members, require, screen, wants_part
from routing import operations
from routing.models import SavedView
from routing.operations import TooManyViews

PARTS = {"filter": "parts/list_filter.html", "views": "parts/list_views.html"}


@for_members
@require_safe
def menu(request: Request) -> HttpResponse:
    """The filters and the saved views of a list: into its menus, or as a page of their own."""
    desk, at = desk_of(request), _list_of(request, request.GET.dict())
    panel = filter_panel.panel(desk, at, filter_panel.known(desk, at))
    part = PARTS.get(request.GET.get("part", ""))
    if part and wants_part(request):
        return render(request, part, {"panel": panel})
    return screen(request, "dashboards/list_menu.html", desk, here=at.screen, panel=panel)


def _list_of(request: Request, asked: dict[str, str]) -> WorkList:
    named = asked.get("screen", "queue")
    if named not in VIEWS:
        raise Http404
    at = WorkList.read(named, asked)
    require(request, OPENS[SavedView.Screen(at.screen)])
    return at


@for_members
@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep a tab and its filters under a name."""
    at, form = _list_of(request, request.POST.dict()), KeepViewForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(at.url(said="view-unnamed"))
    try:
        operations.keep_view(
            member=request.member, screen=SavedView.Screen(at.screen), view=at.view,
            filters=at.filters, name=form.cleaned_data["name"],
            shared=form.cleaned_data["shared"], actor=request.actor, now=desk_of(request).now,
        )  # fmt: skip
    except TooManyViews:
        return HttpResponseRedirect(at.url(said="views-full"))
    return HttpResponseRedirect(at.url(said="view-saved"))


@for_members
@require_POST
def drop_view(request: Request, view_id: UUID) -> HttpResponse:
    """Delete a view of one's own."""
    require(request, Operation.WORK_TASKS)
    now = desk_of(request).now
    if not operations.drop_view(
        view_id=view_id, member=request.member, actor=request.actor, now=now
    ):
        raise Http404
    return HttpResponseRedirect(reverse("dashboards:queue") + "?said=view-dropped")
