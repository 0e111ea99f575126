"""What changed since a list was made, said without moving it."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from audit.models import AuditEvent
from dashboards.queries import sources
from dashboards.queries.desk import Desk
from dashboards.views.frame import Request, desk_of, for_members, require
from dashboards.views.queue import since_of
from routing.danger import CRITICAL
from routing.models import Task

MOST = 500
NOTHING = 204


@for_members
@require_safe
def live(request: Request) -> HttpResponse:
    """`5 new (1 critical), 2 closed by others`; 204 where nothing changed."""
    require(request, Operation.WORK_TASKS)
    desk, since = desk_of(request), since_of(request)
    if since is None:
        return HttpResponse(status=NOTHING)
    changed = list(
        AuditEvent.objects.filter(at__gt=since, entity="task", action__startswith="task.")
        .exclude(membership_id=desk.member.pk)
        .values_list("entity_id", flat=True)
        .distinct()[:MOST]
    )
    if not changed:
        return HttpResponse(status=NOTHING)
    theirs = _of_list(desk, request.GET.get("list", ""))
    tasks = Task.objects.filter(theirs, pk__in=filter(None, changed))
    tasks = tasks if desk.sees_patients else tasks.filter(patient__isnull=True)
    new, grave, closed = 0, 0, 0
    for danger, authored_at, ended_at in tasks.values_list("danger", "authored_at", "ended_at"):
        closed += ended_at is not None and authored_at <= since
        new += ended_at is None and authored_at > since
        grave += ended_at is None and authored_at > since and danger == CRITICAL
    if not new and not closed:
        return HttpResponse(status=NOTHING)
    return render(request, "parts/live.html", {"words": _words(new, grave, closed)})


def _of_list(desk: Desk, name: str) -> Q:
    if name == "team":
        return Q()
    # Who closes a pool's task becomes its owner, and it was in my list until then.
    free = Q(owner__isnull=True) | Q(ended_at__isnull=False)
    return Q(queue__in=sources.pools(desk.member)) & free | Q(owner=desk.member)


def _words(new: int, grave: int, closed: int) -> str:
    parts = []
    if new:
        parts.append(f"{new} new" + (f" ({grave} critical)" if grave else ""))
    if closed:
        parts.append(f"{closed} closed by others")
    return ", ".join(parts)
