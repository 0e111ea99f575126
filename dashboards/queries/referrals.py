"""One page of the table of referrals."""

from uuid import UUID

from dashboards.queries.desk import Desk
from dashboards.queries.referral_frame import framed
from dashboards.queries.referral_order import in_order, narrowed, order_of
from dashboards.queries.referral_rows import rows_of
from dashboards.referral_lists import ReferralList
from dashboards.rows.referral import ReferralTable

PAGE = 50


def table(desk: Desk, at: ReferralList, *, after: str) -> tuple[ReferralTable, list[UUID]]:
    """The page that begins after a place, and whose names are on it."""
    order = order_of(at)
    wanted, beyond = in_order(narrowed(desk, at), order), order.beyond(after)
    rest = wanted if beyond is None else wanted.filter(beyond)
    found = list(rest.select_related("patient")[: PAGE + 1])
    shown = found[:PAGE]
    rows = rows_of(desk, shown, back=at.back)
    following = at.url(after=order.place_of(shown[-1])) if len(found) > PAGE else ""
    page = framed(desk, at, rows, next_url=following, first_url=at.url() if beyond else "")
    return page, [one.patient_id for one in shown]
