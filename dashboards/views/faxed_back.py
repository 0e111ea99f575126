"""The sheet that a specialist ticked and faxed back, copied by one of us: its code finds the
referral, and what was ticked is told like an answer on our page."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Operation
from dashboards.answer_forms import DECLINES, CodeForm, FaxedForm
from dashboards.queries import answer as queries
from dashboards.queries.desk import Desk
from dashboards.rows.answer import Asked
from dashboards.views.frame import Request, desk_of, for_members, require, require_chart, screen
from referrals import codes, operations
from referrals.models import Invitation

UNPROCESSABLE = 422


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def faxed_back(request: Request) -> HttpResponse:
    """The form (GET), and what was told by it (POST)."""
    require(request, Operation.WORK_REFERRALS)
    desk = desk_of(request)
    if request.method != "POST":
        return _show(request, desk, _form(request, desk), said=_just_told(request, desk))
    row = _named(request, desk)
    form = _form(request, desk, row)
    if form.is_valid() and row is None:
        form.add_error("code", gettext(
            "No referral of this practice has this code. Compare it with the sheet again."
        ))  # fmt: skip
    if not form.is_valid() or row is None:
        return _show(request, desk, form, status=UNPROCESSABLE)
    operations.answer_by_fax(
        invitation_id=row.pk, reply=form.reply(), sending=form.sent, actor=request.actor,
        now=desk.now,
    )  # fmt: skip
    return HttpResponseRedirect(f"{reverse('dashboards:faxed_back')}?told={row.pk}")


def _named(request: Request, desk: Desk) -> Invitation | None:
    """The invitation whose code was typed; the chart behind it must be open to the member."""
    form = CodeForm(request.POST)
    row = queries.by_code(codes.digest_of_code(form.cleaned_data["code"])) if (
        form.is_valid()
    ) else None  # fmt: skip
    if row is not None:
        require_chart(request, desk, row.referral.patient)
    return row


def _form(request: Request, desk: Desk, row: Invitation | None = None) -> FaxedForm:
    zone, today = ZoneInfo(request.member.practice.time_zone), desk.now.date()
    if row is not None:
        place = queries.place_of(row.referral, now=desk.now)
        zone, today = place.zone, place.today
    return FaxedForm(request.POST if request.method == "POST" else None, zone=zone, today=today)


def _just_told(request: Request, desk: Desk) -> Asked | None:
    """Whose sheet was copied last, so that a mistake shows at once."""
    try:
        row = queries.by_id(UUID(request.GET.get("told", "")))
    except ValueError:
        return None
    if row is None or not desk.opens(row.referral.patient):
        return None
    return queries.asked(row, now=desk.now)


def _show(
    request: Request, desk: Desk, form: FaxedForm, *, said: Asked | None = None, status: int = 200
) -> HttpResponse:
    return screen(
        request, "dashboards/faxed_back.html", desk, here="referrals", status=status, form=form,
        told=said, declines=DECLINES.items(), place=queries.city(form.zone),
    )  # fmt: skip
