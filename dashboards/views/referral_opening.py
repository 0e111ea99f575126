"""Referrals that no feed told of: one by hand, for a patient who is looked up; many from a list."""

from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import Operation
from audit import log
from charts.models import Patient
from charts.values import Priority
from dashboards.queries import chart, referral_opening
from dashboards.queries.desk import Desk
from dashboards.referral_forms import OpenForm
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, require_chart, screen
from dashboards.views.search import LONGEST
from referrals import operations
from referrals.operations import NotOpened, Opening
from referrals.sheet import UnreadableSheet
from tenants.csvfile import MAX_BYTES, Refused

UNPROCESSABLE = 422


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Request) -> HttpResponse:
    """For whom? What is typed is a patient's, so it is in no address, log or audit."""
    require(request, Operation.WORK_REFERRALS)
    desk = desk_of(request)
    query = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]
    page, shown = referral_opening.found(desk, query)
    if query:
        log.record("search.made", detail={"named": [str(one) for one in shown]},
                   actor=request.actor, now=desk.now)  # fmt: skip
    return screen(request, "dashboards/referral_find.html", desk, here="referrals", page=page)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: Request, patient_id: UUID) -> HttpResponse:
    """One referral of one patient."""
    require(request, Operation.WORK_REFERRALS)
    desk, patient = desk_of(request), chart.find(patient_id)
    if patient is None or patient.merged_into_id is not None:
        raise Http404
    require_chart(request, desk, patient)
    posted = request.POST if request.method == "POST" else None
    form = OpenForm(
        posted, today=desk.today, members=referral_opening.referrers(),
        places=referral_opening.places(),
        initial={"ordered": desk.today.isoformat(), "urgency": Priority.ROUTINE},
    )  # fmt: skip
    if posted is not None and form.is_valid():
        try:
            opening = _opening(patient, form.cleaned_data, desk)
            made, is_new = operations.open_by_hand(
                opening=opening, actor=request.actor, now=desk.now
            )
        except NotOpened as refused:
            form.add_error("number", str(refused))
        else:
            said = "referral-opened" if is_new else "referral-known"
            address = reverse("dashboards:referral", args=[made.pk])
            return HttpResponseRedirect(f"{address}?said={said}")
    return screen(
        request, "dashboards/referral_open.html", desk, here="referrals", form=form,
        patient=chart.banner(patient, desk), notices=flash.notices(request, desk),
        status=UNPROCESSABLE if posted is not None else 200,
    )  # fmt: skip


def _opening(patient: Patient, given: dict[str, Any], desk: Desk) -> Opening:
    ordered = datetime.combine(given["ordered"], time.min, tzinfo=ZoneInfo(str(desk.zone)))
    return Opening(
        patient_id=patient.pk, number=given["number"], ordered_at=ordered,
        specialty=given["specialty"], specialist_name=given["specialist"],
        reason=given["reason"], question=given["question"],
        urgency=Priority(given["urgency"]), expected_on=given["expected"],
        referrer_id=UUID(given["referrer"]) if given["referrer"] else None,
        location_id=UUID(given["location"]) if given["location"] else None,
    )  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Request) -> HttpResponse:
    """A list of referrals as CSV, and what became of each of its lines."""
    require(request, Operation.WORK_REFERRALS)
    desk, problem, outcome = desk_of(request), "", None
    if request.method == "POST":
        try:
            made = operations.open_listed(raw=_file(request), actor=request.actor, now=desk.now)
        except Refused as refused:
            problem = str(refused)
        except UnreadableSheet as refused:
            problem = referral_opening.whole_problem(refused)
        else:
            outcome = referral_opening.outcome(made)
    return screen(
        request, "dashboards/referral_sheet.html", desk, here="referrals", problem=problem,
        outcome=outcome, columns=referral_opening.columns(),
        status=UNPROCESSABLE if problem else 200,
    )  # fmt: skip


def _file(request: Request) -> bytes:
    """What was uploaded; one byte more than may be read says that it is too long."""
    file = request.FILES.get("file")
    return file.read(MAX_BYTES + 1) if file else b""
