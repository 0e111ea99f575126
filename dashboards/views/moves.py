"""What people do with a task: one address for each move, a form that needs no script."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Operation, PermissionRefused
from dashboards import losing
from dashboards.lists import WorkList
from dashboards.queries import offers, sources, worklist
from dashboards.queries import task_page as pages
from dashboards.queries.desk import Desk, zone_of
from dashboards.rows import Notice
from dashboards.views import flash
from dashboards.views.asking import FORMS, RUNS, TITLES, Asked
from dashboards.views.frame import (
    Request,
    as_parameter,
    back_of,
    desk_of,
    for_members,
    require,
    screen,
    wants_part,
)
from dashboards.views.task import opened, show
from routing import operations
from routing.models import Task
from routing.operations import LostRace, OutcomeNeeded, TaskNotFound
from routing.states import MoveNotAllowed

CONFIRMS = {
    "complete": gettext_lazy("Close task"),
    "undo": gettext_lazy("Undo"),
    "read": gettext_lazy("Mark as read"),
    "take-back": gettext_lazy("Take back"),
}
"""What a form without questions says on its button, where the name of the action would not do."""

ENDS = frozenset({"complete", "cancel"})
CONFLICT, UNPROCESSABLE, REFUSED = 409, 422, 403
TRIES = 5


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, task_id: UUID, code: str) -> HttpResponse:
    """Ask for what a move needs (GET), or make it (POST)."""
    if code not in RUNS:
        raise Http404
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    task = opened(request, desk, task_id)
    asked = Asked(request, desk, task)
    form = FORMS[code](asked) if code in FORMS else None
    if request.method != "POST":
        return _sheet(request, desk, task, code, form)
    if form is not None and not form.is_valid():
        return _sheet(request, desk, task, code, form, status=UNPROCESSABLE)
    return _make(asked, code, form)


def _make(asked: Asked, code: str, form: Any) -> HttpResponse:
    request, desk, task = asked.request, asked.desk, asked.task
    before = _after(desk, task, back_of(request)) if code in ENDS else None
    try:
        RUNS[code](asked, form)
    except LostRace as lost:
        return _lost(request, desk, task, lost)
    except MoveNotAllowed:
        return _refused(
            request, desk, task, _("It was changed meanwhile. Your change was not saved.")
        )
    except PermissionRefused as refusal:
        return _refused(
            request,
            desk,
            task,
            _("%(refusal)s Nothing was saved.") % {"refusal": refusal},
            status=REFUSED,
        )
    except OutcomeNeeded as needed:
        if form is None:
            return _refused(request, desk, task, str(needed), status=UNPROCESSABLE)
        form.add_error(None, str(needed))
        return _sheet(request, desk, task, code, form, status=UNPROCESSABLE)
    except TaskNotFound:
        raise Http404 from None
    if code in ENDS or code == "undo":
        return _ended(request, desk, task.pk, next_id=before)
    return _again(request, desk, task.pk)


def _after(desk: Desk, task: Task, back: str) -> UUID | None:
    """Where a page without its list goes next."""
    at = WorkList.at(back)
    if at is None or at.screen != "queue" or at.view in {"hold", "done"}:
        return None
    return worklist.next_after(worklist.parts_of(desk, at, sources.pools(desk.member)), task)


def _ended(request: Request, desk: Desk, task_id: UUID, *, next_id: UUID | None) -> HttpResponse:
    """The row stays in its place, struck through; a page goes on to the next task."""
    back = back_of(request)
    if wants_part(request):
        row = worklist.one(desk, task_id, back=back)
        task = Task.objects.select_related("patient").get(pk=task_id)
        context = {"row": row, "what": flash.happened(task, desk)}
        return render(request, "dashboards/ended_part.html", context)
    if next_id is not None:
        query = f"?back={as_parameter(back)}&done={task_id}"
        return HttpResponseRedirect(reverse("dashboards:task", args=[next_id]) + query)
    home = back or reverse("dashboards:queue")
    return HttpResponseRedirect(f"{home}{'&' if '?' in home else '?'}done={task_id}")


def _again(request: Request, desk: Desk, task_id: UUID) -> HttpResponse:
    if wants_part(request):
        return show(request, desk, opened(request, desk, task_id))
    back = back_of(request)
    query = f"?back={as_parameter(back)}" if back else ""
    return HttpResponseRedirect(reverse("dashboards:task", args=[task_id]) + query)


def _lost(request: Request, desk: Desk, task: Task, lost: LostRace) -> HttpResponse:
    """Who won, when, and that nothing was saved; from here to the next task."""
    zone = zone_of(task.location, desk.member)
    said = f"{lost} {_('Your change was not saved.')}"
    if lost.move:
        said = losing.sentence(
            who=lost.who, when=lost.when, move=lost.move, outcome=lost.outcome, zone=zone,
            now=desk.now,
        )  # fmt: skip
    onward = _after(desk, task, back_of(request))
    return _refused(request, desk, task, said, next_id=onward)


def _refused(
    request: Request, desk: Desk, task: Task, text: str, *, status: int = CONFLICT,
    next_id: UUID | None = None,
) -> HttpResponse:  # fmt: skip
    fresh = opened(request, desk, task.pk)
    back = back_of(request)
    query = f"?back={as_parameter(back)}" if back else ""
    notice = Notice(text=text, tone="stop")
    if status == CONFLICT:
        here = reverse("dashboards:task", args=[task.pk]) + query
        notice = replace(notice, action=_("See it"), url=here)
    if next_id is not None:
        after = reverse("dashboards:task", args=[next_id]) + query
        notice = replace(notice, next_url=after)
    return show(request, desk, fresh, notices=[notice], status=status)


def _sheet(
    request: Request, desk: Desk, task: Task, code: str, form: Any, *, status: int = 200
) -> HttpResponse:
    page = pages.page(task, desk, back=back_of(request))
    context = {
        "task": page,
        "form": form,
        "code": code,
        "full": not wants_part(request),
        "title": TITLES.get(code, "Do this now?"),
        "confirm": CONFIRMS.get(code, offers.LABELS.get(code, "")),
        "url": reverse("dashboards:move", args=[task.pk, code]),
    }
    if wants_part(request):
        return render(request, "parts/sheet.html", context, status=status)
    return screen(request, "dashboards/sheet.html", desk, here="", status=status, **context)


@for_members
@require_POST
def undo_last(request: Request) -> HttpResponse:
    """Take back what I did last, within ten minutes."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    try:
        task = operations.undo_last(member=request.member, actor=request.actor, now=desk.now)
    except LostRace:
        return _not_undone(request, "not-undone")
    if task is None:
        return _not_undone(request, "nothing-to-undo")
    return _ended(request, desk, task.pk, next_id=None)


def _not_undone(request: Request, code: str) -> HttpResponse:
    if wants_part(request):
        return render(request, "parts/toast.html", {"text": flash.SAID[code]})
    return HttpResponseRedirect(f"{reverse('dashboards:queue')}?said={code}")


@for_members
@require_POST
def take_next(request: Request) -> HttpResponse:
    """Claim the riskiest task that nobody has, from my own pools; what is old has its turn too."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    team = reverse("dashboards:team")
    parts = sources.team(desk, sources.pools(desk.member), "open", ())
    places = sources.in_turn(parts, size=TRIES)
    riskiest = min((place.danger for place in places), default=0)
    for place in places[:TRIES]:
        try:
            operations.claim(
                task_id=place.pk, member=request.member, actor=request.actor, now=desk.now
            )
        except (LostRace, MoveNotAllowed):
            continue
        url = reverse("dashboards:task", args=[place.pk])
        said = "claimed" if place.danger == riskiest else "claimed-in-turn"
        return HttpResponseRedirect(f"{url}?back={as_parameter(team)}&said={said}")
    return HttpResponseRedirect(f"{team}?said=none-left")
