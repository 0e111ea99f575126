"""My coverage: my duty, who covers me, swaps, and my calendar."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from dashboards.duty_forms import QUEUE
from dashboards.queries import my_coverage as queries
from dashboards.queries.desk import Desk
from dashboards.rows import Notice
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, plans, uuid_of, went
from escalation import operations
from escalation.operations import DutyRefused

ANSWERS = {
    "agree": (operations.agree_to_swap, "swapped"),
    "decline": (operations.decline_swap, "swap-declined"),
}


@for_members
@require_safe
def coverage(request: Request) -> HttpResponse:
    """When I am on call, whom I cover and who covers me."""
    require(request, Operation.WORK_TASKS)
    return _show(request, desk_of(request))


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
@plans
def out_today(request: Request) -> HttpResponse:
    """Whoever covers is the button: three taps from anywhere."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    if request.method != "POST":
        return _out(request, desk)
    chosen = request.POST.get("cover", "")
    cover_id = uuid_of(chosen)
    if cover_id is None and chosen != QUEUE:
        return _out(request, desk, problem=gettext("Choose who covers."))
    try:
        operations.record_absence(
            member_id=request.member.pk, cover_id=cover_id, begins_at=desk.now,
            ends_at=queries.tonight(desk), by=request.member, actor=request.actor, now=desk.now,
        )  # fmt: skip
    except DutyRefused as refused:
        return _out(request, desk, problem=str(refused))
    return went("coverage", "out-today")


@for_members
@require_POST
@plans
def ask_swap(request: Request) -> HttpResponse:
    """A turn of mine for a turn of a colleague's."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    rotation_id, offered = _turn(request.POST.get("offered", ""))
    other_id, wanted = _turn(request.POST.get("wanted", ""))
    if rotation_id is None or offered is None or wanted is None:
        return _show(request, desk, problem=gettext("Choose a turn of yours and a colleague's."))
    if rotation_id != other_id:
        return _show(request, desk, problem=gettext("Choose two turns of the same rotation."))
    try:
        operations.ask_swap(
            rotation_id=rotation_id, offered_at=offered, wanted_at=wanted, by=request.member,
            actor=request.actor, now=desk.now,
        )  # fmt: skip
    except DutyRefused as refused:
        return _show(request, desk, problem=str(refused))
    return went("coverage", "swap-asked")


@for_members
@require_POST
@plans
def answer_swap(request: Request, swap_id: UUID, code: str) -> HttpResponse:
    """Yes or no."""
    require(request, Operation.WORK_TASKS)
    if code not in ANSWERS:
        raise Http404
    desk = desk_of(request)
    answer, said = ANSWERS[code]
    try:
        answer(swap_id=swap_id, by=request.member, actor=request.actor, now=desk.now)
    except DutyRefused as refused:
        return _show(request, desk, problem=str(refused))
    return went("coverage", said)


@for_members
@require_POST
def make_calendar(request: Request) -> HttpResponse:
    """A new address, shown on this page and never again."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    token = operations.open_duty_feed(member=request.member, actor=request.actor, now=desk.now)
    address = request.build_absolute_uri(reverse("dashboards:duty_calendar", args=[token]))
    return _show(request, desk, address=address)


@for_members
@require_POST
def close_calendar(request: Request) -> HttpResponse:
    """The address answers no more."""
    require(request, Operation.WORK_TASKS)
    operations.close_duty_feed(
        member=request.member, actor=request.actor, now=desk_of(request).now
    )  # fmt: skip
    return went("coverage", "calendar-closed")


def _turn(text: str) -> tuple[UUID | None, datetime | None]:
    """A rotation and an instant, as the form's choices hold them."""
    rotation, _, instant = text.partition("|")
    try:
        at = datetime.strptime(instant, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None, None
    return uuid_of(rotation), at


def _show(
    request: Request, desk: Desk, *, problem: str = "", address: str = ""
) -> HttpResponse:  # fmt: skip
    notices = (Notice(text=problem, tone="stop"),) if problem else flash.notices(request, desk)
    return screen(
        request, "dashboards/coverage.html", desk, here="coverage", page=queries.page(desk),
        notices=notices, address=address, status=REFUSED if problem else 200,
    )  # fmt: skip


def _out(request: Request, desk: Desk, *, problem: str = "") -> HttpResponse:
    notices = (Notice(text=problem, tone="stop"),) if problem else ()
    return screen(
        request, "dashboards/out_today.html", desk, here="coverage", page=queries.out_today(desk),
        notices=notices, queue=QUEUE, status=REFUSED if problem else 200,
    )  # fmt: skip
