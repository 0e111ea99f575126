"""How the patient of a referral is insured: read from its order, written down on its page."""

import pytest
from django.db import transaction

from audit.models import AuditEvent
from charts.values import Code, ItemKind, ItemStatus
from referrals import following, operations, packing
from referrals.models import Referral
from tests.dashboards.referral_scene import open_referrals
from tests.people import SETUP
from tests.reports import DIAZ, file, patient, report

pytestmark = pytest.mark.django_db

TOLD = {"payer": "Fake Health", "plan": "PPO Gold", "member_number": "W1", "group_number": "7"}
WHOLE = "Fake Health, PPO Gold, member W1, group 7"


@pytest.fixture
def cora(elm_street, signed_in):
    return signed_in(elm_street.cora)


@pytest.fixture
def pk(elm_street, right_now):
    """A referral that was opened by hand: nobody knows of insurance."""
    with elm_street.scoped(), transaction.atomic():
        return open_referrals(elm_street, right_now)["ordered"]


def ordered(elm, now, **details) -> Referral:
    """As a feed tells it."""
    with elm.scoped(), transaction.atomic():
        order = report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-9", orderer=DIAZ,
                       issued_at=now, code=Code("C", "Cardiology"), details=details)  # fmt: skip
        (filed,) = file(order, now=now, of=patient("900"))
    following.sweep(now=now)
    with elm.scoped(), transaction.atomic():
        return Referral.objects.select_related("item").get(item=filed.item)


def fresh(elm, pk) -> Referral:
    with elm.scoped(), transaction.atomic():
        return Referral.objects.select_related("item").get(pk=pk)


def write(client, elm, pk, **said):
    return client.post(f"/referrals/{pk}/insure/", {"version": fresh(elm, pk).version, **said})


def test_it_is_written_down_on_the_page_and_goes_into_the_packet(elm_street, cora, pk):
    page = cora.get(f"/referrals/{pk}/").text
    assert "Insurance is not recorded, and the packet says so." in page
    assert f'href="/referrals/{pk}/insure/"' in page
    assert "Who pays" in cora.get(f"/referrals/{pk}/insure/").text
    said = {"payer": " Fake Health ", "rest": "PPO Gold, member W1"}
    assert write(cora, elm_street, pk, **said).status_code == 302
    row = fresh(elm_street, pk)
    assert row.payer == "Fake Health"
    with elm_street.scoped():
        assert packing.insurance_of(row) == "Fake Health, PPO Gold, member W1"
        event = AuditEvent.objects.filter(action="referral.refreshed").latest("at")
        assert event.detail == {"changed": ["insurance", "payer"]}
    assert "Fake Health, PPO Gold, member W1" in cora.get(f"/referrals/{pk}/").text
    form = cora.get(f"/referrals/{pk}/insure/").text
    assert 'value="Fake Health"' in form
    assert 'value="PPO Gold, member W1"' in form


@pytest.mark.parametrize(
    ("said", "why"),
    [({"payer": "", "rest": "member W1"}, "Name the insurance company"),
     ({"payer": "x" * 121}, "That is too long")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(elm_street, cora, pk, said, why):
    answer = write(cora, elm_street, pk, **said)
    assert (answer.status_code, why in answer.text) == (422, True)
    assert fresh(elm_street, pk).payer == ""


def test_who_saw_an_older_one_and_who_may_not_change_nothing(elm_street, cora, signed_in, pk):
    seen = fresh(elm_street, pk).version
    write(cora, elm_street, pk, payer="Fake Health")
    late = cora.post(f"/referrals/{pk}/insure/", {"version": seen, "payer": "Another"})
    assert late.status_code == 409
    refused = signed_in(elm_street.ira).post(f"/referrals/{pk}/insure/", {"payer": "Another"})
    assert refused.status_code == 403
    assert fresh(elm_street, pk).payer == "Fake Health"


def test_a_closed_referral_offers_it_no_more(elm_street, cora, right_now):
    with elm_street.scoped(), transaction.atomic():
        pk = open_referrals(elm_street, right_now)["closed"]
    assert f'href="/referrals/{pk}/insure/"' not in cora.get(f"/referrals/{pk}/").text


def test_what_the_order_says_stands_until_somebody_here_knows_better(elm_street, cora, right_now):
    row = ordered(elm_street, right_now, **TOLD)
    assert row.payer == "Fake Health"
    assert WHOLE in cora.get(f"/referrals/{row.pk}/").text
    write(cora, elm_street, row.pk, payer="Fake Plan B", rest="member B2")
    with elm_street.scoped(), transaction.atomic():
        operations.refresh(referral=fresh(elm_street, row.pk), item=row.item, actor=SETUP,
                           now=right_now)  # fmt: skip
    kept = fresh(elm_street, row.pk)
    assert (kept.payer, kept.insurance) == ("Fake Plan B", "Fake Plan B, member B2")
    write(cora, elm_street, row.pk, payer="", rest="")
    assert fresh(elm_street, row.pk).payer == "Fake Health"
    assert WHOLE in cora.get(f"/referrals/{row.pk}/").text


def test_an_order_that_is_told_again_brings_its_new_insurance(elm_street, right_now):
    row = ordered(elm_street, right_now)
    assert row.payer == ""
    assert ordered(elm_street, right_now, **TOLD).payer == "Fake Health"
