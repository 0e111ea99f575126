"""What changed since a list was made, said without moving it.

The list asks every 15 seconds, names the rows that it shows, and sends back the tag of the last
answer. 204: nothing changed since it was made; 304: nothing since the last answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from audit import log
from audit.models import AuditEvent
from dashboards.lists import WorkList
from dashboards.queries import sources, worklist
from dashboards.queries.desk import Desk
from dashboards.views.frame import Request, as_parameter, desk_of, for_members, require
from dashboards.views.queue import since_of, tabs_of
from routing.danger import CRITICAL
from routing.filters import is_id
from routing.models import Task

MOST = 500
NOTHING, SAME = 204, 304


@dataclass(frozen=True, slots=True)
class News:
    """Of one list since it was made."""

    new: int
    grave: int
    closed: int
    mine: tuple[UUID, ...]
    """Critical tasks that came to me, or to a queue of mine."""

    @property
    def words(self) -> str:
        """`5 new (1 critical), 2 closed by others`."""
        parts = []
        if self.new:
            grave = f" ({_('%d critical') % self.grave})" if self.grave else ""
            parts.append(_("%d new") % self.new + grave)
        if self.closed:
            parts.append(_("%d closed by others") % self.closed)
        return ", ".join(parts)

    @property
    def banner(self) -> str:
        """Announced once; names nobody, because it stands over whatever is open."""
        many = len(self.mine)
        said = ngettext("A new critical task is yours.", "%d new critical tasks are yours.", many)
        return (said % many if many > 1 else said) if many else ""


@for_members
@require_safe
def live(request: Request) -> HttpResponse:
    """`5 new (1 critical), 2 closed by others`, and the rows of the page that others changed."""
    screen = "team" if request.GET.get("list") == "team" else "queue"
    require(request, Operation.SEE_TEAM if screen == "team" else Operation.WORK_TASKS)
    desk, since = desk_of(request), since_of(request)
    if since is None:
        return HttpResponse(status=NOTHING)
    at, shown = WorkList.read(screen, request.GET.dict()), _shown(request)
    changed = _changed_by_others(desk, since)
    moved = _moved(desk, shown, changed, since)
    news = _news(desk, at, shown, changed, since)
    if not moved and not news.words:
        return HttpResponse(status=NOTHING)
    tag = f'W/"{blake2b(repr((moved, news)).encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=SAME, headers={"ETag": tag})
    return _answer(request, desk, at, news, [pk for pk, *_ in moved], tag=tag)


def _answer(
    request: Request, desk: Desk, at: WorkList, news: News, ids: Sequence[UUID], *, tag: str
) -> HttpResponse:
    back = as_parameter(at.url())
    found = worklist.rows(desk, ids, back=back)
    if found.patients:
        seen = [str(one) for one in found.patients]
        detail = {"view": at.view, "patients": seen}
        log.record("queue.viewed", detail=detail, actor=request.actor, now=desk.now)
    context = {"news": news, "rows": found.rows, "back": back, "tabs": tabs_of(desk, at)}
    answer = render(request, "dashboards/queue_live.html", context)
    answer["ETag"] = tag
    return answer


def _shown(request: Request) -> list[UUID]:
    """The rows of the page that asks, but for those that its reader has ended."""
    return [UUID(text) for text in request.GET.get("rows", "").split(",")[: worklist.PAGE]
            if is_id(text)]  # fmt: skip


def _changed_by_others(desk: Desk, since: datetime) -> list[UUID]:
    moves = AuditEvent.objects.filter(at__gt=since, entity="task", action__startswith="task.")
    moves = moves.exclude(membership_id=desk.member.pk).exclude(action="task.viewed")
    return [pk for pk in moves.values_list("entity_id", flat=True).distinct()[:MOST] if pk]


def _moved(
    desk: Desk, shown: Sequence[UUID], changed: Sequence[UUID], since: datetime
) -> list[tuple[UUID, int, bool]]:
    """Rows of the page that others changed, or whose lease ran out: in which state they are."""
    if not shown:
        return []
    ran_out = Q(claimed_until__gt=since, claimed_until__lte=desk.now)
    tasks = Task.objects.filter(Q(pk__in=changed) | ran_out, pk__in=shown).order_by("pk")
    tasks = tasks if desk.sees_patients else tasks.filter(patient__isnull=True)
    states = tasks.values_list("pk", "version", "claimed_until")
    return [(pk, version, bool(until and until > desk.now)) for pk, version, until in states]


def _news(
    desk: Desk, at: WorkList, shown: Sequence[UUID], changed: Sequence[UUID], since: datetime
) -> News:
    if not changed:
        return News(0, 0, 0, ())
    pools = sources.pools(desk.member)
    queues = pools if at.screen == "queue" else worklist.all_queues()
    members = worklist.active_members() if at.view in worklist.WITH_PEOPLE else []
    here = sources.among(worklist.parts_of(desk, at, queues, members), changed)
    new = [place for place in here if place.authored_at > since]
    grave = sources.among(sources.mine(desk, pools, "critical"), changed)
    return News(
        new=len(new),
        grave=sum(place.danger == CRITICAL for place in new),
        closed=_closed(desk, at, shown, changed, since),
        mine=tuple(place.pk for place in grave if place.pk not in set(shown)),
    )


def _closed(
    desk: Desk, at: WorkList, shown: Sequence[UUID], changed: Sequence[UUID], since: datetime
) -> int:
    """How many tasks of the page, or of the list where the page names none, others have ended."""
    whose = Q(pk__in=shown) if shown else _of_list(desk, at.screen)
    tasks = Task.objects.filter(whose, pk__in=changed, ended_at__gt=since, authored_at__lte=since)
    return (tasks if desk.sees_patients else tasks.filter(patient__isnull=True)).count()


def _of_list(desk: Desk, screen: str) -> Q:
    if screen == "team":
        return Q()
    # Who closes a pool's task becomes its owner, and it was in my list until then.
    free = Q(owner__isnull=True) | Q(ended_at__isnull=False)
    return Q(queue__in=sources.pools(desk.member)) & free | Q(owner=desk.member)
