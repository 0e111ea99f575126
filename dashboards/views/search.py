"""Finding a patient, a task or an order. What is typed is a patient's: it is no part of an address,
of a log, or of the audit, which keeps who asked, and whose names were shown."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from audit import log
from dashboards.queries import search as queries
from dashboards.views.frame import Request, desk_of, for_members, screen

LONGEST = 120


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: Request) -> HttpResponse:
    """Where is this patient's work?"""
    desk = desk_of(request)
    query = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = queries.search(desk, query)
    if query:
        detail = found.counted | {"named": [str(one) for one in found.patients]}
        log.record("search.made", detail=detail, actor=request.actor, now=desk.now)
    return screen(request, "dashboards/search.html", desk, here="search", page=found.page)
