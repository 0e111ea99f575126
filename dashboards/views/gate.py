"""Before any page: is the screen locked, has the session ended, is a second step still missing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from accounts import proof, sessions
from accounts.models import Membership
from accounts.policy import AccessPolicy, Lack
from accounts.sessions import State
from audit import log
from audit.actors import Actor
from dashboards.views.frame import SIGNED_OUT, Request, wants_part
from tenants import clock

POLL = "X-Poll"
"""A request that the page sends by itself says so: nobody is there because of it."""

QUIET = frozenset({"dashboards:lock", "dashboards:lock_left"})
"""Asking how long is left is no activity either."""

ALWAYS_OPEN = frozenset({
    "healthz", "readyz", "account_logout", "account_login", *QUIET, "dashboards:sign_on",
    "dashboards:sign_on_at", "dashboards:sign_on_go", "dashboards:sign_on_done",
})  # fmt: skip
"""A locked screen still unlocks and signs out."""

OPEN_TO_SET_UP = frozenset({
    "account_reauthenticate", "account_change_password", "dashboards:switch_practice",
    "dashboards:lock_here",
})  # fmt: skip
SET_UP = "mfa_"
"""Names of the addresses at which second steps are set up begin so."""

THEIRS = (SET_UP, "account_")
"""What belongs to the person in every practice: password and second steps."""
THEIRS_BY_PROOF = frozenset({
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
})  # fmt: skip
NOT_BY_SIGN_ON = gettext_lazy(
    "You came by the sign-in of your practice. Your password and second step are yours everywhere: "
    "to change them, sign out and sign in with your password."
)

Handler = Callable[[HttpRequest], HttpResponse]
Turned = Callable[[Request, datetime], HttpResponse]


class GateMiddleware:
    """After the practice is known, and before its view runs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing: what is asked for is known in `process_view` only."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Turn away, or let through and note that somebody is there."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if getattr(request, "member", None) is None or name in ALWAYS_OPEN:
            return None
        return _at_the_gate(request, name)  # type: ignore[arg-type]


def policy_of(request: Request) -> AccessPolicy:
    """Of the practice at hand."""
    return AccessPolicy.read(request.member.practice.access)


def standing_of(member: Membership) -> str:
    """Who the person is here; a session that began as somebody else ends."""
    return f"{member.pk}:{member.access_version}:{','.join(member.roles)}"


def lack_of(request: Request) -> Lack | None:
    """The first thing that the practice asks and this session does not have."""
    policy, member = policy_of(request), request.member
    if not proof.is_vouched_for(request):
        if policy.asks_sign_on(member.pk):
            return Lack.SIGN_ON
        if not proof.is_own(request):
            return Lack.ELSEWHERE
    if policy.asks_second_step(member.roles) and not proof.has_second_step(request, policy):
        return Lack.SECOND_STEP
    return None


def lock(request: Request, *, by: str, now: datetime) -> None:
    """Lock the screen; `by`: `hand` or `idle`."""
    sessions.lock(request.session, now=now)
    note(request, "screen.locked", by=by, now=now)


def note(request: Request, action: str, *, now: datetime, **detail: str) -> None:
    """A row of the trail about the session itself."""
    actor: Actor = request.actor
    with transaction.atomic():
        log.record(action, entity=request.member, detail=detail, actor=actor, now=now)


def next_of(request: HttpRequest, *, default: str = "/") -> str:
    """Where the person goes on, on this site alone."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    ours = url_has_allowed_host_and_scheme(wanted, None, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else default


def stood_on(request: HttpRequest) -> str:
    """The page of ours that a link or a form stood on, else the first one."""
    home = request.build_absolute_uri("/")
    referer = request.headers.get("Referer", "")
    return referer.removeprefix(home[:-1]) if referer.startswith(home) else "/"


def _at_the_gate(request: Request, name: str) -> HttpResponse | None:
    now, policy = clock.now(), policy_of(request)
    standing = standing_of(request.member)
    state = sessions.state(request.session, policy, standing=standing, now=now)
    if state in TURNED:
        return TURNED[state](request, now)
    if name.startswith(THEIRS) and name not in THEIRS_BY_PROOF and not proof.is_own(request):
        raise PermissionDenied(NOT_BY_SIGN_ON)
    if not _is_open_to_set_up(name) and (lack := lack_of(request)):
        return _away(request, _remedy(request, lack))
    if request.headers.get(POLL) != "true":
        _note_activity(request, standing, now)
    return None


def _is_open_to_set_up(name: str) -> bool:
    return name.startswith(SET_UP) or name in OPEN_TO_SET_UP


def _remedy(request: Request, lack: Lack) -> str:
    """Where the person gets what they lack."""
    if lack is Lack.SECOND_STEP and proof.is_own(request):
        return reverse("mfa_index")
    door = reverse("dashboards:sign_on_at", args=[request.member.practice.slug])
    return f"{door}?{_return_to(request)}"


def _note_activity(request: Request, standing: str, now: datetime) -> None:
    """Kept at once: a request that runs for long must not undo a lock that came meanwhile."""
    if not sessions.note_activity(request.session, standing=standing, now=now):
        return
    request.session.save()
    request.session.modified = False
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def _locked(request: Request, _: datetime) -> HttpResponse:
    return _away(request, f"{reverse('dashboards:lock')}?{_return_to(request)}")


def _idle(request: Request, now: datetime) -> HttpResponse:
    lock(request, by="idle", now=now)
    return _locked(request, now)


def _ended(why: str) -> Turned:
    def turned(request: Request, _: datetime) -> HttpResponse:
        back = _return_to(request)
        get_adapter().logout(request)
        return _away(request, f"{reverse('account_login')}?{back}&{urlencode({'ended': why})}")

    return turned


TURNED: dict[State, Turned] = {
    State.LOCKED: _locked, State.IDLE: _idle, State.OVER: _ended("over"),
    State.CHANGED: _ended("changed"),
}  # fmt: skip


def _away(request: Request, address: str) -> HttpResponse:
    """To another page; who asked for a part of one asks for the whole of it again."""
    if wants_part(request):
        words = gettext("This screen is locked or signed out. Reload the page to go on.")
        return HttpResponse(words, status=SIGNED_OUT, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(address)


def _return_to(request: Request) -> str:
    """The page itself; of a form that was sent, the page that it stood on."""
    looked = request.method in ("GET", "HEAD")
    back = request.get_full_path() if looked else stood_on(request)
    return urlencode({REDIRECT_FIELD_NAME: back})
