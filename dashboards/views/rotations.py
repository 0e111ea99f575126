"""Rotations: set up, changed, stood in for, retired."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Operation, may
from dashboards.duty_forms import LOCAL, OverrideForm, RotationForm, place_of
from dashboards.queries import connecting
from dashboards.queries import staff as queries
from dashboards.queries.desk import Desk
from dashboards.queries.worklist import active_members
from dashboards.views import flash, staff
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, blame, plans, went
from escalation import operations
from escalation.calendar import clock
from escalation.models import Rotation
from escalation.operations import DutyRefused
from tenants.models import Location


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
@plans
def new_rotation(request: Request) -> HttpResponse:
    """A round of members who take turns."""
    require(request, Operation.PLAN_DUTY)
    desk = desk_of(request)
    initial = {
        "begins_on": desk.today, "handover": "08:00", "turn_days": 7, "time_zone": str(desk.zone),
        "name": "",
    }  # fmt: skip
    form = _form(request, None, initial)
    if form.is_valid():
        try:
            made = operations.start_rotation(
                rota=form.rota(), begins_on=form.cleaned_data["begins_on"], by=request.member,
                actor=request.actor, now=desk.now,
            )  # fmt: skip
            return went("rotation", "rotation-started", made.pk)
        except DutyRefused as refused:
            blame(form, refused, {})
    return _edit(request, desk, form, None)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
@plans
def rotation(request: Request, rotation_id: UUID) -> HttpResponse:
    """One rotation: its next turns, who stands in, and the round itself."""
    require(request, Operation.PLAN_DUTY)
    desk, held = desk_of(request), _find(rotation_id)
    form = _form(request, held, _said(held))
    if form.is_valid():
        try:
            operations.change_rotation(
                rotation_id=held.pk, rota=form.rota(), by=request.member, actor=request.actor,
                now=desk.now,
            )  # fmt: skip
            return went("rotation", "rotation-changed", held.pk)
        except DutyRefused as refused:
            blame(form, refused, {})
    return _edit(request, desk, form, held)


@for_members
@require_POST
@plans
def make_override(request: Request, rotation_id: UUID) -> HttpResponse:
    """For a while somebody else is on call."""
    require(request, Operation.PLAN_DUTY)
    desk, held = desk_of(request), _find(rotation_id)
    form = OverrideForm(request.POST, zone=ZoneInfo(held.time_zone), now=desk.now)
    if form.is_valid():
        try:
            said = {"member_id": form.cleaned_data["member"], "by": request.member}
            span = {name: form.cleaned_data[name] for name in ("begins_at", "ends_at", "reason")}
            operations.override(
                rotation_id=held.pk, **said, **span, actor=request.actor, now=desk.now
            )
            return went("rotation", "override-made", held.pk)
        except DutyRefused as refused:
            blame(form, refused, {})
    return _edit(request, desk, _form(None, held, _said(held)), held, override=form)


@for_members
@require_POST
@plans
def end_override(request: Request, override_id: UUID) -> HttpResponse:
    """The rota holds again."""
    return _ended(request, partial(operations.end_override, override_id=override_id),
                  "override-ended")  # fmt: skip


@for_members
@require_POST
@plans
def retire_rotation(request: Request, rotation_id: UUID) -> HttpResponse:
    """It calls nobody any more."""
    return _ended(request, partial(operations.retire_rotation, rotation_id=rotation_id),
                  "rotation-retired")  # fmt: skip


def _ended(request: Request, end: Callable[..., None], said: str) -> HttpResponse:
    """Back to the week, with what happened or with what stands in the way."""
    require(request, Operation.PLAN_DUTY)
    desk = desk_of(request)
    try:
        end(by=request.member, actor=request.actor, now=desk.now)
    except DutyRefused as refused:
        return staff.show(request, desk, problem=str(refused))
    return went("staff", said)


def _find(rotation_id: UUID) -> Rotation:
    found = queries.rotation_of(rotation_id)
    if found is None:
        raise Http404
    return found


def _said(held: Rotation) -> dict[str, Any]:
    """The form as the rotation stands."""
    places = {
        f"place_{shift.member_id}": shift.position + 1 for shift in held.shifts.all()
    }  # fmt: skip
    return {
        "name": held.name, "location": str(held.location_id or ""), "time_zone": held.time_zone,
        "handover": clock(held.handover_minute), "turn_days": held.turn_days, **places,
    }  # fmt: skip


def _form(
    request: Request | None, held: Rotation | None, initial: dict[str, Any]
) -> RotationForm:  # fmt: skip
    members = [one for one in active_members() if may(one.roles, Operation.CLOSE_CRITICAL)]
    locations = list(Location.objects.order_by("name"))
    bound = request.POST if request is not None and request.method == "POST" else None
    return RotationForm(
        bound, initial=initial, members=members, locations=locations, is_new=held is None
    )


def _edit(
    request: Request, desk: Desk, form: RotationForm, held: Rotation | None, *,
    override: OverrideForm | None = None,
) -> HttpResponse:  # fmt: skip
    zone = ZoneInfo(held.time_zone) if held else desk.zone
    wrong = form.is_bound or override is not None
    return screen(
        request, "dashboards/rotation.html", desk, here="staff", form=form, override=override,
        card=queries.card(desk, held) if held else None, zones=connecting.zones(),
        seats=[(form[place_of(one)], one.name, one.role.label) for one in form.members],
        stand_ins=[(str(one.pk), one.name) for one in form.members], zone=str(zone),
        soon=f"{desk.now.astimezone(zone):{LOCAL}}", locations=list(form.locations.items()),
        notices=flash.notices(request, desk), status=REFUSED if wrong else 200,
    )  # fmt: skip
