"""Many tasks at once: a preview of each, then the result of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.permissions import Operation, PermissionRefused
from audit import log
from dashboards import forms
from dashboards.lists import WorkList
from dashboards.queries import bulk as queries
from dashboards.queries import offers, sources, worklist
from dashboards.queries.desk import Desk
from dashboards.rows.bulk import BulkPage, BulkRow
from dashboards.views.frame import Request, back_of, desk_of, for_members, require, screen
from routing import operations
from routing.categories import Category
from routing.filters import is_id
from routing.models import Task
from routing.operations import LostRace, OutcomeNeeded, TaskNotFound
from routing.states import MoveNotAllowed

REFUSALS = (LostRace, MoveNotAllowed, TaskNotFound, PermissionRefused, OutcomeNeeded)

Form = Any
Who = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """One move that can be made to many tasks."""

    title: Any
    button: Any
    done: Any
    form: Callable[[Any, Desk], Form]
    run: Callable[[Who, Task, Form], object]


def _nothing(_data: Any, _desk: Desk) -> Form:
    return None


def _hold_form(data: Any, desk: Desk) -> Form:
    return forms.HoldForm(data, today=desk.today)


def _assign_form(data: Any, _desk: Desk) -> Form:
    members, queues = worklist.active_members(), worklist.all_queues()
    return forms.AssignForm(data, members=members, queues=queues)


def _copy_form(data: Any, desk: Desk) -> Form:
    others = [member for member in worklist.active_members() if member.pk != desk.member.pk]
    return forms.CopyForm(data, members=others)


def _outcome_form(data: Any, _desk: Desk) -> Form:
    return forms.BulkDoneForm(data)


def _complete(who: Who, task: Task, form: Form) -> object:
    is_result = task.category == Category.RESULT_REVIEW
    outcome = form.cleaned_data["outcome"] if is_result else offers.plain_outcome(task)
    return operations.complete(**who, outcome=outcome)


def _assign(who: Who, _task: Task, form: Form) -> object:
    note = form.cleaned_data["note"]
    return operations.assign(**who, to=form.member, queue=form.queue, note=note)


def _unversioned(who: Who) -> Who:
    return {name: value for name, value in who.items() if name != "version"}


VERBS: Mapping[str, Verb] = {
    "close": Verb(
        gettext_lazy("Close together"), gettext_lazy("Close checked tasks"),
        gettext_lazy("Closed"), _outcome_form, _complete,
    ),
    "hold": Verb(
        gettext_lazy("Hold together"), gettext_lazy("Hold checked tasks"),
        gettext_lazy("On hold"), _hold_form,
        lambda who, _task, form: operations.hold(**who, **form.cleaned_data),
    ),
    "assign": Verb(
        gettext_lazy("Assign together"), gettext_lazy("Assign checked tasks"),
        gettext_lazy("Assigned"), _assign_form, _assign,
    ),
    "acknowledge": Verb(
        gettext_lazy("Acknowledge together"), gettext_lazy("Acknowledge checked tasks"),
        gettext_lazy("Acknowledged: yours to close"), _nothing,
        lambda who, _task, _form: operations.acknowledge(**who),
    ),
    "copy": Verb(
        gettext_lazy("Copy together"), gettext_lazy("Copy checked tasks"),
        gettext_lazy("Copied"), _copy_form,
        lambda who, _task, form: operations.copy(**_unversioned(who), to=form.cleaned_data["to"]),
    ),
    "undo": Verb(
        gettext_lazy("Open again"), gettext_lazy("Open checked tasks again"),
        gettext_lazy("Open again"), _nothing,
        lambda who, _task, _form: operations.undo(**_unversioned(who)),
    ),
}  # fmt: skip

AT_ONCE: Mapping[str, Callable[..., object]] = {
    "claim": operations.claim,
    "release": operations.release,
}
"""Moves that a press takes back: they are made without a preview."""


@for_members
@require_POST
def bulk(request: Request) -> HttpResponse:
    """What would happen to each of the selected tasks; nothing happens yet."""
    require(request, Operation.WORK_TASKS)
    desk, verb, ids = desk_of(request), request.POST.get("verb", ""), _chosen(request)
    if verb in AT_ONCE:
        return _at_once(request, desk, AT_ONCE[verb], list(ids))
    if verb not in VERBS or not ids:
        return HttpResponseRedirect(_home(request))
    return _preview(request, desk, verb, ids, VERBS[verb].form(None, desk))


@for_members
@require_POST
def run(request: Request) -> HttpResponse:
    """Make the move to each task, and say what became of it."""
    require(request, Operation.WORK_TASKS)
    desk, verb, ids = desk_of(request), request.POST.get("verb", ""), _chosen(request)
    if verb not in VERBS or not ids:
        return HttpResponseRedirect(_home(request))
    form = VERBS[verb].form(request.POST, desk)
    if form is not None and not form.is_valid():
        return _preview(request, desk, verb, ids, form, status=422)
    tasks = queries.found(list(ids), desk)
    judged = zip(tasks, queries.judged(verb, tasks, desk), strict=True)
    done = [_made(request, desk, verb, task, row, form, ids[task.pk]) for task, row in judged]
    _looked(request, desk, tasks)
    return screen(
        request, "dashboards/bulk_done.html", desk, here="", page=_result(request, verb, done)
    )


def _made(
    request: Request, desk: Desk, verb: str, task: Task, row: BulkRow, form: Form,
    version: int | None,
) -> BulkRow:  # fmt: skip
    if row.stays:
        return row
    who: Who = {"task_id": task.pk, "member": request.member, "version": version,
                "actor": request.actor, "now": desk.now}  # fmt: skip
    try:
        VERBS[verb].run(who, task, form)
    except REFUSALS as refused:
        return replace(row, stays=str(refused))
    return replace(row, result=str(VERBS[verb].done))


def _preview(
    request: Request, desk: Desk, verb: str, ids: Mapping[UUID, int | None], form: Form,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    tasks = queries.found(list(ids), desk)
    alike = _alike(desk, tasks, WorkList.at(back_of(request)))
    if request.POST.get("like"):
        tasks, alike = queries.found([*ids, *alike], desk)[: queries.MOST], []
    rows = queries.judged(verb, tasks, desk)
    _looked(request, desk, tasks)
    free = tuple(row for row in rows if not row.stays)
    page = BulkPage(
        verb=verb, title=str(VERBS[verb].title), button=str(VERBS[verb].button),
        sentence=_would(len(free), len(rows)), rows=free,
        left=tuple(row for row in rows if row.stays), more_like=len(alike),
        back_to=back_of(request), back_url=_home(request),
    )  # fmt: skip
    ready = {row.id for row in free}
    asks_outcome = any(
        task.category == Category.RESULT_REVIEW and str(task.pk) in ready for task in tasks
    )
    return screen(
        request, "dashboards/bulk.html", desk, here="", status=status, page=page, form=form,
        outcomes=BULK_OUTCOMES if verb == "close" and asks_outcome else (),
    )  # fmt: skip


BULK_OUTCOMES = [(one.value, one.label) for one in forms.NORMAL]


def _alike(desk: Desk, tasks: Sequence[Task], at: WorkList | None) -> list[UUID]:
    """The others of the list that the tasks came from, where they are all of one kind."""
    kinds = {queries.kind_of(task) for task in tasks if task.is_open}
    if len(kinds) != 1 or at is None:
        return []
    is_mine = at.screen == "queue"
    queues = sources.pools(desk.member) if is_mine else worklist.all_queues()
    members = worklist.active_members() if at.view in worklist.WITH_PEOPLE else []
    parts = worklist.parts_of(desk, at, queues, members)
    held = {task.pk for task in tasks}
    return [pk for pk in queries.like(kinds.pop(), parts) if pk not in held]


def _would(free: int, whole: int) -> str:
    stays = whole - free
    said = ngettext("%d task is ready.", "%d tasks are ready.", free) % free
    if not stays:
        return said
    left = ngettext("%d stays as it is: see why below.", "%d stay as they are: see why below.",
                    stays)  # fmt: skip
    return f"{said} {left % stays}"


def _result(request: Request, verb: str, done: Sequence[BulkRow]) -> BulkPage:
    made = tuple(row for row in done if row.result)
    many = ngettext("%d task", "%d tasks", len(made)) % len(made)
    return BulkPage(
        verb=verb, title=f"{VERBS[verb].done}: {many}", button="",
        sentence="", rows=made, left=tuple(row for row in done if row.stays),
        back_to=back_of(request), back_url=_home(request),
        may_undo=verb == "close" and bool(made),
    )  # fmt: skip


def _at_once(
    request: Request, desk: Desk, move: Callable[..., object], ids: Sequence[UUID]
) -> HttpResponse:
    done, kept = 0, 0
    for task_id in ids:
        try:
            move(task_id=task_id, member=request.member, actor=request.actor, now=desk.now)
            done += 1
        except (LostRace, MoveNotAllowed, TaskNotFound):
            kept += 1
    home = _home(request)
    return HttpResponseRedirect(f"{home}{'&' if '?' in home else '?'}moved={done}&kept={kept}")


def _looked(request: Request, desk: Desk, tasks: Sequence[Task]) -> None:
    patients = sorted({str(task.patient_id) for task in tasks if task.patient_id})
    detail = {"view": "bulk", "patients": patients}
    log.record("queue.viewed", detail=detail, actor=request.actor, now=desk.now)


def _home(request: Request) -> str:
    return back_of(request) or reverse("dashboards:team")


def _chosen(request: Request) -> dict[UUID, int | None]:
    """The selected tasks, each with the version that was seen, where one was."""
    chosen: dict[UUID, int | None] = {}
    for text in request.POST.getlist("task")[: queries.MOST]:
        task_id, _colon, version = text.partition(":")
        if is_id(task_id):
            chosen[UUID(task_id)] = int(version) if version.isdigit() else None
    return chosen
