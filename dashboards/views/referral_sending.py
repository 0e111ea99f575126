"""A referral goes out: to whom, the packet itself, and a link for the specialist."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Operation
from audit import log
from dashboards import words
from dashboards.queries import referral_page as pages
from dashboards.queries import referral_sending as queries
from dashboards.rows import Notice
from dashboards.rows.sending import InvitedLine
from dashboards.views.frame import Request, desk_of, for_members, require
from dashboards.views.planning import uuid_of
from dashboards.views.referral import Asked, opened, show
from referrals import operations
from referrals.operations import NoSpecialist, NotInvited, NotSent, Overtaken

CONFLICT, UNPROCESSABLE = 409, 422


@for_members
@require_POST
def address(request: Request, referral_id: UUID) -> HttpResponse:
    """Say to whom of the directory it goes."""

    def run(asked: Asked) -> object:
        chosen = request.POST.get("specialist", "")
        if chosen and uuid_of(chosen) is None:
            raise Http404
        return operations.address_to(specialist_id=uuid_of(chosen), **asked.seen)

    return _do(request, referral_id, run, said="referral-addressed")


@for_members
@require_POST
def send(request: Request, referral_id: UUID) -> HttpResponse:
    """Make the packet of what was ticked and put it in line."""

    def run(asked: Asked) -> object:
        picked = [uuid_of(one) for one in request.POST.getlist("item")]
        items = [one for one in picked if one is not None]
        return operations.send_referral(items=items, **asked.seen)

    return _do(request, referral_id, run, said="referral-queued")


@for_members
@require_POST
def invite(request: Request, referral_id: UUID) -> HttpResponse:
    """A link and a code, which this answer shows and nothing else ever."""
    require(request, Operation.WORK_REFERRALS)
    asked = _asked(request, referral_id)
    try:
        made = operations.invite(referral_id=referral_id, actor=request.actor, now=asked.desk.now)
    except NotInvited as refused:
        return _refused(asked, str(refused), UNPROCESSABLE)
    until = words.long_date(made.until.astimezone(asked.zone).date())
    return show(asked, invited=InvitedLine(made.link, made.code, made.address, until))


@for_members
@require_safe
def packet(request: Request, referral_id: UUID, packet_id: UUID) -> HttpResponse:
    """The pages as they went out. Whoever opens them has opened the chart."""
    asked = _asked(request, referral_id)
    found = queries.find_packet(asked.referral, packet_id)
    if found is None:
        raise Http404
    log.record("packet.viewed", entity=found, patient_id=asked.referral.patient_id,
               actor=request.actor, now=asked.desk.now)  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="packet-{found.pk}.pdf"'}
    return HttpResponse(bytes(found.pdf), content_type="application/pdf", headers=headers)


def _asked(request: Request, referral_id: UUID) -> Asked:
    desk = desk_of(request)
    return Asked(request, desk, opened(request, desk, referral_id))


def _do(
    request: Request, referral_id: UUID, run: Callable[[Asked], Any], *, said: str
) -> HttpResponse:
    require(request, Operation.WORK_REFERRALS)
    asked = _asked(request, referral_id)
    try:
        run(asked)
    except Overtaken:
        return _refused(asked, _("This referral was changed meanwhile. Look again."), CONFLICT)
    except (NotSent, NoSpecialist) as refused:
        return _refused(asked, str(refused), UNPROCESSABLE)
    joint = "&" if "?" in asked.here else "?"
    return HttpResponseRedirect(f"{asked.here}{joint}said={said}#sending")


def _refused(asked: Asked, said: str, status: int) -> HttpResponse:
    """The page as it is now, with what hinders it."""
    fresh = pages.find(asked.referral.pk) or asked.referral
    notice = Notice(text=said, tone="warn")
    return show(replace(asked, referral=fresh), notices=(notice,), status=status)
