"""Who may close a kind of work: said, read back in words, then made."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.permissions import Operation, PermissionRefused
from dashboards.delegation_forms import DelegationForm
from dashboards.queries import delegating as queries
from dashboards.queries.desk import Desk, zone_of
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.planning import REFUSED, went
from routing import operations
from routing.friction import BY_SLUG, Cell
from routing.operations import DelegationRefused


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: Request, work: str) -> HttpResponse:
    """The form (GET), what it would come to (POST), and the change itself (POST, confirmed)."""
    require(request, Operation.DELEGATE)
    if work not in BY_SLUG:
        raise Http404
    desk, cell = desk_of(request), BY_SLUG[work]
    form = _form(request, desk, cell)
    if request.method != "POST":
        return _show(request, desk, cell, form)
    if not form.is_valid():
        return _show(request, desk, cell, form, status=REFUSED)
    if "confirmed" not in request.POST:
        sentences = queries.consequences(cell, form.said(), desk)
        return _show(request, desk, cell, form, sentences=sentences)
    return _make(request, desk, cell, form)


def _make(request: Request, desk: Desk, cell: Cell, form: DelegationForm) -> HttpResponse:
    try:
        operations.delegate(
            cell=cell, **form.said(), by=request.member, actor=request.actor, now=desk.now
        )
    except PermissionRefused as refused:
        raise PermissionDenied(str(refused)) from None
    except DelegationRefused as refused:
        form.add_error(refused.field, str(refused))
        return _show(request, desk, cell, form, status=REFUSED)
    return went("closing", "delegated")


def _form(request: Request, desk: Desk, cell: Cell) -> DelegationForm:
    physicians = queries.physicians(desk)
    return DelegationForm(
        request.POST if request.method == "POST" else None,
        physicians=physicians,
        zone=zone_of(None, desk.member),
        now=desk.now,
        initial={
            "roles": sorted(desk.authority.closers(cell)),
            "begins_on": desk.today,
        },
    )


def _show(
    request: Request, desk: Desk, cell: Cell, form: DelegationForm, *,
    sentences: tuple[str, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    return screen(
        request, "dashboards/delegation.html", desk, here="staff", status=status, form=form,
        page=queries.page(cell, desk), sentences=sentences,
    )  # fmt: skip
