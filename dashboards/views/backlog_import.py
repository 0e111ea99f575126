"""A backlog from upload to undo: each step a page and a form, none needs a script."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from audit import log
from dashboards.queries import backlog as queries
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.proving import proven
from integrations.backlog import operations
from integrations.backlog.guarding import written
from integrations.backlog.mapping import BY_NAME, Mapping, NotWhole
from integrations.backlog.operations import Reading, WrongStep
from integrations.models import BacklogImport, Feed
from tenants.csvfile import MAX_BYTES, Refused

UNPROCESSABLE, NOT_MODIFIED = 422, 304
BOM = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""

STEPS = {"import": operations.start, "undo": operations.undo, "set-aside": operations.discard}


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def backlog(request: Request) -> HttpResponse:
    """The imports so far, and a form for the next file."""
    require(request, Operation.IMPORT_BACKLOG)
    desk, problem = desk_of(request), ""
    if request.method == "POST":
        try:
            made = _uploaded(request, now=desk.now)
        except Refused as refused:
            problem = str(refused)
        else:
            return _to(made.pk)
    return screen(
        request, "dashboards/backlog.html", desk, here="backlog",
        status=UNPROCESSABLE if problem else 200, imports=queries.lines(desk), problem=problem,
        notices=flash.notices(request, desk),
    )  # fmt: skip


@for_members
@require_safe
def backlog_import(request: Request, backlog_id: UUID) -> HttpResponse:
    """One import, wherever it stands."""
    return _show(request, _found(request, backlog_id))


@for_members
@require_safe
def progress(request: Request, backlog_id: UUID) -> HttpResponse:
    """How far it is: 304 where nothing changed; at its end, the whole page."""
    held = _found(request, backlog_id)
    tag = queries.tag(held)
    headers = {"ETag": f'"{tag}"'}
    # The page may not be stored, so its own next question says what it has seen.
    seen = request.headers.get("If-None-Match") or request.GET.get("seen", "")
    if seen.strip('"') == tag:
        return HttpResponse(status=NOT_MODIFIED, headers=headers)
    answer = render(request, "parts/backlog_progress.html", {"page": queries.page(held)})
    answer["ETag"] = headers["ETag"]
    if held.state not in operations.AT_WORK:
        answer["HX-Refresh"] = "true"
    return answer


@for_members
@require_POST
def read_as(request: Request, backlog_id: UUID) -> HttpResponse:
    """What the columns are; begins the dry run."""
    held, desk = _found(request, backlog_id), desk_of(request)
    said = request.POST
    chosen = Mapping(
        columns={name: header for name in BY_NAME if (header := said.get(f"column-{name}"))},
        kind=said.get("kind", "")[:20], assigner=said.get("assigner", "").strip()[:120],
        date_format=said.get("date_format", "")[:20],
    )  # fmt: skip
    feed = Feed.objects.filter(slug=said.get("feed", "")[:60]).first()
    reading = Reading(chosen, feed, said.get("save_as", ""))
    try:
        operations.read_as(backlog_id=held.pk, reading=reading, actor=request.actor, now=desk.now)
    except NotWhole as not_whole:
        return _show(request, held, chosen=chosen, problem=str(not_whole))
    except WrongStep:
        return _to(held.pk, "backlog-moved-on")
    return _to(held.pk)


@for_members
@require_POST
def step(request: Request, backlog_id: UUID, code: str) -> HttpResponse:
    """Import it, undo it, or set it aside."""
    held, desk = _found(request, backlog_id), desk_of(request)
    if code not in STEPS:
        raise Http404
    try:
        STEPS[code](backlog_id=held.pk, actor=request.actor, now=desk.now)
    except WrongStep:
        return _to(held.pk, "backlog-moved-on")
    return _to(held.pk)


@for_members
@proven(Operation.IMPORT_BACKLOG, file=True)
@require_POST
def corrections(request: Request, backlog_id: UUID) -> HttpResponse:
    """The rows to be corrected as a file; who took it is audited, for it holds patients."""
    held, desk = _found(request, backlog_id), desk_of(request)
    try:
        body = written(queries.corrections(held))
    except WrongStep:
        return _to(held.pk, "backlog-deleted")
    log.record("backlog.errors-downloaded", entity=held, actor=request.actor, now=desk.now)
    headers = {"Content-Disposition": 'attachment; filename="backlog-to-correct.csv"'}
    return HttpResponse(BOM + body, content_type="text/csv; charset=utf-8", headers=headers)


def _uploaded(request: Request, *, now: datetime) -> BacklogImport:
    file = request.FILES.get("file")
    if file is None:
        raise Refused(_("Choose a CSV file."))
    if (file.size or 0) > MAX_BYTES:
        raise Refused(
            _("The file is larger than %(number)s MB. Split it.")
            % {"number": MAX_BYTES // 1024 // 1024}
        )
    return operations.upload(
        raw=file.read(), file_name=file.name or "", member=request.member,
        actor=request.actor, now=now,
    )  # fmt: skip


def _found(request: Request, backlog_id: UUID) -> BacklogImport:
    require(request, Operation.IMPORT_BACKLOG)
    held = queries.find(backlog_id)
    if held is None:
        raise Http404
    return held


def _show(
    request: Request, held: BacklogImport, *, chosen: Mapping | None = None, problem: str = ""
) -> HttpResponse:
    desk = desk_of(request)
    context: dict[str, Any] = {}
    again = request.GET.get("again") == "1" and held.state == BacklogImport.State.CHECKED
    if held.state == BacklogImport.State.MAPPING or again or problem:
        try:
            kept = request.GET.get("mapping", "")[:40]
            context["mapping"] = queries.mapping_page(held, chosen, kept)
        except WrongStep:
            problem = _("The file was deleted. Upload it again.")
        else:
            log.record("backlog.opened", entity=held, actor=request.actor, now=desk.now)
    return screen(
        request, "dashboards/backlog_import.html", desk, here="backlog",
        status=UNPROCESSABLE if problem else 200, page=queries.page(held), problem=problem,
        notices=flash.notices(request, desk), **context,
    )  # fmt: skip


def _to(backlog_id: UUID, said: str = "") -> HttpResponse:
    url = reverse("dashboards:backlog_import", args=[backlog_id])
    return HttpResponseRedirect(f"{url}?said={said}" if said else url)
