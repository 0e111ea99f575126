"""My queue and Team queue."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.permissions import Operation, may
from audit import log
from dashboards import words
from dashboards.queries import sources, worklist
from dashboards.queries.by_due import DuePlace
from dashboards.queries.desk import Desk
from dashboards.queries.sources import Place
from dashboards.queries.worklist import Found
from dashboards.rows import Empty, QueuePage, Tab
from dashboards.views import flash
from dashboards.views.frame import Request, as_parameter, desk_of, for_members, require, screen
from routing.models import Queue

MINE = {
    "mine": "To do",
    "due": "By due time",
    "critical": "Critical",
    "hold": "On hold",
    "done": "Done today",
}
TEAM = {"open": "Nobody has it", "now": "Being done", "owned": "With a person", "hold": "On hold"}

FILTERS = {
    "mine": "none",
    "due": "none",
    "critical": "critical and stat",
    "hold": "on hold",
    "done": "done today",
}


@for_members
@require_safe
def my_queue(request: Request) -> HttpResponse:
    """What do I do next?"""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    view = _chosen(request, MINE)
    queues = sources.pools(desk.member)
    back = _back("queue", view=view if view != "mine" else "")
    counts = worklist.counts(desk, queues)
    after = Place.read(request.GET.get("after", ""))
    if view == "done":
        found = worklist.done_today(desk, before=after.authored_at if after else None, back=back)
    elif view == "due":
        begin = DuePlace.read(request.GET.get("after", "")) or after
        parts = sources.mine(desk, queues, view)
        found = worklist.in_due_order(desk, parts, after=begin, back=back)
    else:
        parts = sources.mine(desk, queues, view)
        found = worklist.in_order(desk, parts, after=after, back=back)
    page = QueuePage(
        title="My queue",
        view=view,
        tabs=tuple(
            Tab(label, counts.get(key, ""), _url("queue", view=key if key != "mine" else ""),
                here=key == view, grave=key == "critical")
            for key, label in MINE.items()
        ),
        sentence=_my_sentence(view, counts.get(view, counts["mine"]), queues),
        rows=found.rows,
        back_to=back,
        live_url=_url("live", list="mine", since=desk.now.isoformat()),
        next_url=_next("queue", found, view=view),
        first_url=_url("queue", view=view) if request.GET.get("after") else "",
        empty=_my_empty(view, desk),
        last_column="Waiting" if view != "done" else "",
        printed=words.exactly(desk.now, desk.zone),
    )  # fmt: skip
    return _show(request, desk, page, found, here="queue")


@for_members
@require_safe
def team_queue(request: Request) -> HttpResponse:
    """What is nobody doing?"""
    require(request, Operation.SEE_TEAM)
    desk = desk_of(request)
    view = _chosen(request, TEAM)
    queues = worklist.all_queues()
    chosen = [queue for queue in queues if str(queue.pk) == request.GET.get("queue")]
    only = str(chosen[0].pk) if chosen else ""
    shown = chosen or queues
    members = worklist.active_members() if view in {"owned", "hold"} else []
    back = _back("team", view=view if view != "open" else "", queue=only)
    after = Place.read(request.GET.get("after", ""))
    parts = sources.team(desk, shown, view, members)
    found = worklist.in_order(desk, parts, after=after, back=back)
    (unclaimed,) = sources.counts([sources.team(desk, shown, "open", ())])
    page = QueuePage(
        title="Team queue",
        view=view,
        tabs=tuple(
            Tab(label, words.count(unclaimed) if key == "open" else "",
                _url("team", view=key if key != "open" else "", queue=only), here=key == view)
            for key, label in TEAM.items()
        ),
        sentence=_team_sentence(view, chosen),
        rows=found.rows,
        back_to=back,
        live_url=_url("live", list="team", since=desk.now.isoformat()),
        next_url=_next("team", found, view=view, queue=only),
        first_url=_url("team", view=view, queue=only) if after else "",
        empty=_team_empty(view, chosen),
        choices=tuple(
            Tab(queue.name, "", str(queue.pk), here=str(queue.pk) == only) for queue in queues
        ),
        may_take=view == "open" and bool(may(desk.member.roles, Operation.WORK_TASKS)),
        printed=words.exactly(desk.now, desk.zone),
    )  # fmt: skip
    return _show(request, desk, page, found, here="team")


def _show(
    request: Request, desk: Desk, page: QueuePage, found: Found, *, here: str
) -> HttpResponse:
    log.record(
        "queue.viewed",
        detail={"view": page.view, "patients": [str(one) for one in found.patients]},
        actor=request.actor,
        now=desk.now,
    )
    return screen(
        request,
        "dashboards/queue.html",
        desk,
        here=here,
        page=page,
        open_id=request.GET.get("task", ""),
        notices=flash.notices(request, desk),
    )


def _chosen(request: Request, views: dict[str, str]) -> str:
    view = request.GET.get("view", "")
    return view if view in views else next(iter(views))


def _url(name: str, **query: str) -> str:
    given = urlencode({key: value for key, value in query.items() if value})
    return reverse(f"dashboards:{name}") + (f"?{given}" if given else "")


def _back(name: str, **query: str) -> str:
    return as_parameter(_url(name, **query))


def _next(name: str, found: Found, **query: str) -> str:
    return _url(name, **query, after=str(found.next_place)) if found.next_place else ""


def _my_sentence(view: str, count: str, queues: Sequence[Queue]) -> str:
    if view == "done":
        return f"{_tasks(count)} closed since midnight, newest first."
    whose = ", yours and unclaimed in your queues" if queues and view != "hold" else ""
    if view == "due":
        return f"{_tasks(count)}{whose}. Overdue first, then due soonest; undated last."
    return f"{_tasks(count)}{whose}. Most dangerous first, then oldest. Filter: {FILTERS[view]}."


def _tasks(count: str) -> str:
    return f"{count} {'task' if count == '1' else 'tasks'}" if count else "Tasks"


def _team_sentence(view: str, chosen: Sequence[Queue]) -> str:
    where = chosen[0].name if chosen else "every queue"
    return f"{TEAM[view]}, {where}. Most dangerous first, then oldest."


def _my_empty(view: str, desk: Desk) -> Empty:
    team = reverse("dashboards:team") if may(desk.member.roles, Operation.SEE_TEAM) else ""
    if view == "critical":
        text = "No critical or stat task is yours or waits in your queues."
        return Empty("Nothing critical", text, "See everything", reverse("dashboards:queue"))
    if view == "hold":
        return Empty("Nothing is on hold", "A task on hold comes back on its recheck day.")
    if view == "done":
        return Empty("Nothing closed yet today", "What you close stays here until midnight.")
    text = "Nothing is yours, and nobody's work waits in your queues."
    return Empty("All clear", text, "See Team queue" if team else "", team)


def _team_empty(view: str, chosen: Sequence[Queue]) -> Empty:
    where = f" in {chosen[0].name}" if chosen else ""
    every = reverse("dashboards:team") if chosen else ""
    title = {"open": "No unclaimed work", "now": "Nobody is on a task now"}.get(
        view, "Nothing here"
    )
    return Empty(
        title + where,
        "New work shows here as it arrives.",
        "See every queue" if every else "",
        every,
    )


def since_of(request: Request) -> datetime | None:
    """When the list that asks was made."""
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return None
    return since if since.tzinfo else None
