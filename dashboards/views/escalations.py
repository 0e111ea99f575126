"""Late tasks and their ladders, and what people do about them."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Operation, may
from audit import log
from dashboards import words
from dashboards.queries import escalations as queries
from dashboards.queries.desk import Desk
from dashboards.queries.escalations import Found
from dashboards.rows import Empty, EscalationPage, EscalationRow
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen

MOST = 10_000
NOTHING = 204


@for_members
@require_safe
def escalations(request: Request) -> HttpResponse:
    """Who must be reached in the next fifteen minutes?"""
    require(request, Operation.WORK_TASKS)
    desk, begin = desk_of(request), _begin(request)
    found = queries.find(desk, begin=begin)
    _note(request, desk, found, found.rows)
    return screen(
        request, "dashboards/escalations.html", desk, here="escalations",
        page=_page(desk, found, begin), notices=flash.notices(request, desk), back="/escalations/",
    )  # fmt: skip


@for_members
@require_safe
def live(request: Request) -> HttpResponse:
    """Each ladder as it stands now, in its place; what came or went is said and not moved."""
    require(request, Operation.WORK_TASKS)
    desk = desk_of(request)
    shown = request.GET.get("ids", "").split(".")
    found = queries.find(desk, begin=_begin(request))
    rows = [row for row in found.rows if _mark(row) in shown]
    now_there = {_mark(row) for row in found.rows}
    new, gone = len(now_there - set(shown)), len({one for one in shown if one} - now_there)
    if not rows and not new and not gone:
        return HttpResponse(status=NOTHING)
    if rows:
        _note(request, desk, found, rows)
    return render(
        request, "dashboards/escalations_live.html", {"rows": rows, "words": _changed(new, gone)}
    )


def _note(request: Request, desk: Desk, found: Found, shown: Iterable[EscalationRow]) -> None:
    patients = [found.patients.get(row.task.id) for row in shown]
    log.record("escalations.viewed", detail={"patients": [str(one) for one in patients if one]},
               actor=request.actor, now=desk.now)  # fmt: skip


def _changed(new: int, gone: int) -> str:
    said = [
        _("%(new)s new") % {"new": new} if new else "",
        _("%(gone)s no longer here") % {"gone": gone} if gone else "",
    ]
    return ", ".join(part for part in said if part)


def _page(desk: Desk, found: Found, begin: int) -> EscalationPage:
    here = reverse("dashboards:escalations")
    ids = ".".join(_mark(row) for row in found.rows)
    end = begin + len(found.rows)
    return EscalationPage(
        rows=found.rows, here=found.here, ids=ids,
        sentence=_sentence(desk, found, begin),
        empty=_empty(desk),
        next_url=f"{here}?from={end}" if end < found.total else "",
        first_url=here if begin else "",
        live_url=f"{reverse('dashboards:escalations_live')}?ids={ids}&from={begin}",
    )  # fmt: skip


def _mark(row: EscalationRow) -> str:
    """Enough of its id to tell it from the others of a page."""
    return row.task.id[-12:]


def _begin(request: Request) -> int:
    text = request.GET.get("from", "")
    return min(int(text), MOST) if text.isdigit() and len(text) < 7 else 0


def _sentence(desk: Desk, found: Found, begin: int) -> str:
    if not found.total:
        return _("Nothing is late now.")
    whose = "" if may(desk.member.roles, Operation.SEE_EVERY_ESCALATION) else _(" that concern you")
    number = words.plural("%(count)s late task", "%(count)s late tasks", found.total)
    shown = (
        _(", %(first)s to %(last)s shown") % {"first": begin + 1, "last": begin + len(found.rows)}
        if found.total > queries.PAGE
        else ""
    )
    return _("%(number)s%(whose)s%(shown)s. Most dangerous first, then longest late.") % {
        "number": number,
        "whose": whose,
        "shown": shown,
    }


def _empty(desk: Desk) -> Empty:
    last = queries.last_ended(desk)
    text = (
        _("The last late task was closed %(last)s.") % {"last": last}
        if last
        else _("No task has been closed late yet.")
    )
    if may(desk.member.roles, Operation.SEE_EVERY_ESCALATION):
        return Empty(
            _("Nothing is late"), _("Nobody needs to be reached. %(text)s") % {"text": text}
        )
    return Empty(_("Nothing of yours is late"), _("Late work that concerns you shows here."))
