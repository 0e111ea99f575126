"""One task, in the pane beside its list or on its own page."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import log
from dashboards.queries import task_page as pages
from dashboards.queries import worklist
from dashboards.queries.desk import Desk
from dashboards.rows import Notice
from dashboards.views import flash
from dashboards.views.frame import (
    Request,
    back_label,
    back_of,
    desk_of,
    for_members,
    require_chart,
    screen,
    wants_part,
)
from routing.models import Task


@for_members
@require_safe
def task_page(request: Request, task_id: UUID) -> HttpResponse:
    """What is it, who is it about, what has been done, what may I do?"""
    desk = desk_of(request)
    task = opened(request, desk, task_id)
    log.record(
        "task.viewed", entity=task, patient_id=task.patient_id, actor=request.actor, now=desk.now
    )
    return show(request, desk, task, notices=flash.notices(request, desk))


def opened(request: Request, desk: Desk, task_id: UUID) -> Task:
    """The task, where the member may see it.

    Raises:
        Http404: there is none in this practice.
        ChartShut: it is about a patient whose chart is not theirs to see.
    """
    task = pages.find(task_id)
    if task is None:
        raise Http404
    if task.patient is not None:
        require_chart(request, desk, task.patient)
    return task


def show(
    request: Request, desk: Desk, task: Task, *, notices: Sequence[Notice] = (), status: int = 200
) -> HttpResponse:
    """The pane, with the row of the list beside it as it is now; or the page."""
    back = back_of(request)
    part = wants_part(request)
    page = pages.page(task, desk, back=back, notices=notices if part else (), whole=not part)
    if part:
        moved = request.method == "POST"
        row = worklist.one(desk, task.pk, back=back) if moved else None
        context = {"task": page, "row": row, "open_id": str(task.pk)}
        return render(request, "dashboards/task_part.html", context, status=status)
    return screen(
        request, "dashboards/task.html", desk, here="", status=status,
        task=page, full=True, back=back, back_label=back_label(back), notices=notices,
    )  # fmt: skip
