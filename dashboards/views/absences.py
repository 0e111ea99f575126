"""Absences: planned, covered by somebody else, ended early."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import permissions
from accounts.models import Membership
from accounts.permissions import Operation, may
from dashboards.duty_forms import QUEUE, AbsenceForm
from dashboards.queries import staff as queries
from dashboards.queries.desk import Desk
from dashboards.queries.worklist import active_members
from dashboards.rows import Notice
from dashboards.views import staff
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, blame, plans, uuid_of, went
from escalation import operations
from escalation.operations import DutyRefused
from escalation.standins import why_not

FIELDS = {"begins_at": "begins_on", "ends_at": "ends_on"}


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
@plans
def plan_absence(request: Request) -> HttpResponse:
    """My own; for those who plan duty, anybody's."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    data = request.POST if request.method == "POST" else request.GET
    member = _whose(request, data.get("member", ""))
    bound = request.POST if request.method == "POST" else None
    form = AbsenceForm(bound, zone=desk.zone, now=desk.now)
    if not form.is_valid() or not _planned(request, desk, member, form):
        return _ask(request, desk, member, form)
    return went("coverage" if member.pk == request.member.pk else "staff", "absence-planned")


def _planned(request: Request, desk: Desk, member: Membership, form: AbsenceForm) -> bool:
    said = form.cleaned_data
    try:
        operations.record_absence(
            member_id=member.pk, cover_id=said["cover"], begins_at=form.begins_at(),
            ends_at=form.ends_at(), moves_open_work=said["moves"] == "all",
            goes_back=said["back"] == "back", reason=said["reason"], by=request.member,
            actor=request.actor, now=desk.now,
        )  # fmt: skip
    except DutyRefused as refused:
        blame(form, refused, FIELDS)
        return False
    return True


@for_members
@require_POST
@plans
def end_absence(request: Request, absence_id: UUID) -> HttpResponse:
    """Back early, or not going at all."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    operations.end_absence(
        absence_id=absence_id, by=request.member, actor=request.actor, now=desk.now
    )
    return went("staff" if request.POST.get("back") == "staff" else "coverage", "absence-ended")


@for_members
@require_POST
@plans
def change_cover(request: Request, absence_id: UUID) -> HttpResponse:
    """Somebody else covers from now on."""
    require(request, Operation.SEE_TEAM)
    desk = desk_of(request)
    if not queries.has_absence(absence_id, desk):
        raise Http404
    chosen = request.POST.get("cover", "")
    cover_id = uuid_of(chosen)
    if cover_id is None and chosen != QUEUE:
        return staff.show(request, desk, problem=_("Choose who covers."))
    try:
        operations.change_cover(
            absence_id=absence_id, cover_id=cover_id, by=request.member, actor=request.actor,
            now=desk.now,
        )  # fmt: skip
    except DutyRefused as refused:
        return staff.show(request, desk, problem=str(refused))
    return went("staff", "cover-changed")


def _whose(request: Request, text: str) -> Membership:
    """Myself, where nobody else is named or the name is none of ours."""
    chosen = uuid_of(text)
    found = Membership.objects.filter(pk=chosen, is_active=True).first() if chosen else None
    member = found or request.member
    if member.pk != request.member.pk:
        permissions.require(request.member.roles, Operation.PLAN_DUTY)
    return member


def _ask(request: Request, desk: Desk, member: Membership, form: AbsenceForm) -> HttpResponse:
    everybody = active_members()
    plans_for_all = may(request.member.roles, Operation.PLAN_DUTY)
    covers = [one for one in everybody if one.pk != member.pk and not why_not(one, member)]
    lacking = len(everybody) - 1 - len(covers)
    own = member.pk == request.member.pk
    return screen(
        request, "dashboards/absence.html", desk, here="coverage" if own else "staff", form=form,
        member=member.name, member_id=str(member.pk), own=own, queue=QUEUE, lacking=lacking,
        covers=[(str(one.pk), f"{one.name}, {one.role.label}") for one in covers],
        members=[(str(one.pk), one.name) for one in everybody] if plans_for_all else [],
        today=desk.today.isoformat(), notices=_notices(form),
        status=REFUSED if form.is_bound else 200,
    )  # fmt: skip


def _notices(form: AbsenceForm) -> tuple[Notice, ...]:
    return tuple(Notice(text=str(error), tone="stop") for error in form.non_field_errors())
