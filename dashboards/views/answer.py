"""A specialist answers without an account: by a link and its code, or by the code alone.

Until the code is given nothing of a patient is shown. Whoever gave it carries a signed cookie for
that one page and a short time; it is no session, and knows of no member's. What does not open is
answered alike, whatever the reason; only who holds something genuine reads whom to call.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit import log
from audit.actors import Actor
from dashboards.answer_forms import DECLINES, CodeForm, ReplyForm
from dashboards.queries import answer as queries
from dashboards.rows.answer import Caller
from referrals import codes, operations
from referrals.models import Invitation
from referrals.operations import InvitationShut, Opened
from tenants import clock, scope

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

COOKIE, SALT = "answer", "dashboards.answer"
LASTS = 30 * 60
"""Seconds that a code is good for."""
HEADERS = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}
"""No address with a link in it is told to anybody, ourselves included."""
GONE, UNPROCESSABLE, TOO_MANY = 410, 422, 429


def for_anybody(view: View[P]) -> View[P]:
    """In the language that was chosen here, else the browser's; a member's own does not count."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        chosen = request.GET.get("language", "")
        if chosen in dict(settings.LANGUAGES):
            response: HttpResponse = HttpResponseRedirect(request.path)
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, chosen, path=reverse("dashboards:reply"),
                secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
            )  # fmt: skip
        else:
            with translation.override(translation.get_language_from_request(request)):
                response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return cast("View[P]", never_cache(require_http_methods(["GET", "HEAD", "POST"])(inner)))


@for_anybody
def by_code(request: HttpRequest) -> HttpResponse:
    """The fixed address that is printed: the code, and nothing else."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _ask(request, form)
    if _too_many(request):
        return _page(request, "wait", status=TOO_MANY)
    if not form.is_valid():
        return _ask(request, form, status=UNPROCESSABLE)
    return _open(request, form, codes.digest_of_code(form.cleaned_data["code"]))


@for_anybody
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link: it opens the question for its code."""
    door, now = codes.digest_of_link(token), clock.now()
    practice_id = queries.practice_behind(door)
    if practice_id is None:
        return _shut(request)
    with scope.scoped(practice_id):
        row, caller = queries.by_link(door), queries.caller()
        if row is None or not row.is_live(now):
            return _shut(request, caller)
        form = CodeForm(request.POST if request.method == "POST" else None)
        if not form.is_bound:
            return _ask(request, form, caller)
        if _too_many(request):
            return _page(request, "wait", status=TOO_MANY)
        if not form.is_valid():
            return _ask(request, form, caller, status=UNPROCESSABLE)
        return _open(request, form, door)


def for_invited(view: Callable[[HttpRequest, Invitation, Caller], HttpResponse]) -> View[[UUID]]:
    """For whoever carries the cookie of this page: inside the practice, with what was opened."""

    @wraps(view)
    def inner(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        door = _opened(request, invitation_id)
        practice_id = queries.practice_behind(door) if door else None
        if practice_id is None:
            return HttpResponseRedirect(reverse("dashboards:reply"))
        with scope.scoped(practice_id):
            row = queries.live(invitation_id, door, now=clock.now())
            caller = queries.caller()
            return _shut(request, caller) if row is None else view(request, row, caller)

    return for_anybody(inner)


@for_invited
def answer_form(request: HttpRequest, row: Invitation, caller: Caller) -> HttpResponse:
    """The referral, and what can be said of it; sent, it is told once and thanked for."""
    now = clock.now()
    place = queries.place_of(row.referral, now=now)
    form = ReplyForm(
        request.POST if request.method == "POST" else None, zone=place.zone, today=place.today
    )
    if form.is_bound and form.is_valid():
        return _send(request, row, form, caller)
    log.record("invitation.looked", entity=row, patient_id=row.referral.patient_id,
               actor=_actor(request), now=now)  # fmt: skip
    return _page(
        request, "form", status=UNPROCESSABLE if form.is_bound else 200, form=form,
        caller=caller, asked=queries.asked(row, now=now), declines=DECLINES.items(),
    )  # fmt: skip


@for_invited
@require_safe
def thanks(request: HttpRequest, row: Invitation, caller: Caller) -> HttpResponse:
    """What was said, and the way back to say more."""
    asked = queries.asked(row, now=clock.now())
    return _page(request, "thanks", caller=caller, asked=asked)


def _open(request: HttpRequest, form: CodeForm, door: str) -> HttpResponse:
    """The page behind the code; or that it opened nothing, which says no more than that."""
    practice_id = queries.practice_behind(door)
    if practice_id is None:
        return _wrong(request, form)
    now = clock.now()
    with scope.scoped(practice_id):
        opened, row = operations.open_invitation(
            door=door, code=form.cleaned_data["code"], actor=_actor(request), now=now
        )
        caller = queries.caller()
    if opened is Opened.WRONG:
        return _wrong(request, form, caller)
    if opened is Opened.SHUT or row is None:
        return _shut(request, caller)
    at = reverse("dashboards:reply_form", args=[row.pk])
    response = HttpResponseRedirect(at)
    response.set_cookie(
        COOKIE, signing.dumps(row.link_digest, salt=f"{SALT}:{row.pk}"), max_age=LASTS, path=at,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict",
    )  # fmt: skip
    return response


def _send(request: HttpRequest, row: Invitation, form: ReplyForm, caller: Caller) -> HttpResponse:
    if not ratelimit.consume(request, action="answer_sent", key=str(row.pk)):
        return _page(request, "wait", status=TOO_MANY)
    try:
        operations.answer_by_form(
            invitation_id=row.pk, reply=form.reply(), sending=form.sent, actor=_actor(request),
            now=clock.now(),
        )  # fmt: skip
    except InvitationShut:
        return _shut(request, caller)
    return HttpResponseRedirect(reverse("dashboards:reply_thanks", args=[row.pk]))


def _opened(request: HttpRequest, invitation_id: UUID) -> str:
    """What the cookie of this page says that the code opened; empty: nothing."""
    try:
        door: str = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=f"{SALT}:{invitation_id}", max_age=LASTS
        )
    except signing.BadSignature:
        return ""
    return door


def _too_many(request: HttpRequest) -> bool:
    """Of codes from one address, or of wrong ones."""
    wrong = ratelimit.consume(request, action="answer_wrong", dry_run=True)
    return not (wrong and ratelimit.consume(request, action="answer"))


def _wrong(request: HttpRequest, form: CodeForm, caller: Caller | None = None) -> HttpResponse:
    ratelimit.consume(request, action="answer_wrong")
    form.add_error("code", translation.gettext(
        "This code opens nothing. Compare it with the sheet, or call the practice that sent it."
    ))  # fmt: skip
    return _ask(request, form, caller, status=UNPROCESSABLE)


def _ask(
    request: HttpRequest, form: CodeForm, caller: Caller | None = None, *, status: int = 200
) -> HttpResponse:
    return _page(request, "code", status=status, form=form, caller=caller)


def _shut(request: HttpRequest, caller: Caller | None = None) -> HttpResponse:
    return _page(request, "shut", status=GONE, caller=caller)


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: object) -> HttpResponse:
    context["languages"] = [
        (code, name) for code, name in settings.LANGUAGES if code != translation.get_language()
    ]
    return render(request, f"answer/{name}.html", context, status=status)


def _actor(request: HttpRequest) -> Actor:
    """Whoever has the code: we know no more of them."""
    return Actor.machine(
        "referrals.form", request_id=request.request_id,  # type: ignore[attr-defined]
        address=request.META.get("REMOTE_ADDR", "")[:45],
    )  # fmt: skip
