"""The backlog in numbers, the rows behind each number, and the numbers as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Operation, may
from audit import log
from dashboards import words
from dashboards.queries import board as queries
from dashboards.queries import sources, worklist
from dashboards.queries.board_file import lines
from dashboards.queries.board_reading import tasks_url
from dashboards.queries.slicing import Practice, parts, slice_words
from dashboards.queries.sources import Place
from dashboards.queries.worklist import Found
from dashboards.rows import Empty, QueuePage
from dashboards.slices import Slice
from dashboards.views import flash
from dashboards.views.frame import (
    Request,
    as_parameter,
    desk_of,
    for_members,
    require,
    screen,
    wants_part,
)
from dashboards.views.proving import proven
from integrations.backlog.guarding import written

BOM = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""


@for_members
@require_safe
def board(request: Request) -> HttpResponse:
    """Where is work stuck, and does it grow? The whole page, or its living part."""
    require(request, Operation.SEE_BACKLOG)
    desk = desk_of(request)
    page = queries.page(desk, Slice.read(request.GET))
    if wants_part(request):
        return render(request, "parts/board.html", {"page": page})
    return screen(
        request, "dashboards/board.html", desk, here="backlog_board", page=page,
        may_import=bool(may(desk.member.roles, Operation.IMPORT_BACKLOG)),
        notices=flash.notices(request, desk),
    )  # fmt: skip


@for_members
@require_safe
def tasks(request: Request) -> HttpResponse:
    """The tasks behind one number, most dangerous first."""
    require(request, Operation.SEE_BACKLOG)
    desk, chosen = desk_of(request), Slice.read(request.GET)
    practice, address = Practice.of(desk), tasks_url(chosen)
    wanted = parts(chosen, practice)
    found = worklist.in_order(
        desk, wanted, after=Place.read(request.GET.get("after", "")), back=as_parameter(address)
    )
    (many,) = sources.counts([wanted])
    log.record(
        "queue.viewed",
        detail={"view": "backlog", "patients": [str(one) for one in found.patients]},
        actor=request.actor, now=desk.now,
    )  # fmt: skip
    return screen(
        request, "dashboards/board_tasks.html", desk, here="backlog_board",
        page=_list(found, slice_words(chosen, practice), many, address, request),
        open_id=request.GET.get("task", ""), notices=flash.notices(request, desk),
        printed=words.exactly(desk.now, practice.zone),
    )  # fmt: skip


def _list(found: Found, what: str, many: int, address: str, request: Request) -> QueuePage:
    after = urlencode({"after": str(found.next_place)}) if found.next_place else ""
    joint = "&" if "?" in address else "?"
    return QueuePage(
        title=what, screen="backlog_board", view="backlog", tabs=(), rows=found.rows,
        back_to=as_parameter(address),
        sentence=_sentence(words.count(many)),
        first_url=address if request.GET.get("after") else "",
        next_url=f"{address}{joint}{after}" if after else "",
        empty=Empty(_("Nothing here any more"), _("What was counted here has moved on."),
                    _("Back to the backlog"), reverse("dashboards:backlog_board")),
        last_column=_("Waiting"),
    )  # fmt: skip


@for_members
@proven(Operation.SEE_BACKLOG, file=True)
@require_safe
def numbers(request: Request) -> HttpResponse:
    """The same counts as a file: no patient is in it."""
    desk = desk_of(request)
    page = queries.page(desk, Slice.read(request.GET))
    body = BOM + written(lines(page, practice=desk.member.practice.name))
    headers = {"Content-Disposition": 'attachment; filename="backlog.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


def _sentence(count: str) -> str:
    many = _("1 task") if count == "1" else _("%(n)s tasks") % {"n": count}
    return many + ". " + _("Most dangerous first, then oldest.")
