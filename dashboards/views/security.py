"""How people sign in here: what the practice asks, who has it, and what to do when it is lost."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import operations
from accounts.models import Membership
from accounts.permissions import Operation
from dashboards.queries import security as queries
from dashboards.queries.desk import Desk
from dashboards.security_forms import LossForm, PolicyForm
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from dashboards.views.gate import policy_of
from dashboards.views.planning import REFUSED, went
from dashboards.views.proving import proven


@for_members
@proven(Operation.MANAGE_ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: Request) -> HttpResponse:
    """The policy in a form, and everybody with what they have."""
    desk, policy = desk_of(request), policy_of(request)
    if request.method != "POST":
        return _show(request, desk, PolicyForm(initial=policy.document()))
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _show(request, desk, form, status=REFUSED)
    operations.set_access_policy(policy=form.said(policy), actor=request.actor, now=desk.now)
    return went("security", "access-set")


@for_members
@proven(Operation.MANAGE_ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def loss(request: Request, member_id: UUID) -> HttpResponse:
    """Somebody lost a phone, a key or a computer."""
    desk, member = desk_of(request), queries.find(member_id)
    if member is None or member.pk == request.member.pk:
        raise Http404
    form = LossForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _ask(request, desk, member, form)
    operation, said = REMEDIES[form.cleaned_data["do"]]
    operation(membership=member, reason=form.said(), actor=request.actor, now=desk.now)
    return went("security", said)


REMEDIES: dict[str, tuple[Callable[..., Any], str]] = {
    "reset": (operations.reset_second_step, "second-step-reset"),
    "sign-out": (operations.end_sessions, "signed-out"),
}


def _show(request: Request, desk: Desk, form: PolicyForm, *, status: int = 200) -> HttpResponse:
    return screen(
        request, "dashboards/security.html", desk, here="security", status=status, form=form,
        page=queries.page(desk, policy_of(request)), notices=flash.notices(request, desk),
    )  # fmt: skip


def _ask(request: Request, desk: Desk, member: Membership, form: LossForm) -> HttpResponse:
    return screen(
        request, "dashboards/loss.html", desk, here="security", form=form, name=member.name,
        held=queries.held_by(member), status=REFUSED if form.is_bound else 200,
    )  # fmt: skip
