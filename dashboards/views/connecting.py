"""Connect a feed: made, its key shown once, its first message waited for."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from dashboards.forms import ConnectForm
from dashboards.queries import connecting
from dashboards.queries.desk import Desk
from dashboards.rows import Notice
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.proving import proven
from dashboards.words import later
from integrations import operations
from integrations.models import Feed
from integrations.operations import TooManyKeys

FRESH_KEY = "fresh_feed_key"
"""In the session: the id of a key whose secret is still to be shown, once."""
UNCHANGED = 304
TAKEN = later("Another feed listens on this port. Choose another one.")


@for_members
@proven(Operation.MANAGE_FEEDS)
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: Request) -> HttpResponse:
    """Who sends, how, by which clock."""
    desk = desk_of(request)
    form = ConnectForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, desk, form)
    port = form.cleaned_data["mllp_port"]
    feed = None
    if not (port and connecting.port_is_taken(port)):
        feed = _opened(request, desk, form.cleaned_data)
    if feed is None:
        form.add_error("mllp_port", TAKEN)
        return _ask(request, desk, form)
    return HttpResponseRedirect(reverse("dashboards:feed", args=[feed.pk]))


def _opened(request: Request, desk: Desk, said: dict[str, Any]) -> Feed | None:
    """The feed with its first key; None where somebody took the port a moment ago."""
    who: dict[str, Any] = {"actor": request.actor, "now": desk.now}
    slug = connecting.free_slug(request.member.practice.slug, said["name"])
    try:
        with transaction.atomic():
            feed = operations.open_feed(slug=slug, **said, **who)
            key = operations.issue_feed_key(feed=feed, **who)
    except IntegrityError:
        return None
    request.session[FRESH_KEY] = str(key.pk)
    return feed


def _ask(request: Request, desk: Desk, form: ConnectForm) -> HttpResponse:
    return screen(
        request, "dashboards/connect.html", desk, here="feeds",
        status=422 if form.is_bound else 200, form=form, vendors=connecting.VENDORS,
        zones=connecting.zones(), zone=form["time_zone"].value() or str(desk.zone),
    )  # fmt: skip


@for_members
@require_safe
def feed_page(request: Request, feed_id: UUID) -> HttpResponse:
    """What the sender needs, and the wait for its first message."""
    require(request, Operation.SEE_MESSAGES)
    desk, feed = desk_of(request), _feed(feed_id)
    fresh = request.session.pop(FRESH_KEY, "") if request.method == "GET" else ""
    return _show(request, desk, feed, key_id=UUID(fresh) if fresh else None)


@for_members
@proven(Operation.MANAGE_FEEDS)
@require_POST
def another_key(request: Request, feed_id: UUID) -> HttpResponse:
    """A further key, shown once."""
    desk, feed = desk_of(request), _feed(feed_id)
    try:
        key = operations.issue_feed_key(feed=feed, actor=request.actor, now=desk.now)
    except TooManyKeys as refused:
        notices = (Notice(text=str(refused), tone="warn"),)
        return _show(request, desk, feed, status=409, notices=notices)
    request.session[FRESH_KEY] = str(key.pk)
    return HttpResponseRedirect(reverse("dashboards:feed", args=[feed.pk]))


@for_members
@require_safe
def first_message(request: Request, feed_id: UUID) -> HttpResponse:
    """The part that waits; 304 while it would say the same."""
    require(request, Operation.SEE_MESSAGES)
    desk, feed = desk_of(request), _feed(feed_id)
    first = connecting.first(feed, desk)
    etag = f'"{first.tag}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=UNCHANGED, headers={"ETag": etag})
    answer = render(request, "parts/first_message.html", {"first": first, "live": True})
    answer["ETag"] = etag
    return answer


def _show(
    request: Request, desk: Desk, feed: Feed, *, key_id: UUID | None = None, status: int = 200,
    notices: tuple[Notice, ...] = (),
) -> HttpResponse:  # fmt: skip
    base = request.build_absolute_uri("/").rstrip("/")
    return screen(
        request, "dashboards/feed_setup.html", desk, here="feeds", status=status, notices=notices,
        feed=connecting.setup(feed, base=base, key_id=key_id, now=desk.now),
        first=connecting.first(feed, desk),
    )  # fmt: skip


def _feed(feed_id: UUID) -> Feed:
    feed = connecting.find(feed_id)
    if feed is None:
        raise Http404
    return feed
