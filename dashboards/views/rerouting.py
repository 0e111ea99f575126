"""Many tasks to another place: chosen by filters, looked at, then moved; each has its answer."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Operation
from dashboards import words
from dashboards.queries import rerouting as queries
from dashboards.rows import Notice
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from routing import operations
from routing.operations import MOST_AT_ONCE, OutcomeNeeded

UNPROCESSABLE = 422
FILTERS = ("import", "category", "queue", "owner", "older", "to")


@for_members
@require_safe
def reroute(request: Request) -> HttpResponse:
    """The filters, and what would become of what they find."""
    require(request, Operation.REROUTE)
    return _show(request)


@for_members
@require_POST
def rerouted(request: Request) -> HttpResponse:
    """Move exactly what was looked at; what changed meanwhile stays and says so."""
    require(request, Operation.REROUTE)
    desk = desk_of(request)
    to = queries.destination(request.POST.get("to", ""))
    if to is None:
        return _show(request, problem=gettext("Choose where the tasks go."))
    try:
        answers = operations.move_many(
            seen=_seen(request), to=to, reason=request.POST.get("reason", ""),
            member=request.member, actor=request.actor, now=desk.now,
        )  # fmt: skip
    except OutcomeNeeded as needed:
        return _show(request, problem=str(needed))
    moved = [one for one in answers if not one.why_not]
    return screen(
        request, "dashboards/backlog_rerouted.html", desk, here="backlog",
        moved=_tasks(len(moved)), routes=queries.routes(moved),
        stayed=_tasks(len(answers) - len(moved)) if len(answers) > len(moved) else "",
        staying=queries.staying(answers), said=_said(request),
    )  # fmt: skip


def _tasks(number: int) -> str:
    return words.plural("%(count)s task", "%(count)s tasks", number)


def _show(request: Request, *, problem: str = "") -> HttpResponse:
    desk = desk_of(request)
    page = queries.page(_said(request), desk)
    notices = [Notice(text=problem, tone="stop")] if problem else []
    return screen(
        request, "dashboards/backlog_reroute.html", desk, here="backlog", page=page,
        said=_said(request), notices=notices, status=UNPROCESSABLE if problem else 200,
    )  # fmt: skip


def _said(request: Request) -> dict[str, str]:
    data = request.POST if request.method == "POST" else request.GET
    return {name: data.get(name, "")[:60] for name in FILTERS}


def _seen(request: Request) -> dict[UUID, int]:
    """`id:version` of each task that was looked at."""
    found: dict[UUID, int] = {}
    for pair in request.POST.get("tasks", "").split()[: MOST_AT_ONCE + 1]:
        text, _, version = pair.partition(":")
        task_id = queries.uuid_of(text)
        if task_id is not None and version.isdigit() and len(version) < 9:
            found[task_id] = int(version)
    return found
