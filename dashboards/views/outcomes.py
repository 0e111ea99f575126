"""What a practice calls its outcomes: renamed here, never moved to another digit."""

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import Operation
from dashboards.queries import outcomes as queries
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from routing import operations
from routing.operations import OutcomeNeeded

UNPROCESSABLE = 422


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def outcomes(request: Request) -> HttpResponse:
    """The six names, in a form."""
    require(request, Operation.NAME_OUTCOMES)
    desk = desk_of(request)
    if request.method == "POST":
        try:
            _rename(request)
        except OutcomeNeeded as needed:
            return screen(
                request, "dashboards/outcomes.html", desk, here="outcomes", status=UNPROCESSABLE,
                rows=queries.rows(), asked=request.POST, problem=str(needed),
            )  # fmt: skip
        return HttpResponseRedirect(reverse("dashboards:outcomes") + "?said=saved")
    return screen(
        request, "dashboards/outcomes.html", desk, here="outcomes",
        rows=queries.rows(), notices=flash.notices(request, desk),
    )  # fmt: skip


@transaction.atomic
def _rename(request: Request) -> None:
    """Those that were sent; all of them or none."""
    now = desk_of(request).now
    for row in queries.rows():
        name = request.POST.get(row.code)
        if name is not None and " ".join(name.split()) != row.name:
            operations.name_outcome(
                outcome=row.code, name=name, member=request.member, actor=request.actor, now=now
            )
