"""Staff and cover: the week by person, gaps, rotations; and who may close what."""

from datetime import date

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from dashboards.duty_forms import QUEUE
from dashboards.queries import closing as matrix
from dashboards.queries import staff as queries
from dashboards.queries.desk import Desk
from dashboards.queries.staff_week import monday_of
from dashboards.rows import Notice
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED

YEARS = range(2000, 2100)


@for_members
@require_safe
def staff(request: Request) -> HttpResponse:
    """Who is in, who covers, who is on call."""
    require(request, Operation.SEE_TEAM)
    return show(request, desk_of(request))


@for_members
@require_safe
def closing(request: Request) -> HttpResponse:
    """Who may close what, and why I cannot."""
    require(request, Operation.SEE_TEAM)
    desk = desk_of(request)
    return screen(
        request, "dashboards/closing.html", desk, here="staff", page=matrix.page(desk),
        notices=flash.notices(request, desk),
    )  # fmt: skip


def show(request: Request, desk: Desk, *, problem: str = "") -> HttpResponse:
    """The screen, with what went wrong where something did."""
    notices = (Notice(text=problem, tone="stop"),) if problem else flash.notices(request, desk)
    return screen(
        request, "dashboards/staff.html", desk, here="staff", queue=QUEUE, notices=notices,
        page=queries.page(desk, _monday(request)), status=REFUSED if problem else 200,
    )  # fmt: skip


def _monday(request: Request) -> date | None:
    """The Monday of the day that was asked for; None for this week."""
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return None
    return monday_of(asked) if asked.year in YEARS else None
