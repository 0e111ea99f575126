"""The day in numbers, as a page and as a file."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from dashboards.queries import day as queries
from dashboards.views.board import BOM
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from integrations.backlog.guarding import written


@for_members
@require_safe
def days(request: Request) -> HttpResponse:
    """Will today's queue clear, and how did the last thirty days end?"""
    require(request, Operation.SEE_DAYS)
    desk = desk_of(request)
    page = queries.page(desk, request.GET.get("location", ""))
    return screen(request, "dashboards/days.html", desk, here="days", page=page)


@for_members
@require_safe
def numbers(request: Request) -> HttpResponse:
    """The frozen days of one location as a file: no patient is in it."""
    require(request, Operation.SEE_DAYS)
    desk = desk_of(request)
    page = queries.page(desk, request.GET.get("location", ""))
    body = BOM + written(queries.lines(page, practice=desk.member.practice.name))
    headers = {"Content-Disposition": 'attachment; filename="days.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
