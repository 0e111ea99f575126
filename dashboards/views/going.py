"""Going somewhere by name: the command menu without its script, and More of a phone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Operation, may
from dashboards.queries.shell import shell
from dashboards.views.frame import Request, desk_of, for_members, screen, wants_part


@for_members
@require_safe
def go(request: Request) -> HttpResponse:
    """Every place that the member may open, each with its keys; a part of it is the menu."""
    desk = desk_of(request)
    if wants_part(request):
        return render(request, "parts/go.html", {"shell": shell(desk, here="go")})
    return screen(request, "dashboards/go.html", desk, here="go")


@for_members
@require_safe
def more(request: Request) -> HttpResponse:
    """What has no room at the foot of a phone."""
    return screen(
        request, "dashboards/more.html", desk_of(request), here="more",
        may_be_out=bool(may(request.member.roles, Operation.WORK_TASKS)),
    )  # fmt: skip
