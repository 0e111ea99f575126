"""Somebody leaves: a list that does not finish while anything is theirs."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Membership
from accounts.operations import RolesRefused
from accounts.permissions import Operation
from dashboards.duty_forms import QUEUE
from dashboards.queries import leaving as queries
from dashboards.queries.desk import Desk
from dashboards.rows import Notice
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from dashboards.views.planning import REFUSED, plans, uuid_of, went
from dashboards.views.proving import proven
from escalation import operations
from escalation.operations import DutyRefused, StillHolds


@for_members
@proven(Operation.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@plans
def leaving(request: Request, member_id: UUID) -> HttpResponse:
    """The list, and each step of it."""
    desk, member = desk_of(request), queries.find(member_id)
    if member is None or member.pk == request.member.pk:
        raise Http404
    if request.method != "POST":
        return _show(request, desk, member)
    step = STEPS.get(request.POST.get("do", ""))
    if step is None:
        return _show(request, desk, member, problem=_("Choose what to do."))
    try:
        return step(request, desk, member)
    except (DutyRefused, RolesRefused, StillHolds) as refused:
        return _show(request, desk, member, problem=str(refused))


def _hand_over(request: Request, desk: Desk, member: Membership) -> HttpResponse:
    """All that is theirs and all that comes, for good."""
    chosen = request.POST.get("cover", "")
    cover_id = uuid_of(chosen)
    if cover_id is None and chosen != QUEUE:
        return _show(request, desk, member, problem=_("Choose who takes the work."))
    operations.record_absence(
        member_id=member.pk, cover_id=cover_id, begins_at=desk.now, ends_at=None,
        reason="leaves", by=request.member, actor=request.actor, now=desk.now,
    )  # fmt: skip
    return went("leaving", "work-moves", member.pk)


def _queues(request: Request, desk: Desk, member: Membership) -> HttpResponse:
    to_id = uuid_of(request.POST.get("to", ""))
    if to_id is None:
        return _show(request, desk, member, problem=_("Choose who answers for the queues."))
    operations.pass_on_queues(
        member_id=member.pk, to_id=to_id, by=request.member, actor=request.actor, now=desk.now
    )
    return went("leaving", "queues-passed-on", member.pk)


def _finish(request: Request, desk: Desk, member: Membership) -> HttpResponse:
    operations.finish_leaving(
        member_id=member.pk, by=request.member, actor=request.actor, now=desk.now
    )
    return went("staff", "left")


STEPS = {"hand-over": _hand_over, "queues": _queues, "finish": _finish}


def _show(request: Request, desk: Desk, member: Membership, *, problem: str = "") -> HttpResponse:
    notices = (Notice(text=problem, tone="stop"),) if problem else flash.notices(request, desk)
    return screen(
        request, "dashboards/leaving.html", desk, here="staff", page=queries.page(member, desk),
        notices=notices, queue=QUEUE, status=REFUSED if problem else 200,
    )  # fmt: skip
