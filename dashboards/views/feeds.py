"""Whether data is arriving: the first page of whoever looks after it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Operation, may
from dashboards import words
from dashboards.queries import feeds as queries
from dashboards.views.frame import Request, desk_of, for_members, require, screen


@for_members
@require_safe
def feeds(request: Request) -> HttpResponse:
    """One box to find a message, and each way in: its rate, its silence, what failed."""
    require(request, Operation.SEE_MESSAGES)
    desk = desk_of(request)
    rows = queries.rows(desk)
    at = words.exactly(desk.now, desk.zone)
    return screen(
        request, "dashboards/feeds.html", desk, here="feeds", feeds=rows, at=at,
        may_connect=may(request.member.roles, Operation.MANAGE_FEEDS),
        may_carry=may(request.member.roles, Operation.MANAGE_CONNECTIONS),
    )  # fmt: skip
