"""The directory of specialists, as those who keep it read and write it."""

from uuid import uuid4

import pytest
from django.db import transaction

from audit.models import AuditEvent
from referrals.models import Specialist
from referrals.operations import address_to
from referrals.ways import Way
from tests.dashboards.referral_scene import open_referrals
from tests.people import SETUP

pytestmark = pytest.mark.django_db

HART = {"organization": "Heartfield Clinic", "person": "Dr Hal Hart", "specialty": "cardiology",
        "fax": "(202) 555-0123", "ways": "fax-direct-phone",
        "agreement_on": "2026-03-02"}  # fmt: skip


@pytest.fixture
def cora(elm_street, signed_in):
    return signed_in(elm_street.cora)


def added(client, elm, **more):
    assert client.post("/specialists/new/", HART | more).status_code == 302
    with elm.scoped():
        return Specialist.objects.latest("pk")


def fresh(elm, row):
    with elm.scoped():
        return Specialist.objects.get(pk=row.pk)


def test_somebody_is_added_and_stands_in_the_list(elm_street, cora, right_now):
    assert "The directory is empty." in cora.get("/specialists/").text
    row = added(cora, elm_street)
    assert (row.fax, row.fax_verified_at) == ("+12025550123", None)
    assert row.ways == [Way.FAX, Way.DIRECT, Way.PHONE]
    with elm_street.scoped(), transaction.atomic():
        opened = open_referrals(elm_street, right_now)
        for name in ("ordered", "closed"):
            address_to(referral_id=opened[name], specialist_id=row.pk, actor=SETUP, now=right_now)
    page = cora.get("/specialists/").text
    for words in ("Dr Hal Hart", "Heartfield Clinic", "Cardiology", "1 open referral<",
                  "+1 202 555 0123, not verified", "agreement since Mar 2, 2026"):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"organization": " "}, "Name the practice"), ({"npi": "1234567890"}, "This is no NPI"),
     ({"direct_address": "office"}, "A Direct address looks like"), ({"fax": "12"}, "id_fax"),
     ({"phone": "twelve"}, "id_phone"), ({"ways": ""}, "Choose an order"),
     ({"ways": "fax-fax"}, "Choose an order"), ({"specialty": "luck"}, "Choose a specialty"),
     ({"agreement_on": "soon"}, "Write a day"), ({"person": "x" * 121}, "too long"),
     ({}, "in the directory already")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(elm_street, cora, wrong, why):
    if not wrong:
        added(cora, elm_street)
    with elm_street.scoped():
        before = Specialist.objects.count()
    answer = cora.post("/specialists/new/", HART | wrong)
    assert answer.status_code == 422
    problem = answer.text.partition('id="problem"')[2].partition("</div>")[0]
    assert why in problem
    with elm_street.scoped():
        assert Specialist.objects.count() == before


def test_a_number_is_verified_as_it_was_shown_and_another_one_is_not(elm_street, cora):
    row = added(cora, elm_street)
    at = f"/specialists/{row.pk}/"
    assert 'value="+12025550123"' in cora.get(at).text
    refused = cora.post(f"{at}verify/", {"fax": "+12025550199"})
    assert refused.status_code == 422
    assert "The number was changed meanwhile" in refused.text
    assert fresh(elm_street, row).fax_verified_at is None
    assert cora.post(f"{at}verify/", {"fax": "+12025550123"}).status_code == 302
    assert fresh(elm_street, row).fax_verified_at is not None
    assert "+1 202 555 0123, verified" in cora.get("/specialists/").text
    cora.post(f"{at}doubt/")
    assert fresh(elm_street, row).fax_verified_at is None
    cora.post(f"{at}verify/", {"fax": "+12025550123"})
    cora.post(at, HART | {"fax": "202-555-0188"})
    assert fresh(elm_street, row).fax_verified_at is None


def test_an_entry_is_written_anew_from_what_it_says(elm_street, cora):
    row = added(cora, elm_street)
    page = cora.get(f"/specialists/{row.pk}/").text
    for words in ('value="Dr Hal Hart"', '<option value="fax-direct-phone" selected>',
                  'value="2026-03-02"', '<option value="cardiology" selected>'):  # fmt: skip
        assert words in page
    answer = cora.post(f"/specialists/{row.pk}/", HART | {"npi": "1234567893", "takes_360x": "on"})
    assert answer.status_code == 302
    kept = fresh(elm_street, row)
    assert (kept.npi, kept.takes_360x, kept.agreement_on) == ("1234567893", True, row.agreement_on)
    wrong = cora.post(f"/specialists/{row.pk}/", HART | {"npi": "1"})
    assert wrong.status_code == 422
    assert fresh(elm_street, row).npi == "1234567893"


def test_one_that_was_taken_out_is_not_there_any_more(elm_street, oak_street, cora, signed_in):
    row = added(cora, elm_street)
    at = f"/specialists/{row.pk}/"
    stranger = signed_in(oak_street.olu)
    assert {stranger.get(at).status_code, stranger.post(f"{at}retire/").status_code} <= {403, 404}
    assert cora.post(f"{at}burn/").status_code == 404
    assert cora.post(f"{at}retire/").url == "/specialists/?said=specialist-retired"
    assert "Hal Hart" not in cora.get("/specialists/").text
    for address in (at, f"/specialists/{uuid4()}/"):
        assert cora.get(address).status_code == 404
    assert cora.post(f"{at}verify/", {"fax": row.fax}).status_code == 404
    with elm_street.scoped():
        assert AuditEvent.objects.filter(action="specialist.retired").count() == 1
