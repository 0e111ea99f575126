"""Keys to the REST API: which there are, a new one shown once, and ending one."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Operation
from dashboards.api_key_forms import SCOPES, ApiKeyForm
from dashboards.queries import api_keys as queries
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from dashboards.views.planning import REFUSED, went
from dashboards.views.proving import proven
from integrations import operations


@for_members
@proven(Operation.MANAGE_FEEDS)
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: Request) -> HttpResponse:
    """The list; a POST makes one, whose secret stands in this answer and nowhere else."""
    if request.method != "POST":
        return _show(request, ApiKeyForm())
    form, now = ApiKeyForm(request.POST), desk_of(request).now
    if not form.is_valid():
        return _show(request, form, status=REFUSED)
    made = operations.issue_api_key(
        name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"],
        expires_at=form.expires_at(now=now), actor=request.actor, now=now,
    )  # fmt: skip
    return _show(request, ApiKeyForm(), secret=made.secret)


@for_members
@proven(Operation.MANAGE_FEEDS)
@require_POST
def revoke(request: Request, key_id: UUID) -> HttpResponse:
    """It opens nothing from now on."""
    key = queries.find(key_id)
    if key is None:
        raise Http404
    operations.revoke_api_key(key=key, actor=request.actor, now=desk_of(request).now)
    return went("api_keys", "api-key-revoked")


def _show(
    request: Request, form: ApiKeyForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    desk = desk_of(request)
    return screen(
        request, "dashboards/api_keys.html", desk, here="feeds", form=form, secret=secret,
        keys=queries.lines(desk), scopes=SCOPES, notices=flash.notices(request, desk),
        status=status,
    )  # fmt: skip
