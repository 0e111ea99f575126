"""The practice's own sign-in: set up, tested, asked of everybody, given up.

Its server is asked outside of any transaction.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sign_on
from accounts.permissions import Operation
from dashboards import sign_on_forms as forms
from dashboards.queries import sign_on as queries
from dashboards.queries.desk import Desk
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from dashboards.views.gate import policy_of
from dashboards.views.planning import REFUSED, went
from dashboards.views.proving import proven
from integrations.ehr.probing import Finding
from integrations.oidc.client import Client
from integrations.oidc.probing import probe
from integrations.oidc.refusals import SignOnRefused


@for_members
@proven(Operation.MANAGE_ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: Request) -> HttpResponse:
    """How the practice's own sign-in is reached; a POST sets it."""
    if request.method != "POST":
        return _show(request)
    form = forms.SignOnForm(request.POST, held=queries.provider_of(request.member.practice.pk))
    if not form.is_valid():
        return _show(request, form=form, status=REFUSED)
    sign_on.set_up(wish=form.wish(), actor=request.actor, now=desk_of(request).now)
    return went("sign_on_setup", "sign-on-set")


@transaction.non_atomic_requests
@for_members
@proven(Operation.MANAGE_ACCESS)
@require_POST
def action(request: Request, code: str) -> HttpResponse:
    """One of the screen's other buttons."""
    if code not in ACTIONS:
        raise Http404
    return ACTIONS[code](request, desk_of(request))


def _test(request: Request, _desk: Desk) -> HttpResponse:
    held = queries.provider_of(request.member.practice.pk)
    if held is None:
        raise Http404
    try:
        findings = probe(Client.of(held), back=_return_address(request))
    except SignOnRefused:
        return went("sign_on_setup", "sign-on-secret-lost")
    with transaction.atomic():
        return _show(request, findings=findings)


def _ask_of_all(request: Request, desk: Desk) -> HttpResponse:
    with transaction.atomic():
        form = forms.KeeperForm(request.POST, managers=sign_on.managers_with_password())
        if not form.is_valid():
            return _show(request, keeper=form, status=REFUSED)
    try:
        sign_on.ask_of_all(
            keeper_id=UUID(form.cleaned_data["keeper"]), actor=request.actor, now=desk.now
        )
    except sign_on.CannotAsk:
        return went("sign_on_setup", "sign-on-not-yet")
    return went("sign_on_setup", "sign-on-asked")


def _ask_no_more(request: Request, desk: Desk) -> HttpResponse:
    sign_on.ask_no_more(actor=request.actor, now=desk.now)
    return went("sign_on_setup", "sign-on-open")


def _take_away(request: Request, desk: Desk) -> HttpResponse:
    sign_on.take_away(actor=request.actor, now=desk.now)
    return went("security", "sign-on-removed")


ACTIONS: dict[str, Callable[[Request, Desk], HttpResponse]] = {
    "test": _test, "ask-of-all": _ask_of_all, "ask-no-more": _ask_no_more, "take-away": _take_away,
}  # fmt: skip


def _show(
    request: Request, *, form: forms.SignOnForm | None = None,
    keeper: forms.KeeperForm | None = None, findings: Iterable[Finding] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    desk, policy = desk_of(request), policy_of(request)
    held = queries.provider_of(request.member.practice.pk)
    return screen(
        request, "dashboards/sign_on_setup.html", desk, here="security", status=status,
        page=queries.page(desk, held, policy, back=_return_address(request)), findings=findings,
        form=form or forms.SignOnForm(held=held, initial=forms.initial(held, policy)),
        keeper=keeper or forms.KeeperForm(
            managers=sign_on.managers_with_password(), initial={"keeper": str(request.member.pk)}
        ),
        notices=flash.notices(request, desk),
    )  # fmt: skip


def _return_address(request: Request) -> str:
    slug = request.member.practice.slug
    return request.build_absolute_uri(reverse("dashboards:sign_on_done", args=[slug]))
