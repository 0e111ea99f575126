"""SLA and hours: the week and the holidays of each location, and the tester."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Operation
from dashboards import hours_forms, policy_forms
from dashboards.queries import duetime
from dashboards.queries import hours as queries
from dashboards.queries import policy as policies
from dashboards.queries.desk import Desk
from dashboards.rows.hours import DuePage
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen
from escalation import operations, proposals
from escalation.operations.hours import WEEKDAYS, HoursRefused, NoCalendar
from routing.models import Queue
from tenants.models import Location

REFUSED = 422


@for_members
@require_safe
def hours(request: Request) -> HttpResponse:
    """Every location, with what holds there."""
    return _hours(request, desk_of(request))


def _hours(request: Request, desk: Desk, *, errors: dict[str, str] | None = None) -> HttpResponse:
    return screen(
        request, "dashboards/hours.html", desk, here="hours",
        page=queries.page(desk, errors=errors), notices=flash.notices(request, desk),
        status=REFUSED if errors else 200,
    )  # fmt: skip


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def hours_at(request: Request, location_id: UUID) -> HttpResponse:
    """The hours of one location; a POST sets them."""
    require(request, Operation.MANAGE_HOURS)
    site = queries.location(location_id)
    if site is None:
        raise Http404
    return _edit(request, site)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def hours_of_practice(request: Request) -> HttpResponse:
    """The hours of work at no location; a POST sets them."""
    require(request, Operation.MANAGE_HOURS)
    return _edit(request, None)


def _edit(request: Request, site: Location | None) -> HttpResponse:
    desk = desk_of(request)
    zone = site.time_zone if site else desk.member.practice.time_zone
    if request.method != "POST":
        held = queries.calendar_at(site.pk if site else None)
        form = hours_forms.HoursForm(initial=hours_forms.initial(held, zone))
        return _form(request, desk, site, form)
    form = hours_forms.HoursForm(request.POST)
    if form.is_valid():
        try:
            operations.set_hours(
                location_id=site.pk if site else None, opening=form.opening(),
                actor=request.actor, now=desk.now,
            )  # fmt: skip
        except HoursRefused as refused:
            form.refuse(refused.faults)
        else:
            return HttpResponseRedirect(f"{reverse('dashboards:hours')}?said=hours-set")
    return _form(request, desk, site, form, status=REFUSED)


def _form(
    request: Request, desk: Desk, site: Location | None, form: hours_forms.HoursForm, *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    country = str(form["country"].value() or "").upper()
    return screen(
        request, "dashboards/hours_form.html", desk, here="hours", status=status, form=form,
        place=site.name if site else "Work of no location", countries=proposals.countries(),
        country=country, parts=proposals.parts(country),
        days=[form[day] for day in WEEKDAYS],
        moments=[form[name] for name in ("end_of_day", "zero_task_hour", "after_hours")],
    )  # fmt: skip


@for_members
@require_POST
def holiday(request: Request) -> HttpResponse:
    """Decide one day: closed, open for other hours, or open as usual."""
    require(request, Operation.MANAGE_HOURS)
    desk, form = desk_of(request), hours_forms.HolidayForm(request.POST)
    if not form.is_valid():
        said = next(str(error) for errors in form.errors.values() for error in errors)
        return _hours(request, desk, errors={request.POST.get("calendar", ""): said})
    data = form.cleaned_data
    about = {"calendar_id": data["calendar"], "day": data["day"], "name": data["name"]}
    try:
        if data["do"] == "open":
            operations.decline_holiday(**about, actor=request.actor, now=desk.now)
        else:
            spans = data["hours"] if data["do"] == "hours" else ()
            operations.approve_holiday(**about, hours=spans, actor=request.actor, now=desk.now)
    except NoCalendar:
        raise Http404 from None
    except HoursRefused as refused:
        return _hours(request, desk, errors={str(data["calendar"]): str(refused)})
    return HttpResponseRedirect(f"{reverse('dashboards:hours')}?said=holiday-decided")


@for_members
@require_safe
def due_when(request: Request) -> HttpResponse:
    """The tester: it changes nothing, and names no patient."""
    desk = desk_of(request)
    draft = policies.draft()
    options = policies.options(draft)
    local = desk.now.astimezone(desk.zone).strftime("%Y-%m-%dT%H:%M")
    start = {"issued": local, "category": "result-review", "priority": "urgent"}
    form = policy_forms.DueForm(
        request.GET if "issued" in request.GET else None, initial=start, options=options
    )
    answer = duetime.empty()
    if form.is_bound and form.is_valid():
        answer = _answer(form, desk)
    return screen(
        request, "dashboards/due_when.html", desk, here="hours", form=form, page=answer,
        has_draft=draft is not None, status=REFUSED if form.errors else 200,
    )  # fmt: skip


def _answer(form: policy_forms.DueForm, desk: Desk) -> DuePage:
    site_id = form.id_of("location")
    site = queries.location(site_id) if site_id else None
    zone = ZoneInfo(site.time_zone if site else desk.member.practice.time_zone)
    data = form.cleaned_data
    return duetime.page(
        queue=Queue.objects.get(pk=data["queue"]), category=data["category"],
        priority=data["priority"], location=site, issued_at=form.issued_at(zone),
        policy=policies.draft() if data["by"] == "draft" else None, now=desk.now,
    )  # fmt: skip
