"""Step-up: what concerns keys, exports and people asks again who it is, and then goes on.

A form that was sent waits in the session, sealed, until the person proved it; its token is in the
address that they come back to, so that no other visit to the page sends it. A file is asked for
again, on the page that offered it: a browser that is given one stays on the page before.
"""

import json
from collections.abc import Callable
from functools import wraps
from secrets import token_urlsafe
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from accounts import proof
from accounts.permissions import Operation
from dashboards.queries.sign_on import again_url
from dashboards.views.frame import Request, require, wants_part
from dashboards.views.gate import stood_on
from tenants import clock, sealing

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]

WAITING = "form_waiting"
"""In the session: the form that was sent before the proof."""
GO_ON = "go_on"
"""Its token, in the address."""


def proven(operation: Operation, *, file: bool = False) -> Callable[[View[P]], View[P]]:
    """For who may, and proved a moment ago who they are; `file`: even to get it."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            require(request, operation)
            is_recent = proof.is_recent(request, now=clock.now())
            if is_recent and request.method == "GET" and GO_ON in request.GET:
                _take_up(request)
            if is_recent or not (file or request.method == "POST"):
                return view(request, *args, **kwargs)
            return _ask(request, _page_of(request) if file else _kept(request))

        return cast("View[P]", inner)

    return guard


def _ask(request: Request, back: str) -> HttpResponse:
    """To the page that asks; straight to the practice's own sign-in where nothing else can be."""
    onward = urlencode({REDIRECT_FIELD_NAME: back})
    has_own = bool(get_reauthentication_flows(request.user))
    again = "" if has_own else again_url(request.member.practice)
    address = f"{again}&{onward}" if again else f"{reverse('account_reauthenticate')}?{onward}"
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: Request) -> str:
    """The page that offers the file, saying that it may be taken now."""
    page = stood_on(request)
    return f"{page}{'&' if '?' in page else '?'}said=proven"


def _kept(request: Request) -> str:
    """Where the form goes on that is kept until then."""
    token = token_urlsafe(9)
    form = json.dumps([token, request.path, request.POST.urlencode()])
    request.session[WAITING] = sealing.seal(form)
    return f"{request.path}?{urlencode({GO_ON: token})}"


def _take_up(request: Request) -> None:
    """The form that waited for just this visit, as if it were sent now."""
    if WAITING not in request.session:
        return
    token, path, form = json.loads(sealing.unseal(request.session[WAITING]))
    if (token, path) == (request.GET[GO_ON], request.path):
        del request.session[WAITING]
        request.method, request.POST = "POST", QueryDict(form)
