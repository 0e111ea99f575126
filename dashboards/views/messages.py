"""The message browser: bodies stay closed until somebody opens one, and that is written down."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from audit import log
from dashboards.queries import message_body
from dashboards.queries import messages as queries
from dashboards.queries.desk import Desk
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from integrations import operations
from integrations.models import InboundMessage
from integrations.operations import NotWaiting


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def message_list(request: Request) -> HttpResponse:
    """Is data flowing, what failed, can I replay?

    A search is a POST: it may hold a patient's number, and addresses end in logs and histories.
    """
    require(request, Operation.SEE_MESSAGES)
    desk = desk_of(request)
    view = request.GET.get("view", "all")
    before = request.GET.get("before", "")
    page = queries.page(
        desk,
        view=view if view in queries.VIEWS else "all",
        query=request.POST.get("q", "").strip()[:120],
        feed=request.GET.get("feed", "")[:60],
        before=int(before) if before.isdigit() and len(before) < 20 else None,
    )
    return screen(request, "dashboards/messages.html", desk, here="messages", page=page)


@for_members
@require_safe
def message_page(request: Request, message_id: UUID) -> HttpResponse:
    """What is known of one message, its body closed."""
    require(request, Operation.SEE_MESSAGES)
    desk = desk_of(request)
    return _show(request, desk, _found(message_id), opened=False)


@for_members
@require_POST
def open_message(request: Request, message_id: UUID) -> HttpResponse:
    """The same with its body; the opening is in the audit of each patient it is about."""
    require(request, Operation.OPEN_MESSAGE)
    desk = desk_of(request)
    message = _found(message_id)
    about: list[UUID | None] = [*queries.patients_of(message_id)]
    log.record_all(
        log.entry("message.opened", entity=message, patient_id=patient_id,
                  actor=request.actor, now=desk.now)
        for patient_id in about or [None]
    )  # fmt: skip
    return _show(request, desk, message, opened=True)


@for_members
@require_POST
def replay(request: Request, message_id: UUID) -> HttpResponse:
    """Put a quarantined message back in line."""
    require(request, Operation.REPLAY)
    desk = desk_of(request)
    _found(message_id)
    said = "replayed"
    try:
        operations.replay(message_id=message_id, actor=request.actor, now=desk.now)
    except NotWaiting:
        said = "gone"
    return _back_to(message_id, said)


@for_members
@require_POST
def discard(request: Request, message_id: UUID) -> HttpResponse:
    """Set a quarantined message aside for good."""
    require(request, Operation.REPLAY)
    desk = desk_of(request)
    _found(message_id)
    said = "discarded"
    try:
        operations.discard(message_id=message_id, actor=request.actor, now=desk.now)
    except NotWaiting:
        said = "gone"
    return _back_to(message_id, said)


def _found(message_id: UUID) -> InboundMessage:
    message = queries.find(message_id)
    if message is None:
        raise Http404
    return message


def _back_to(message_id: UUID, said: str) -> HttpResponse:
    url = reverse("dashboards:message", args=[message_id])
    return HttpResponseRedirect(f"{url}?said={said}")


def _show(request: Request, desk: Desk, message: InboundMessage, *, opened: bool) -> HttpResponse:
    page = queries.message_page(message, desk)
    if opened:
        body = message_body.body(queries.body_of(message.pk), message.standard)
        page = replace(page, opened=True, raw=body.raw, parsed=body.parsed, cut=body.cut)
    return screen(
        request, "dashboards/message.html", desk, here="messages",
        message=page, notices=flash.notices(request, desk),
    )  # fmt: skip
