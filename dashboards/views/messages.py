"""The message desk: bodies stay closed until somebody opens one, and that is written down."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from audit import log
from dashboards.forms import SearchForm
from dashboards.queries import failures, message_body, messages
from dashboards.queries import message_page as queries
from dashboards.queries.desk import Desk
from dashboards.queries.message_filters import Filters
from dashboards.rows import Notice, Report
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from integrations import searches
from integrations.models import InboundMessage, MessageState
from integrations.searches import TooManySearches
from routing.said import spoken

LONGEST = 120


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def message_list(request: Request) -> HttpResponse:
    """Is data flowing, what failed, can I replay? Nothing is searched for on the way in.

    A search is a POST: it may hold a patient's number, and addresses end in logs and histories.
    Filters hold nothing of the kind; they are the address.
    """
    require(request, Operation.SEE_MESSAGES)
    desk = desk_of(request)
    given = request.POST if request.method == "POST" else request.GET
    filters, query = Filters.read(given.dict()), _query(request)
    if request.method == "POST" and not query:
        return HttpResponseRedirect(filters.url())
    if not query and not filters.as_dict() and not request.GET.get("before"):
        return _list(request, desk, messages.opening())
    page = messages.page(desk, filters, query=query, before=_place(given.get("before", "")))
    if query:
        messages.note_search(page, actor=request.actor, desk=desk)
    return _list(request, desk, page)


def _query(request: Request) -> str:
    return request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]


def _place(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 20 else None


def _list(
    request: Request, desk: Desk, page: Any, *, status: int = 200, error: str = ""
) -> HttpResponse:
    return screen(
        request, "dashboards/messages.html", desk, here="messages", status=status, page=page,
        saved=messages.saved(desk), causes=() if page.asked else failures.groups(desk),
        notices=flash.notices(request, desk), error=error,
    )  # fmt: skip


@for_members
@require_POST
def save_search(request: Request) -> HttpResponse:
    """Keep the filters under a name; the words of a search are not kept."""
    require(request, Operation.SEE_MESSAGES)
    desk, filters = desk_of(request), Filters.read(request.POST.dict())
    form, error = SearchForm(request.POST), ""
    if form.is_valid():
        try:
            searches.save_search(
                member=request.member, name=form.cleaned_data["name"], filters=filters.as_dict(),
                shared=form.cleaned_data["shared"], actor=request.actor, now=desk.now,
            )  # fmt: skip
            return HttpResponseRedirect(filters.url(said="search-saved"))
        except TooManySearches as refused:
            error = str(refused)
    page = messages.page(desk, filters, query="", before=None)
    said = error or str(form.errors["name"][0])
    return _list(request, desk, page, status=422, error=said)


@for_members
@require_POST
def drop_search(request: Request, search_id: UUID) -> HttpResponse:
    """Give up a search of one's own."""
    require(request, Operation.SEE_MESSAGES)
    dropped = searches.drop_search(
        search_id=search_id, member=request.member, actor=request.actor, now=desk_of(request).now
    )
    if not dropped:
        raise Http404
    return HttpResponseRedirect(f"{reverse('dashboards:messages')}?said=search-dropped")


@for_members
@require_safe
def message_page(request: Request, message_id: UUID) -> HttpResponse:
    """What is known of one message, its body closed."""
    require(request, Operation.SEE_MESSAGES)
    desk, message = desk_of(request), found(message_id)
    return show(request, desk, message, notices=_replayed(request, message))


@for_members
@require_POST
def open_message(request: Request, message_id: UUID) -> HttpResponse:
    """The same with its body; the opening is in the audit of each patient it is about."""
    require(request, Operation.OPEN_MESSAGE)
    desk, message = desk_of(request), found(message_id)
    about: list[UUID | None] = [*queries.patients_of(message_id)]
    log.record_all(
        log.entry("message.opened", entity=message, patient_id=patient_id,
                  actor=request.actor, now=desk.now)
        for patient_id in about or [None]
    )  # fmt: skip
    return show(request, desk, message, opened=True)


def found(message_id: UUID) -> InboundMessage:
    """The message of the practice in scope with this id, or 404."""
    message = queries.find(message_id)
    if message is None:
        raise Http404
    return message


def _replayed(request: Request, message: InboundMessage) -> tuple[Notice, ...]:
    """What a replay that was just asked for came to, read from the message itself."""
    if request.GET.get("said") != "replayed":
        return ()
    if message.state == MessageState.PROCESSED:
        return (Notice(text=_("Replayed: it is processed now."), tone="done"),)
    if message.state == MessageState.QUARANTINED:
        text = _("Replayed, and set aside again: %(cause)s.") % {"cause": spoken(message.cause)}
        return (Notice(text=text, tone="warn"),)
    text = _("It is in line. An older message about the same thing goes first.")
    return (Notice(text=text, tone="plain"),)


def show(
    request: Request, desk: Desk, message: InboundMessage, *, opened: bool = False,
    report: Report | None = None, notices: tuple[Notice, ...] = (), error: str = "",
) -> HttpResponse:  # fmt: skip
    """The page of one message."""
    page = queries.page(message, desk)
    if opened:
        body = message_body.body(queries.body_of(message.pk), message.standard)
        page = replace(page, opened=True, raw=body.raw, parsed=body.parsed, cut=body.cut)
    return screen(
        request, "dashboards/message.html", desk, here="messages", status=422 if error else 200,
        message=page, report=report, error=error, notices=notices or flash.notices(request, desk),
    )  # fmt: skip
