"""My queue and Team queue."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Operation, may
from accounts.roles import Role
from audit import log
from dashboards import words
from dashboards.context import surface_of
from dashboards.lists import VIEWS, WorkList
from dashboards.queries import filter_panel, queue_words, sources, worklist
from dashboards.queries.desk import Desk
from dashboards.queries.filter_panel import Known
from dashboards.queries.load import loads
from dashboards.rows import QueuePage, Tab
from dashboards.views import flash
from dashboards.views.frame import Request, as_parameter, desk_of, for_members, require, screen
from dashboards.words import later
from tenants.models import Location

TITLES = {"queue": later("My queue"), "team": later("Team queue")}


@for_members
@require_safe
def my_queue(request: Request) -> HttpResponse:
    """What do I do next?"""
    require(request, Operation.WORK_TASKS)
    desk, at = desk_of(request), WorkList.read("queue", request.GET.dict())
    return show(request, desk, at, Known(sources.pools(desk.member), _sites(at)))


@for_members
@require_safe
def team_queue(request: Request) -> HttpResponse:
    """What is nobody doing?"""
    require(request, Operation.SEE_TEAM)
    desk, at = desk_of(request), WorkList.read("team", request.GET.dict())
    members = worklist.active_members() if at.view in worklist.WITH_PEOPLE else []
    return show(request, desk, at, Known(worklist.all_queues(), _sites(at), members))


def _sites(at: WorkList) -> list[Location]:
    """Asked for only where one is to be named."""
    return list(Location.objects.order_by("name")) if at.filters.loc else []


def show(request: Request, desk: Desk, at: WorkList, known: Known) -> HttpResponse:
    """The list in its frame; whose names are on it is audited."""
    back, after = as_parameter(at.url()), request.GET.get("after", "")
    parts = worklist.parts_of(desk, at, known.queues, known.members)
    found = worklist.page(desk, at, parts, after=after, back=back)
    counts = worklist.counts_of(desk, at, known.queues)
    filters = filter_panel.words(at.filters, known)
    page = QueuePage(
        title=TITLES[at.screen],
        screen=at.screen,
        view=at.view,
        tabs=_tabs(at, counts),
        sentence=queue_words.sentence(at, counts.get(at.view, ""), filters, known.queues),
        rows=found.rows,
        back_to=back,
        live_url=at.url_of("live", list=at.screen, since=desk.now.isoformat()),
        next_url=at.url(after=str(found.next_place)) if found.next_place else "",
        first_url=at.url() if after else "",
        empty=None if found.rows else queue_words.empty(at, desk),
        last_column=_("Waiting") if at.view != "done" else "",
        menu_url=at.url_of("list_menu", screen=at.screen),
        chosen=len(at.filters.given()),
        clear_url=at.whole.url() if at.filters else "",
        may_take=at.view == "open" and bool(may(desk.member.roles, Operation.WORK_TASKS)),
        loads=loads(desk, at, known.members) if at.view == "owned" else (),
        is_clear=_is_clear(request, at),
        batches=found.batches if _is_clear(request, at) else (),
        printed=words.exactly(desk.now, desk.zone),
    )
    log.record(
        "queue.viewed",
        detail={"view": at.view, "patients": [str(one) for one in found.patients]},
        actor=request.actor,
        now=desk.now,
    )
    return screen(
        request,
        "dashboards/queue.html",
        desk,
        here=at.screen,
        counted={} if at.filters else {at.screen: counts[next(iter(VIEWS[at.screen]))]},
        page=page,
        open_id=request.GET.get("task", ""),
        notices=flash.notices(request, desk),
    )


def tabs_of(desk: Desk, at: WorkList) -> tuple[Tab, ...]:
    """The tabs with their counts as they are now."""
    queues = sources.pools(desk.member) if at.screen == "queue" else worklist.all_queues()
    return _tabs(at, worklist.counts_of(desk, at, queues))


def _is_clear(request: Request, at: WorkList) -> bool:
    """Whether one task fills the screen: physicians have minutes between visits."""
    asked = surface_of(request).layout
    fits = asked == "clear" or (asked == "auto" and request.member.role is Role.PHYSICIAN)
    return fits and at.screen == "queue"


def _tabs(at: WorkList, counts: dict[str, str]) -> tuple[Tab, ...]:
    return tuple(
        Tab(label, counts.get(view, ""), at.on(view).url(), here=view == at.view,
            grave=view == "critical")
        for view, label in VIEWS[at.screen].items()
    )  # fmt: skip


def since_of(request: Request) -> datetime | None:
    """When the list that asks was made."""
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return None
    return since if since.tzinfo else None
