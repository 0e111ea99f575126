"""A number of the report leads to just the referrals that it counts; lists by payer."""

import re
from html import unescape

import pytest
from django.db import transaction

from dashboards.referral_lists import ReferralList
from referrals import operations
from referrals.states import Closure
from tests.dashboards.referral_scene import CASES, open_referrals
from tests.dashboards.referral_years import refer
from tests.metrics.loops.world import closed, opened
from tests.people import SETUP

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a href="(/referrals/\?sent=[^"]+)">([\d,]+)</a>')
ROW = re.compile(r'<tr[^>]* data-task="([^"]+)"')
ALL = re.compile(r"All\s*<span[^>]*>\s*(\d+)")


@pytest.fixture
def years(elm_street, right_now):
    """Two years, each end among them."""
    with elm_street.scoped(), transaction.atomic():
        refer(right_now)
        twice = opened(right_now, of="1")
        closed(twice, Closure.DUPLICATE, right_now)


@pytest.mark.parametrize("by", ["quarter", "month"])
def test_each_number_is_as_many_as_its_list_holds(elm_street, signed_in, years, by):
    sam = signed_in(elm_street.sam)
    links = LINK.findall(sam.get(f"/referrals/report/?by={by}").text)
    fates = {address.partition("fate=")[2] for address, _ in links}
    assert fates == {"", "back", "late", "ended", "overdue", "not-due", "not-sent",
                     "taken-back"} - ({"late"} if not _late(links) else set())  # fmt: skip
    for address, number in links:
        page = sam.get(unescape(address)).text
        assert ALL.search(page)[1] == number, address
        assert len(ROW.findall(page)) == int(number), address


def _late(links) -> bool:
    return any("fate=late" in address for address, _ in links)


def test_a_cohort_holds_what_is_closed_and_a_board_of_it_does_not(elm_street, signed_in, years):
    sam = signed_in(elm_street.sam)
    (address, *_), *_ = LINK.findall(sam.get("/referrals/report/").text)[-8:]
    address = unescape(address)
    page = sam.get(address).text
    assert ALL.search(page)
    board = sam.get(f"{address}&view=board")
    assert board.status_code == 200
    closed_ones = sam.get(f"{address}&state=closed").text
    assert 0 < len(ROW.findall(closed_ones)) <= len(ROW.findall(page))


@pytest.mark.parametrize("said", ["2026-Q9", "soon", "2026-13", "", "2026-Q1&fate=luck"])
def test_a_period_or_a_fate_of_nobody_narrows_nothing(elm_street, signed_in, years, said):
    page = signed_in(elm_street.sam).get(f"/referrals/?sent={said}")
    assert page.status_code == 200
    at = ReferralList.read({"sent": said.partition("&")[0], "fate": "luck"})
    assert at.fate == ""
    assert at.sent == ("2026-Q1" if said.startswith("2026-Q1") else "")


def test_a_list_is_narrowed_by_who_pays_however_it_is_written(elm_street, signed_in, right_now):
    with elm_street.scoped(), transaction.atomic():
        made = open_referrals(elm_street, right_now)
        for name, payer in (("ordered", "Fake Health"), ("sent", "FAKE HEALTH"),
                            ("booked", "Other Plan")):  # fmt: skip
            operations.insure(referral_id=made[name], payer=payer, actor=SETUP, now=right_now)
    cora = signed_in(elm_street.cora)
    page = cora.get("/referrals/").text
    assert len(ROW.findall(page)) == len(CASES) - 1
    assert page.count(">Other Plan</option>") == 1
    assert len(re.findall(r">fake health</option>", page, re.IGNORECASE)) == 1
    found = cora.get("/referrals/?payer=fake+health").text
    assert set(ROW.findall(found)) == {str(made["ordered"]), str(made["sent"])}
    assert "The filter hides everything" in cora.get("/referrals/?payer=Nobody").text


def test_the_payers_of_another_practice_are_not_offered(
    elm_street, oak_street, signed_in, right_now
):
    with elm_street.scoped(), transaction.atomic():
        pk = open_referrals(elm_street, right_now)["ordered"]
        operations.insure(referral_id=pk, payer="Fake Health", actor=SETUP, now=right_now)
    assert "Fake Health" not in signed_in(oak_street.olu).get("/referrals/").text
