"""Referrals: the table, or the board."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Operation
from audit import log
from dashboards.queries import referral_board, referrals
from dashboards.referral_lists import BOARD, ReferralList
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, require, screen


@for_members
@require_safe
def referral_list(request: Request) -> HttpResponse:
    """Which referrals are stuck, and whose turn is it?"""
    require(request, Operation.SEE_REFERRALS)
    desk, at = desk_of(request), ReferralList.read(request.GET.dict())
    if at.view == BOARD:
        page, patients = referral_board.board(desk, at)
    else:
        page, patients = referrals.table(desk, at, after=request.GET.get("after", ""))
    log.record(
        "referrals.viewed", detail={"patients": [str(one) for one in patients]},
        actor=request.actor, now=desk.now,
    )  # fmt: skip
    return screen(request, "dashboards/referrals.html", desk, here="referrals", page=page,
                  notices=flash.notices(request, desk))  # fmt: skip
