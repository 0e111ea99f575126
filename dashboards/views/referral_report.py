"""Referrals in numbers: the page, its files, and what is loaded and aimed at."""

from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Operation, may
from audit import log
from dashboards.queries import referral_files, referral_measure
from dashboards.queries import referral_report as queries
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from dashboards.views.proving import proven
from metrics import operations
from metrics.loops.periods import Length, Period
from metrics.measures.codes import Coding, NoCodes
from metrics.measures.files import from_bytes
from tenants import clock

UNPROCESSABLE = 422
MOST_BYTES = 15 * 1024 * 1024
REFUSED = (operations.NotLoaded, operations.NotChosen, operations.NoTarget)


@for_members
@require_safe
def report(request: Request) -> HttpResponse:
    """What came back, how long it took, and where referrals stop."""
    require(request, Operation.SEE_REFERRAL_REPORTS)
    desk = desk_of(request)
    return screen(
        request, "dashboards/referral_report.html", desk, here="referral_report",
        page=queries.page(desk, request.GET),
        may_export=bool(may(desk.member.roles, Operation.EXPORT_REFERRALS)),
        may_set=bool(may(desk.member.roles, Operation.SET_MEASURES)),
        notices=flash.notices(request, desk),
    )  # fmt: skip


@for_members
@proven(Operation.EXPORT_REFERRALS, file=True)
@require_safe
def file(request: Request, name: str) -> HttpResponse:
    """One of the files of a year, sent while it is written; that it was taken is audited first."""
    asked = Period.read(request.GET.get("year", ""))
    if name not in referral_files.FILES or asked is None or asked.length is not Length.YEAR:
        raise Http404
    if name == referral_files.MEASURE and not referral_measure.is_loaded():
        raise Http404
    type_, write = referral_files.FILES[name]
    practice, now, year = request.member.practice, clock.now(), asked.first.year
    log.record("referrals.exported", detail={"file": name, "year": year}, actor=request.actor,
               now=now)  # fmt: skip
    of = referral_files.Year(practice.pk, year, ZoneInfo(practice.time_zone), get_language(), now)
    headers = {"Content-Disposition": f'attachment; filename="{year}-{name}"'}
    sent = StreamingHttpResponse(write(of), content_type=type_, headers=headers)
    return cast("HttpResponse", sent)  # views of people say so; nothing here reads its content


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """The target, the value sets and the codes that our own resources bear."""
    require(request, Operation.SET_MEASURES)
    desk, problem = desk_of(request), ""
    if request.method == "POST":
        try:
            _save(request)
        except REFUSED as why:
            problem = str(why)
        else:
            return HttpResponseRedirect(reverse("dashboards:referral_measures") + "?said=saved")
    return screen(
        request, "dashboards/referral_measures.html", desk, here="referral_report",
        status=UNPROCESSABLE if problem else 200, problem=problem,
        page=referral_measure.settings(desk, queries.target()),
        notices=flash.notices(request, desk),
    )  # fmt: skip


def _save(request: Request) -> None:
    """One of the three forms of the page."""
    actor, now = request.actor, clock.now()
    if "target" in request.POST:
        said = request.POST["target"].strip()[:4]
        percent = int(said) if said.isascii() and said.isdigit() else 0
        operations.set_target(percent=percent, actor=actor, now=now)
    elif "value_set" in request.POST:
        system, _bar, code = request.POST.get("code", "").rpartition("|")
        held = request.POST["value_set"]
        operations.choose_code(value_set=held, coding=(system, code), actor=actor, now=now)
    else:
        operations.load_value_sets(rows=_uploaded(request), actor=actor, now=now)


def _uploaded(request: Request) -> list[tuple[str, Coding]]:
    """The codes of the file that was sent."""
    sent = request.FILES.get("file")
    if sent is None:
        raise operations.NotLoaded(_("Choose a file first."))
    if (sent.size or 0) > MOST_BYTES:
        raise operations.NotLoaded(_("The file is larger than 15 MB."))
    try:
        return from_bytes(sent.read())
    except NoCodes:
        raise operations.NotLoaded(
            _("This is neither a table of value_set, system and code, split by tabs, nor a FHIR "
              "ValueSet with all its codes.")
        ) from None  # fmt: skip
