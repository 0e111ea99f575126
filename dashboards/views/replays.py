"""One message again: see what it would come to, replay it, or set it aside for good."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Operation
from dashboards.forms import DiscardForm
from dashboards.queries import reports
from dashboards.views.frame import Request, desk_of, for_members, require
from dashboards.views.messages import found, show
from integrations import operations, replaying
from integrations.operations import DISCARD_REASONS, NotWaiting
from integrations.replaying import Verdict


@for_members
@require_POST
def preview(request: Request, message_id: UUID) -> HttpResponse:
    """What a replay would come to. Nothing of it stays."""
    require(request, Operation.REPLAY)
    desk, message = desk_of(request), found(message_id)
    came = replaying.preview([message_id], actor=request.actor, now=desk.now)
    return show(request, desk, message, report=reports.report(came, desk, is_preview=True))


@for_members
@require_POST
def replay(request: Request, message_id: UUID) -> HttpResponse:
    """Put a quarantined message back in line, and work on it at once."""
    require(request, Operation.REPLAY)
    desk = desk_of(request)
    found(message_id)
    [came] = replaying.replay_now([message_id], actor=request.actor, now=desk.now)
    return _back_to(message_id, "gone" if came.verdict == Verdict.GONE else "replayed")


@for_members
@require_POST
def discard(request: Request, message_id: UUID) -> HttpResponse:
    """Set a quarantined message aside for good, and say why."""
    require(request, Operation.REPLAY)
    desk, message = desk_of(request), found(message_id)
    form = DiscardForm(request.POST, reasons=DISCARD_REASONS)
    if not form.is_valid():
        return show(request, desk, message, error=str(form.errors["reason"][0]))
    try:
        operations.discard(
            message_id=message_id, reason=form.cleaned_data["reason"], actor=request.actor,
            now=desk.now,
        )  # fmt: skip
    except NotWaiting:
        return _back_to(message_id, "gone")
    return _back_to(message_id, "discarded")


def _back_to(message_id: UUID, said: str) -> HttpResponse:
    url = reverse("dashboards:message", args=[message_id])
    return HttpResponseRedirect(f"{url}?said={said}")
