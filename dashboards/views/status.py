"""The page of proof: does the clock run, and would anybody be told if it did not?"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from dashboards.queries import status as queries
from dashboards.views.frame import Request, desk_of, for_members, require, screen, wants_part


@for_members
@require_safe
def status(request: Request) -> HttpResponse:
    """The whole page, or its living part."""
    require(request, Operation.SEE_STATUS)
    desk = desk_of(request)
    page = queries.page(desk)
    if wants_part(request):
        return render(request, "parts/status.html", {"page": page})
    return screen(
        request, "dashboards/status.html", desk, here="status", page=page,
        route=queries.second_route(),
    )  # fmt: skip
