"""One referral: its page, and the menu of what may be said of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from audit import log
from dashboards.queries import chart, referral_sending
from dashboards.queries import referral_page as pages
from dashboards.queries.desk import Desk, zone_of
from dashboards.queries.referral_offers import offers
from dashboards.rows import Notice
from dashboards.rows.sending import InvitedLine
from dashboards.views import flash
from dashboards.views.frame import (
    Request,
    as_parameter,
    back_of,
    desk_of,
    for_members,
    require,
    require_chart,
    screen,
    wants_part,
)
from referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Asked:
    """A member says something of a referral."""

    request: Request
    desk: Desk
    referral: Referral

    @property
    def zone(self) -> ZoneInfo:
        """The clock on the wall of the referral's location."""
        return zone_of(self.referral.location, self.desk.member)

    @property
    def seen(self) -> dict[str, Any]:
        """What every operation is called with; the version is the one that the person saw."""
        text = self.request.POST.get("version", "")
        version = int(text) if text.isdigit() and len(text) < 9 else -1
        return {"referral_id": self.referral.pk, "version": version,
                "actor": self.request.actor, "now": self.desk.now}  # fmt: skip

    @property
    def here(self) -> str:
        """Its page, with the way back to the list."""
        back = back_of(self.request)
        address = reverse("dashboards:referral", args=[self.referral.pk])
        return address + (f"?back={as_parameter(back)}" if back else "")


@for_members
@require_safe
def referral(request: Request, referral_id: UUID) -> HttpResponse:
    """What was asked, what is true, what is missing, whose turn is it?"""
    desk = desk_of(request)
    return show(Asked(request, desk, opened(request, desk, referral_id)),
                 notices=flash.notices(request, desk))  # fmt: skip


def opened(request: Request, desk: Desk, referral_id: UUID) -> Referral:
    """The referral, where the member may see its patient's chart.

    Raises:
        Http404: there is none in this practice.
        ChartShut: the chart is not theirs to see.
    """
    found = pages.find(referral_id)
    if found is None:
        raise Http404
    require_chart(request, desk, found.patient)
    return found


def show(
    asked: Asked, *, notices: tuple[Notice, ...] = (), invited: InvitedLine | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Its page; `invited`: a link and a code that were just made."""
    found, desk, back = asked.referral, asked.desk, back_of(asked.request)
    log.record("referral.viewed", entity=found, patient_id=found.patient_id,
               actor=asked.request.actor, now=desk.now)  # fmt: skip
    page = pages.page(found, desk, back=as_parameter(back))
    return screen(asked.request, "dashboards/referral.html", desk, here="referrals", page=page,
                  back=back or reverse("dashboards:referrals"), notices=notices,
                  sending=referral_sending.card(found, desk), invited=invited,
                  status=status)  # fmt: skip


@for_members
@require_safe
def tell_menu(request: Request, referral_id: UUID) -> HttpResponse:
    """All that may be said of it now, as buttons; in a sheet over the list, or as a page."""
    require(request, Operation.WORK_REFERRALS)
    desk = desk_of(request)
    asked = Asked(request, desk, opened(request, desk, referral_id))
    choices = offers(asked.referral, desk, back=as_parameter(back_of(request)))
    context: dict[str, Any] = {
        "patient": chart.banner(asked.referral.patient, desk), "groups": choices.groups(),
        "back": asked.here, "title": _("What became of it?"),
    }  # fmt: skip
    if wants_part(request):
        return render(request, "parts/referral_menu.html", context)
    return screen(request, "dashboards/referral_menu.html", desk, here="referrals", **context)
