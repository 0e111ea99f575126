"""Who works here: their roles changed, whoever left brought back."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts.models import Membership
from accounts.operations import RolesRefused
from accounts.permissions import Operation, PermissionRefused
from dashboards.people_forms import RolesForm
from dashboards.queries import people as queries
from dashboards.queries.desk import Desk
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, went
from dashboards.views.proving import proven


@for_members
@require_safe
def people(request: Request) -> HttpResponse:
    """Everybody, with what they are and the ways to change it."""
    require(request, Operation.MANAGE_PEOPLE)
    desk = desk_of(request)
    return screen(
        request, "dashboards/people.html", desk, here="staff", page=queries.page(desk),
        notices=flash.notices(request, desk),
    )  # fmt: skip


@for_members
@proven(Operation.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: Request, member_id: UUID) -> HttpResponse:
    """The form (GET), what it would come to (POST), and the change itself (POST, confirmed)."""
    desk, member = desk_of(request), queries.find(member_id, is_active=True)
    if member is None or member.pk == request.member.pk:
        raise Http404
    held = {"roles": member.roles, "main": member.role.value}
    form = RolesForm(request.POST if request.method == "POST" else None, initial=held)
    if request.method != "POST":
        return _show(request, desk, member, form)
    if not form.is_valid():
        return _show(request, desk, member, form, status=REFUSED)
    if "confirmed" not in request.POST:
        sentences = queries.consequences(member, form.said(), desk)
        return _show(request, desk, member, form, sentences=sentences)
    return _change(request, desk, member, form)


@for_members
@proven(Operation.MANAGE_PEOPLE)
@require_POST
def reactivate(request: Request, member_id: UUID) -> HttpResponse:
    """They come back in the roles that they had."""
    if queries.find(member_id, is_active=False) is None:
        raise Http404
    now = desk_of(request).now
    operations.reactivate(member_id=member_id, by=request.member, actor=request.actor, now=now)
    return went("people", "back")


def _change(request: Request, desk: Desk, member: Membership, form: RolesForm) -> HttpResponse:
    try:
        operations.change_roles(
            member_id=member.pk, roles=form.said(), by=request.member, actor=request.actor,
            now=desk.now,
        )  # fmt: skip
    except PermissionRefused as refused:
        raise PermissionDenied(str(refused)) from None
    except RolesRefused as refused:
        form.add_error("roles", str(refused))
        return _show(request, desk, member, form, status=REFUSED)
    return went("people", "roles-changed")


def _show(
    request: Request, desk: Desk, member: Membership, form: RolesForm, *,
    sentences: tuple[str, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    return screen(
        request, "dashboards/member_roles.html", desk, here="staff", status=status, form=form,
        page=queries.roles_page(member), sentences=sentences,
    )  # fmt: skip
