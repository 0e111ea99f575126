"""Single sign-on: find the practice, go to its identity provider, come back as one of its people.

Requests to the provider are sent outside of any transaction. A link leads there and no form: the
content policy follows where a form is sent on to.
"""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.decorators import rate_limit
from allauth.mfa.internal.constants import LoginStageKey
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import proof, sessions, sign_on
from accounts.models import Membership
from accounts.policy import AccessPolicy
from audit import log
from audit.actors import Actor
from dashboards.queries import sign_on as queries
from dashboards.sign_on_words import LACKS, REFUSALS
from dashboards.views.gate import lack_of, next_of
from integrations.oidc import client as oidc
from integrations.oidc.client import Client
from integrations.oidc.refusals import SignOnRefused, Why
from integrations.oidc.rounds import Round
from integrations.oidc.tokens import Expected, Vouched, verified, vouched
from outbox.wire.faults import Fault
from tenants import clock, scope
from tenants.models import Practice

HINT = "sign_on_hint"
"""In the session: the address that somebody typed, so that the provider need not ask it."""

REFUSED = 403
FRESH = timedelta(minutes=5)
CANCELLED = "access_denied"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """One box: a work e-mail; then the practices that sign on with such an address."""
    address = request.POST.get("address", "")
    found = queries.practices_for(address) if address else []
    if found and "@" in address:
        request.session[HINT] = address.strip()[:254]
    context = {"address": address, "found": found, "next": next_of(request)}
    return render(request, "account/sign_on.html", context)


@never_cache
@require_safe
def at(request: HttpRequest, slug: str) -> HttpResponse:
    """The practice's own door; whoever is signed in reads why they stand before it."""
    practice = queries.practice_of(slug)
    has_door = practice is not None and queries.provider_of(practice.pk) is not None
    lack = lack_of(request) if practice and _is_here(request, practice) else None  # type: ignore[arg-type]
    if practice is None or not (has_door or lack):
        return HttpResponseRedirect(reverse("dashboards:sign_on"))
    context = {
        "practice": practice, "has_door": has_door, "next": next_of(request),
        "lack": LACKS[lack] % {"practice": practice.name} if lack else "",
        "others": _others(request, practice),
    }  # fmt: skip
    return render(request, "account/sign_on_at.html", context)


@transaction.non_atomic_requests
@never_cache
@rate_limit(action="login")  # type: ignore[untyped-decorator]
@require_safe
def go(request: HttpRequest, slug: str) -> HttpResponse:
    """To the identity provider."""
    practice, now = _practice(slug), clock.now()
    try:
        client = _client(practice)
        document = oidc.document_of(client.issuer)
    except (SignOnRefused, Fault) as refused:
        return _refuse(request, practice, refused, back=next_of(request), now=now)
    begun = Round.begin(
        request.session, practice=practice.slug, back=next_of(request),
        again=request.user.is_authenticated and request.GET.get("again") == "1", now=now,
    )  # fmt: skip
    policy = AccessPolicy.read(practice.access)
    return HttpResponseRedirect(begun.address(
        document.authorization_endpoint, client_id=client.client_id, acr=client.acr,
        redirect_uri=_return_address(request, practice), hint=request.session.pop(HINT, ""),
        max_age=policy.lasts_hours * 3600,
    ))  # fmt: skip


@transaction.non_atomic_requests
@never_cache
@rate_limit(action="login")  # type: ignore[untyped-decorator]
@require_safe
def done(request: HttpRequest, slug: str) -> HttpResponse:
    """Back from there: with a code that stands for somebody, or without."""
    practice, now, back = _practice(slug), clock.now(), "/"
    try:
        begun = Round.take_up(
            request.session, practice=practice.slug, state=request.GET.get("state", ""), now=now
        )
        back = begun.back
        person = _person(request, practice, begun, now=now)
        member = _member(practice, person)
        _check_it_is_them(request, member, person, begun, now=now)
    except (SignOnRefused, Fault) as refused:
        return _refuse(request, practice, refused, back=back, now=now)
    with transaction.atomic():
        return _let_in(request, practice, member, person, begun, now=now)


def _person(request: HttpRequest, practice: Practice, begun: Round, *, now: datetime) -> Vouched:
    """Who the provider says that it is, every check passed."""
    if error := request.GET.get("error"):
        raise SignOnRefused(Why.CANCELLED if error == CANCELLED else Why.PROVIDER_REFUSED)
    client = _client(practice)
    document = oidc.document_of(client.issuer)
    if request.GET.get("iss", None if document.names_issuer else client.issuer) != client.issuer:
        raise SignOnRefused(Why.WRONG_ISSUER)
    token, access = oidc.redeem(
        client, document, code=request.GET.get("code", ""), verifier=begun.verifier,
        back=_return_address(request, practice),
    )  # fmt: skip
    expected = Expected(
        issuer=client.issuer, client_id=client.client_id, nonce=begun.nonce, now=now
    )
    claims = verified(token, oidc.keys_of(document), expected=expected)
    return vouched(oidc.completed(claims, document, access), acr=client.acr)


