"""All messages that were set aside for one cause: see, try, replay, give up."""

import re

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Operation
from dashboards.forms import DiscardForm
from dashboards.queries import failures, reports
from dashboards.queries.desk import Desk
from dashboards.rows import Report
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from integrations import operations, replaying
from integrations.operations import DISCARD_REASONS, NotWaiting
from routing.said import spoken


@for_members
@require_safe
def cause(request: Request) -> HttpResponse:
    """The group with what helps against it."""
    require(request, Operation.SEE_MESSAGES)
    named, feed = _group(request)
    return _show(request, desk_of(request), named, feed)


@for_members
@require_POST
def preview_cause(request: Request) -> HttpResponse:
    """What a replay of the group would come to, message by message. Nothing of it stays."""
    require(request, Operation.REPLAY)
    desk, (named, feed) = desk_of(request), _group(request)
    came = replaying.preview(failures.next_of(named, feed), actor=request.actor, now=desk.now)
    return _show(request, desk, named, feed, report=reports.report(came, desk, is_preview=True))


@for_members
@require_POST
def replay_cause(request: Request) -> HttpResponse:
    """Replay the group, the oldest first, and say of each what it came to."""
    require(request, Operation.REPLAY)
    desk, (named, feed) = desk_of(request), _group(request)
    came = replaying.replay_now(failures.next_of(named, feed), actor=request.actor, now=desk.now)
    return _show(request, desk, named, feed, report=reports.report(came, desk, is_preview=False))


@for_members
@require_POST
def discard_cause(request: Request) -> HttpResponse:
    """Set the group aside for good, for one reason."""
    require(request, Operation.REPLAY)
    desk, (named, feed) = desk_of(request), _group(request)
    form = DiscardForm(request.POST, reasons=DISCARD_REASONS)
    if not form.is_valid():
        return _show(request, desk, named, feed, error=str(form.errors["reason"][0]))
    for message_id in failures.next_of(named, feed):
        try:
            operations.discard(
                message_id=message_id, reason=form.cleaned_data["reason"], actor=request.actor,
                now=desk.now,
            )  # fmt: skip
        except NotWaiting:
            continue
    return HttpResponseRedirect(f"{reverse('dashboards:messages')}?said=discarded-all")


def _group(request: Request) -> tuple[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    feed = re.sub(r"[^a-z0-9_-]", "", given.get("feed", "").lower())[:60]
    return given.get("cause", "").replace("\x00", "")[:80], feed


def _show(
    request: Request, desk: Desk, named: str, feed: str, *, report: Report | None = None,
    error: str = "",
) -> HttpResponse:  # fmt: skip
    page = failures.page(desk, cause=named, feed=feed)
    if page is None and not (report and report.rows):
        if request.method != "GET":
            return HttpResponseRedirect(f"{reverse('dashboards:messages')}?said=gone")
        raise Http404
    return screen(
        request, "dashboards/cause.html", desk, here="messages", status=422 if error else 200,
        page=page, cause=spoken(named), report=report, error=error,
    )  # fmt: skip
