"""The practice's accounts with carriers, as IT opens, tests, mends and closes them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.models import AuditEvent
from integrations.models import Feed
from referrals import carrying, operations
from referrals.models import Carrier
from tenants import sealing
from tests.dashboards.referral_scene import open_referrals
from tests.people import SETUP
from tests.referrals.sending.street import (
    account_of_fax,
    account_of_hisp,
    carrier,
    house,
    specialist,
)
from tests.referrals.sending.street import hisp as _hisp

pytestmark = pytest.mark.django_db
hisp = _hisp
__all__ = ["hisp", "house"]

BAA = "2026-01-02"
DAY = timedelta(days=1)


@pytest.fixture
def ira(elm_street, signed_in):
    return signed_in(elm_street.ira)


def filled(hisp, **more) -> dict:
    return {
        "address": "referrals@elm.direct.example", "url": hisp.smtp_url, "user": "elm",
        "mail_url": hisp.imap_url, "secret": hisp.hisp.password, "baa_on": BAA, **more,
    }  # fmt: skip


FAXES = {
    "documo": {"address": "(202) 555-0100", "secret": "top-key", "user": "clearchart",
               "callback_secret": "top-back", "baa_on": BAA},
    "telnyx": {"address": "202-555-0100", "secret": "top-key", "connection": "app-1",
               "callback_secret": "top-back", "baa_on": BAA},
}  # fmt: skip


def kept(elm, **which):
    with elm.scoped(), transaction.atomic():
        return Carrier.objects.filter(**which).order_by("-opened_at").first()


def at(row, code="") -> str:
    return f"/carriers/{row.pk}/" + (f"{code}/" if code else "")


def opened(elm, account, now):
    with elm.scoped(), transaction.atomic():
        return carrier(account, now)


def audited(elm, action):
    with elm.scoped(), transaction.atomic():
        return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def test_an_account_at_a_hisp_is_opened_with_its_feed_and_stands_in_the_list(elm_street, ira, hisp):
    assert "No account is open" in ira.get("/carriers/").text
    answer = ira.post("/carriers/new/hisp/", filled(hisp))
    row = kept(elm_street)
    assert answer.url == f"{at(row)}?said=carrier-opened"
    assert sealing.unseal(row.secret) == hisp.hisp.password
    with elm_street.scoped():
        assert Feed.objects.filter(slug=row.feed_slug).exists()
    page = ira.get("/carriers/").text
    for words in ("Direct (HISP)", "referrals@elm.direct.example", "Open, and not used yet",
                  "On file since Jan 2, 2026", "Nothing yet"):  # fmt: skip
        assert words in page
    assert "Open Direct (HISP)" not in page
    assert "Open Fax (Documo)" in page
    (event,) = audited(elm_street, "carrier.opened")
    assert (event.actor_name, event.entity_id) == (elm_street.ira.name, row.pk)


@pytest.mark.parametrize("kind", FAXES)
def test_an_account_at_a_fax_service_shows_where_it_calls_back(elm_street, ira, kind):
    assert ira.post(f"/carriers/new/{kind}/", FAXES[kind]).status_code == 302
    row = kept(elm_street)
    assert (row.kind, row.address, str(row.baa_on)) == (kind, "+12025550100", BAA)
    assert f"http://testserver/integrations/fax/{row.feed_slug}" in ira.get(at(row)).text


def test_no_secret_is_ever_shown_again(elm_street, ira):
    wrong = ira.post("/carriers/new/documo/", FAXES["documo"] | {"address": "12"})
    ira.post("/carriers/new/documo/", FAXES["documo"])
    row = kept(elm_street)
    ira.post(at(row, "close"))
    pages = [wrong, *map(ira.get, ("/carriers/", at(row), "/carriers/new/documo/"))]
    for page in pages:
        assert "top-" not in page.text
    assert 'value="+12025550100"' in pages[-1].text, "the rest is there as it was"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"secret": ""}, "Fill in every field"), ({"address": "office"}, "A Direct address looks"),
     ({"baa_on": ""}, "Say since when"), ({"baa_on": "2999-01-01"}, "yet to come"),
     ({"url": "https://mail.hisp.example"}, "begins with smtps://"),
     ({"mail_url": "imaps://10.0.0.1"}, "address is not a public one"),
     ({}, "An account of this kind is open")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(elm_street, ira, hisp, wrong, why):
    if not wrong:
        ira.post("/carriers/new/hisp/", filled(hisp))
    answer = ira.post("/carriers/new/hisp/", filled(hisp) | wrong)
    assert answer.status_code == 422
    assert why in answer.text.partition('id="problem"')[2].partition("</div>")[0]
    with elm_street.scoped():
        assert Carrier.objects.count() == (0 if wrong else 1)


def test_a_test_says_what_each_side_answers_and_sends_nothing(elm_street, ira, hisp):
    ira.post("/carriers/new/hisp/", filled(hisp))
    row = kept(elm_street)
    page = ira.post(at(row, "test")).text
    assert "Sending: the server lets us in" in page
    assert "Mailbox: it can be read" in page
    ira.post(at(row, "secrets"), {"secret": "another"})
    page = ira.post(at(row, "test")).text
    assert "Sending: our own account was not let in" in page
    assert "Mailbox: our own account was not let in" in page
    hisp.stop()
    assert "Sending: no connection" in ira.post(at(row, "test")).text
    assert hisp.hisp.handed == []
    first, second, third = audited(elm_street, "carrier.tried")
    assert (first.outcome, first.detail) == ("success", {"out": "", "mailbox": ""})
    assert (second.outcome, second.detail["out"]) == ("failed", "sign-in")
    assert third.detail["mailbox"] == "unreached"


@pytest.mark.parametrize("kind", FAXES)
def test_a_fax_service_is_asked_whether_it_lets_us_in(elm_street, ira, house, right_now, kind):
    row = opened(elm_street, account_of_fax(house, kind), right_now)
    assert "The service lets us in" in ira.post(at(row, "test")).text
    ira.post(at(row, "secrets"), {"secret": "another"})
    assert "The service: our own account was not let in" in ira.post(at(row, "test")).text
    house.stop()
    assert "The service: no connection" in ira.post(at(row, "test")).text
    assert house.house.sent == []


def test_a_secret_that_cannot_be_opened_any_more_has_to_be_entered_again(
    elm_street, ira, house, right_now
):
    row = opened(elm_street, account_of_fax(house), right_now)
    with elm_street.scoped(), transaction.atomic():
        Carrier.objects.update(secret="broken")
    page = ira.post(at(row, "test"))
    assert (page.status_code, "Enter it again." in page.text) == (200, True)


def test_secrets_are_replaced_one_by_one_and_nothing_is_no_replacement(
    elm_street, ira, house, right_now
):
    row = opened(elm_street, account_of_fax(house, "documo"), right_now)
    refused = ira.post(at(row, "secrets"), {"secret": "", "callback_secret": ""})
    assert (refused.status_code, "Enter what is to be replaced" in refused.text) == (422, True)
    ira.post(at(row, "secrets"), {"secret": "", "callback_secret": "new-back"})
    fresh = kept(elm_street)
    assert fresh.secret == row.secret
    assert sealing.unseal(fresh.callback_secret) == "new-back"
    (event,) = audited(elm_street, "carrier.secrets-replaced")
    assert event.detail == {"names": "callback_secret"}


def test_an_account_without_agreement_says_so_until_it_is_recorded(
    elm_street, ira, house, right_now
):
    row = opened(elm_street, account_of_fax(house, baa_on=None), right_now)
    assert "No agreement (BAA) on file" in ira.get("/carriers/").text
    assert ira.post(at(row, "agree"), {"baa_on": "2999-01-01"}).status_code == 422
    assert kept(elm_street).baa_on is None
    ira.post(at(row, "agree"), {"baa_on": BAA})
    assert "No agreement" not in ira.get("/carriers/").text
    assert len(audited(elm_street, "carrier.agreed")) == 1


def test_an_account_says_since_when_it_fails_and_works_again_by_the_next_packet(
    elm_street, ira, house, right_now
):
    with elm_street.scoped(), transaction.atomic():
        pk = open_referrals(elm_street, right_now - 3 * DAY)["ordered"]
        carrier(account_of_fax(house, secret="wrong"), right_now - 3 * DAY)
        to = specialist(right_now, direct_address="")
        operations.address_to(referral_id=pk, specialist_id=to.pk, actor=SETUP, now=right_now)
        operations.send_referral(referral_id=pk, actor=SETUP, now=right_now - DAY)
    carrying.sweep(now=right_now - DAY)
    page = ira.get("/carriers/").text
    assert "our own account was not let in" in page
    assert "Failing since" in page
    row = kept(elm_street)
    ira.post(at(row, "secrets"), {"secret": house.house.key})
    carrying.sweep(now=right_now)
    page = ira.get("/carriers/").text
    assert "Failing" not in page
    assert "Working" in page


def test_a_mailbox_that_cannot_be_read_says_since_when(elm_street, ira, hisp, right_now):
    row = opened(elm_street, account_of_hisp(hisp), right_now - DAY)
    who = {"carrier_id": row.pk, "validity": 1, "seen": 1, "actor": SETUP}
    with elm_street.scoped(), transaction.atomic():
        operations.mark_mailbox(trouble="", now=right_now - DAY, **who)
    assert "Working" in ira.get("/carriers/").text
    with elm_street.scoped(), transaction.atomic():
        operations.mark_mailbox(trouble="sign-in", now=right_now, **who)
    page = ira.get("/carriers/").text
    assert "Mailbox not read since" in page
    assert "Working" not in page


def test_of_two_for_faxes_the_later_one_stands_by(elm_street, ira, house, right_now):
    opened(elm_street, account_of_fax(house, "telnyx"), right_now - DAY)
    opened(elm_street, account_of_fax(house, "documo", feed_slug="elm-fax-2"), right_now)
    assert "Stands by while Fax (Telnyx) is open" in ira.get("/carriers/").text


def test_a_closed_account_is_worked_no_more_and_opens_anew_at_its_old_address(
    elm_street, ira, right_now
):
    ira.post("/carriers/new/telnyx/", FAXES["telnyx"])
    row = kept(elm_street)
    assert ira.post(at(row, "close")).url == "/carriers/?said=carrier-closed"
    page = ira.get(at(row))
    assert "Receipts of what it carried are still heard" in page.text
    assert "Test account" not in page.text
    for code in ("test", "secrets", "agree", "close"):
        assert ira.post(at(row, code), {"secret": "x", "baa_on": BAA}).status_code == 404
    assert ira.post("/carriers/new/telnyx/", FAXES["telnyx"]).status_code == 302
    again = kept(elm_street, closed_at=None)
    assert (again.pk != row.pk, again.feed_slug) == (True, row.feed_slug)


def test_what_is_not_there_or_anothers_is_not_found(
    elm_street, oak_street, ira, signed_in, house, right_now
):
    row = opened(elm_street, account_of_fax(house), right_now)
    assert ira.get("/carriers/new/pigeon/").status_code == 404
    assert ira.post(at(row, "burn")).status_code == 404
    assert ira.get(f"/carriers/{uuid4()}/").status_code == 404
    with oak_street.scoped():
        type(oak_street.olu).objects.filter(pk=oak_street.olu.pk).update(roles=["it"])
    stranger = signed_in(oak_street.olu)
    assert stranger.get(at(row)).status_code == 404
    assert stranger.post(at(row, "close")).status_code == 404
    assert "202 555 0100" not in stranger.get("/carriers/").text
    assert kept(elm_street).closed_at is None


def test_feeds_lead_to_the_accounts(ira):
    assert 'href="/carriers/"' in ira.get("/feeds/").text
