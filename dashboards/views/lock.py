"""The locked screen: nothing of any patient, until the same person proves who they are."""

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import reauthenticate
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions
from dashboards.views.frame import Request, for_members
from dashboards.views.gate import lock as lock_screen
from dashboards.views.gate import next_of, note, policy_of, standing_of
from tenants import clock

UNPROCESSABLE = 422


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: Request) -> HttpResponse:
    """Lock by hand; once locked, unlock by password or passkey and go back to where one was."""
    now = clock.now()
    state = sessions.state(
        request.session, policy_of(request), standing=standing_of(request.member), now=now
    )
    if state in (sessions.State.OVER, sessions.State.CHANGED):
        return HttpResponseRedirect(next_of(request))
    if state is sessions.State.IDLE:
        lock_screen(request, by="idle", now=now)
        return _locked(request)
    if request.method != "POST":
        return _locked(request) if state is sessions.State.LOCKED else _offer(request)
    if state is sessions.State.LOCKED:
        return _unlock(request)
    lock_screen(request, by="hand", now=now)
    return _locked(request)


@for_members
@require_safe
def lock_left(request: Request) -> HttpResponse:
    """Seconds until the screen locks and until the session ends; nobody is there because of it."""
    now, policy = clock.now(), policy_of(request)
    standing = standing_of(request.member)
    state = sessions.state(request.session, policy, standing=standing, now=now)
    is_open = state is sessions.State.OPEN
    locks, ends = (find(request.session, policy, now=now)
                   for find in (sessions.locks_at, sessions.ends_at))  # fmt: skip
    return JsonResponse({
        "lock": int((locks - now).total_seconds()) if is_open else 0,
        "end": int((ends - now).total_seconds()),
    })  # fmt: skip


@for_members
@require_POST
def lock_here(request: Request) -> HttpResponse:  # noqa: ARG001
    """Somebody is there: the gate has noted it."""
    return HttpResponse(status=204)


def _unlock(request: Request) -> HttpResponse:
    by_passkey = "credential" in request.POST
    kind = ReauthenticateWebAuthnForm if by_passkey else ReauthenticateForm
    form = kind(data=request.POST, user=request.user)
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, action="reauthenticate", user=request.user
    )
    if limited is not None:
        return limited
    if not form.is_valid():
        return _locked(request, form=form, status=UNPROCESSABLE)
    if by_passkey:
        reauthenticate(request, form.cleaned_data["credential"])
    else:
        reauthenticate_by_password(request)
    now = clock.now()
    sessions.unlock(request.session, now=now)
    note(request, "screen.unlocked", by="passkey" if by_passkey else "password", now=now)
    return HttpResponseRedirect(next_of(request))


def _locked(request: Request, *, form: Form | None = None, status: int = 200) -> HttpResponse:
    has_passkey = is_mfa_enabled(request.user, [Authenticator.Type.WEBAUTHN])
    options = begin_authentication(request.user) if has_passkey else None
    context = {
        "form": form, "next": next_of(request), "person": request.member.name,
        "practice": request.member.practice.name,
        "has_password": request.user.has_usable_password(),
        "js_data": {"request_options": options} if options else None,
    }  # fmt: skip
    return render(request, "dashboards/lock.html", context, status=status)


def _offer(request: Request) -> HttpResponse:
    context = {"next": next_of(request), "person": request.member.name, "is_open": True}
    return render(request, "dashboards/lock.html", context)
