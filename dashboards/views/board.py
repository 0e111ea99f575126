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
from dashboards.queries.slicing import Practice, parts, slice_words
from dashboards.queries.sources import Place
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
    )  # fmt: skip


@for_members
@require_safe
def tasks(request: Request) -> HttpResponse:
    """The tasks behind one number, most dangerous first."""
    require(request, Operation.SEE_BACKLOG)
    desk, chosen = desk_of(request), Slice.read(request.GET)
    practice = Practice.of(desk)
    chosen_parts = parts(chosen, practice)
    after = Place.read(request.GET.get("after", ""))
    address = reverse("dashboards:backlog_tasks")
    back = as_parameter(f"{address}?{chosen.query}")
    found = worklist.in_order(desk, chosen_parts, after=after, back=back)
    (many,) = sources.counts([chosen_parts])
    log.record(
        "queue.viewed",
        detail={"view": "backlog", "patients": [str(one) for one in found.patients]},
        actor=request.actor, now=desk.now,
    )  # fmt: skip
    what, after_this = slice_words(chosen, practice), found.next_place
    page = QueuePage(
        title=what, view="backlog", tabs=(), rows=found.rows, back_to=back,
        sentence=_sentence(words.count(many)),
        first_url=f"{address}?{chosen.query}" if after else "",
        next_url=f"{address}?{chosen.query}&{urlencode({'after': str(after_this)})}"
        if after_this else "",
        empty=Empty(_("Nothing here any more"), _("What was counted here has moved on."),
                    _("Back to the backlog"), reverse("dashboards:backlog_board")),
        last_column=_("Waiting"), printed=words.exactly(desk.now, practice.zone),
    )  # fmt: skip
    return screen(
        request, "dashboards/board_tasks.html", desk, here="backlog_board", page=page,
        open_id=request.GET.get("task", ""), notices=flash.notices(request, desk),
    )  # fmt: skip


@for_members
@require_safe
def numbers(request: Request) -> HttpResponse:
    """The same counts as a file: no patient is in it."""
    require(request, Operation.SEE_BACKLOG)
    desk = desk_of(request)
    page = queries.page(desk, Slice.read(request.GET))
    body = BOM + written(lines(page, practice=desk.member.practice.name))
    headers = {"Content-Disposition": 'attachment; filename="backlog.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


def _sentence(count: str) -> str:
    many = _("1 task") if count == "1" else _("%(n)s tasks") % {"n": count}
    return many + ". " + _("Most dangerous first, then oldest.")
