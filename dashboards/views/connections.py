"""Connecting a feed's EHR. Requests to it are sent outside of any transaction."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Operation
from dashboards import connection_forms as forms
from dashboards.queries import connections as queries
from dashboards.queries.desk import Desk
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from dashboards.views.proving import proven
from integrations.ehr import operations, probing, smart, subscribing
from integrations.ehr.access import access_of
from integrations.ehr.probing import Finding
from integrations.models import Connection, Feed
from tenants import sealing

AS_IT_WAS: dict[str, object] = {"method": "smart", "scopes": "system/*.rs"}


@transaction.non_atomic_requests
@for_members
@proven(Operation.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: Request, feed_id: UUID) -> HttpResponse:
    """How the EHR is reached; a POST sets it."""
    feed, held = _found(feed_id)
    if request.method != "POST":
        return _show(request, feed)
    form = forms.ConnectionForm(request.POST, has_secret=bool(held and held.secret))
    if not form.is_valid():
        return _show(request, feed, form=form, status=422)
    now = desk_of(request).now
    with transaction.atomic():
        made = operations.configure(
            feed=feed, settings=form.settings(), actor=request.actor, now=now
        )
    smart.forget(made.pk)
    return _back(feed, "saved")


@transaction.non_atomic_requests
@for_members
@proven(Operation.MANAGE_CONNECTIONS)
@require_POST
def connection_action(request: Request, feed_id: UUID, code: str) -> HttpResponse:
    """One of the screen's other buttons."""
    feed, held = _found(feed_id)
    action = ACTIONS.get(code)
    if action is None or (held is None and code not in ("key", "retire")):
        raise Http404
    return action(request, feed, desk_of(request))


def _test(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    try:
        with transaction.atomic():
            held = queries.connection_of(feed)
            assert held is not None
            access = access_of(held)
    except sealing.SealBroken as broken:
        return _show(request, feed, findings=(Finding(str(broken), is_good=False),))
    return _show(request, feed, findings=probing.probe(access, now=desk.now))


def _key(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    algorithm = request.POST.get("algorithm", "")
    if algorithm not in operations.ALGORITHMS:
        raise Http404
    try:
        operations.make_key(algorithm=algorithm, actor=request.actor, now=desk.now)
    except operations.TooManyKeys:
        return _back(feed, "two-keys")
    return _back(feed, "key-made")


def _retire(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    try:
        operations.retire_key(
            key_id=_id(request.POST.get("key", "")), actor=request.actor, now=desk.now
        )
    except operations.NotActive:
        raise Http404 from None
    return _back(feed, "key-retired")


def _poll(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    form = forms.PollingForm(request.POST)
    if not form.is_valid():
        return _show(request, feed, polling=form, status=422)
    with transaction.atomic():
        held = queries.connection_of(feed)
        assert held is not None
        operations.set_polling(
            connection_id=held.pk, types=form.cleaned_data["types"],
            every_s=60 * int(form.cleaned_data["minutes"]), actor=request.actor, now=desk.now,
        )  # fmt: skip
    return _back(feed, "saved")


def _subscribe(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    form = forms.SubscriptionForm(request.POST)
    if not form.is_valid():
        return _show(request, feed, subscription=form, status=422)
    endpoint = request.build_absolute_uri(reverse("integrations:fhir", args=[feed.slug]))
    wish = form.wish(endpoint=endpoint, by_athena=feed.vendor.lower().startswith("athena"))
    try:
        row = operations.open_subscription(feed=feed, wish=wish, actor=request.actor, now=desk.now)
    except operations.AlreadySubscribed as already:
        form.add_error("topic", str(already))
        return _show(request, feed, subscription=form, status=422)
    why_not = subscribing.create(row.pk, actor=request.actor, now=desk.now)
    return _back(feed, "ehr-refused" if why_not else "subscribed")


def _renew(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    why_not = subscribing.renew(_subscription(request, feed), actor=request.actor, now=desk.now)
    return _back(feed, "ehr-refused" if why_not else "renewed")


def _off(request: Request, feed: Feed, desk: Desk) -> HttpResponse:
    why_not = subscribing.turn_off(_subscription(request, feed), actor=request.actor, now=desk.now)
    return _back(feed, "ehr-refused" if why_not else "turned-off")


ACTIONS: dict[str, Callable[[Request, Feed, Desk], HttpResponse]] = {
    "test": _test, "key": _key, "retire": _retire, "poll": _poll, "subscribe": _subscribe,
    "renew": _renew, "off": _off,
}  # fmt: skip


@transaction.atomic
def _found(feed_id: UUID) -> tuple[Feed, Connection | None]:
    feed = queries.feed_of(feed_id)
    if feed is None:
        raise Http404
    return feed, queries.connection_of(feed)


def _subscription(request: Request, feed: Feed) -> UUID:
    with transaction.atomic():
        row = queries.subscription_of(feed, _id(request.POST.get("subscription", "")))
    if row is None:
        raise Http404
    return row.pk


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _back(feed: Feed, said: str) -> HttpResponse:
    url = reverse("dashboards:connection", args=[feed.pk])
    return HttpResponseRedirect(f"{url}?said={said}")


@transaction.atomic
def _show(
    request: Request,
    feed: Feed,
    *,
    form: forms.ConnectionForm | None = None,
    polling: forms.PollingForm | None = None,
    subscription: forms.SubscriptionForm | None = None,
    findings: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:
    desk, held = desk_of(request), queries.connection_of(feed)
    jwks = reverse("integrations:jwks", args=[request.member.practice.slug])
    return screen(
        request, "dashboards/connection.html", desk, here="feeds", status=status,
        page=queries.page(feed, desk, jwks_url=request.build_absolute_uri(jwks)),
        form=form or forms.ConnectionForm(initial=_initial(held)),
        polling=polling or forms.PollingForm(initial=_polling(held)),
        subscription=subscription or forms.SubscriptionForm(initial={"payload": "id-only"}),
        findings=findings, notices=flash.notices(request, desk),
    )  # fmt: skip


def _initial(held: Connection | None) -> dict[str, object]:
    """Never the secret."""
    names = ("base_url", "method", "client_id", "token_url", "scopes")
    return {name: getattr(held, name) for name in names} if held else AS_IT_WAS


def _polling(held: Connection | None) -> dict[str, object]:
    if held is None:
        return {"types": [], "minutes": "5"}
    return {"types": held.poll_types, "minutes": str(held.poll_every_s // 60)}