def _member(practice: Practice, person: Vouched) -> Membership:
    member = queries.member_of(practice.pk, email=person.email)
    if member is None:
        raise SignOnRefused(Why.NOT_A_MEMBER)
    return member


def _check_it_is_them(
    request: HttpRequest, member: Membership, person: Vouched, begun: Round, *, now: datetime
) -> None:
    """Who proves it again is who is signed in, and was asked again there."""
    is_same = request.user.pk == member.user_id
    if begun.again and not is_same:
        raise SignOnRefused(Why.SOMEBODY_ELSE)
    must_be_fresh = begun.again or (is_same and sessions.LOCKED in request.session)
    if must_be_fresh and (person.proved_at is None or now - person.proved_at > FRESH):
        raise SignOnRefused(Why.NOT_FRESH)


def _let_in(
    request: HttpRequest, practice: Practice, member: Membership, person: Vouched, begun: Round,
    *, now: datetime,
) -> HttpResponse:  # fmt: skip
    """The session goes on, or begins, at this practice."""
    is_same = request.user.pk == member.user_id
    if request.user.is_authenticated and not is_same:
        get_adapter().logout(request)
    if request.session.get(sessions.PRACTICE) != str(practice.pk):
        sessions.choose(request.session, str(practice.pk))
    proof.record_sign_on(
        request, member.user, practice_id=practice.pk, proved_at=person.proved_at,
        second_step=person.has_second_step,
    )  # fmt: skip
    with scope.scoped(practice.pk):
        sign_on.note_that_it_works(now=now)
        if is_same:
            _go_on(request, member, begun, now=now)
    if is_same:
        return HttpResponseRedirect(begun.back)
    is_done = person.has_second_step and AccessPolicy.read(practice.access).trusts_second_step
    stages = {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": is_done}}
    login = Login(user=member.user, redirect_url=begun.back, state={"stages": stages})
    response: HttpResponse = perform_login(request, login)
    return response


def _go_on(request: HttpRequest, member: Membership, begun: Round, *, now: datetime) -> None:
    """Somebody who is signed in already has proved it again."""
    was_locked = sessions.LOCKED in request.session
    if was_locked:
        sessions.unlock(request.session, now=now)
    log.record(
        "screen.unlocked" if was_locked else "sign-in.confirmed", entity=member,
        detail={"by": proof.SIGN_ON, "again": begun.again}, now=now,
        actor=Actor.person(member, **_where(request)),
    )  # fmt: skip


def _refuse(
    request: HttpRequest, practice: Practice, refused: SignOnRefused | Fault, *, back: str,
    now: datetime,
) -> HttpResponse:  # fmt: skip
    """Say why, to whoever stands there and in the trail."""
    why = refused.why if isinstance(refused, SignOnRefused) else Why.AWAY
    with scope.scoped(practice.pk), transaction.atomic():
        log.record(
            "sign-in.refused", entity=practice, outcome="denied",
            detail={"way": proof.SIGN_ON, "why": why.value},
            actor=Actor.machine("sign-in", **_where(request)), now=now,
        )  # fmt: skip
    said, then = REFUSALS[why]
    context = {
        "said": said % {"practice": practice.name}, "then": then, "code": why.value,
        "practice": practice, "next": back,
    }  # fmt: skip
    return render(request, "account/sign_on_refused.html", context, status=REFUSED)


def _practice(slug: str) -> Practice:
    practice = queries.practice_of(slug)
    if practice is None:
        raise Http404
    return practice


def _client(practice: Practice) -> Client:
    row = queries.provider_of(practice.pk)
    if row is None:
        raise Http404
    return Client.of(row)


def _is_here(request: HttpRequest, practice: Practice) -> bool:
    member: Membership | None = getattr(request, "member", None)
    return member is not None and member.practice_id == practice.pk


def _others(request: HttpRequest, practice: Practice) -> list[Practice]:
    """Other practices of whoever is signed in."""
    mine = getattr(request, "practices", ())
    return list(Practice.objects.filter(pk__in=mine, is_active=True).exclude(pk=practice.pk))


def _return_address(request: HttpRequest, practice: Practice) -> str:
    return request.build_absolute_uri(reverse("dashboards:sign_on_done", args=[practice.slug]))


def _where(request: HttpRequest) -> dict[str, str]:
    return {"request_id": request.request_id,  # type: ignore[attr-defined]
            "address": request.META.get("REMOTE_ADDR", "")[:45]}  # fmt: skip
