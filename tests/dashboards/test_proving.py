"""Step-up: keys, exports and people ask again who it is, and the work goes on where it stood."""

from urllib.parse import unquote

import pytest

from accounts.models import Membership
from accounts.roles import Role
from integrations.models import Feed
from tests.accounts.signing_in import come_in
from tests.people import PASSWORD, admit

pytestmark = pytest.mark.django_db

CONFIRM = "/accounts/reauthenticate/"
ROLES = {"roles": ["it"], "main": "it", "confirmed": "yes"}


@pytest.fixture
def paula(elm_street, right_now):
    """Who manages Elm Street, and signed in a while ago."""
    with elm_street.scoped():
        member = admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)
    return long_since(come_in(member))


def long_since(client):
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    return client


def roles_of(elm, name) -> list[str]:
    with elm.scoped():
        return Membership.objects.get(pk=getattr(elm, name).pk).roles


def prove(client, answer):
    """By the form that asks, with whatever it says about where to go on."""
    back = unquote(answer.url.partition("?next=")[2])
    return client.post(CONFIRM, {"password": PASSWORD, "next": back})


def test_a_form_waits_for_the_proof_and_is_then_sent_once(elm_street, paula):
    page = f"/staff/{elm_street.max.pk}/roles/"
    asked = paula.post(page, ROLES)
    assert asked.url.startswith(CONFIRM)
    assert "Confirm it is you" in paula.get(asked.url).text
    assert roles_of(elm_street, "max") == ["medical-assistant"]
    back = prove(paula, asked)
    assert back.url.startswith(page)
    assert "They sign in again with the new roles." in paula.get(back.url, follow=True).text
    assert roles_of(elm_street, "max") == ["it"]
    paula.post(page, ROLES | {"roles": ["nurse"], "main": "nurse"})
    paula.get(back.url)
    assert roles_of(elm_street, "max") == ["nurse"]


def test_what_waits_is_sealed_and_goes_nowhere_without_its_token(elm_street, paula):
    page = f"/staff/{elm_street.max.pk}/roles/"
    asked = paula.post(page, ROLES)
    assert "confirmed" not in str(dict(paula.session))
    back = prove(paula, asked)
    paula.get(page)
    paula.get(f"{page}?go_on=another")
    paula.get(back.url.replace(str(elm_street.max.pk), str(elm_street.nora.pk)))
    assert roles_of(elm_street, "max") == ["medical-assistant"]
    assert roles_of(elm_street, "nora") == ["nurse"]


def test_a_wrong_password_sends_nothing(elm_street, paula):
    page = f"/staff/{elm_street.max.pk}/roles/"
    asked = paula.post(page, ROLES)
    back = unquote(asked.url.partition("?next=")[2])
    answer = paula.post(CONFIRM, {"password": "wrong horse", "next": back})
    assert "not your password" in answer.text
    paula.get(back)
    assert roles_of(elm_street, "max") == ["medical-assistant"]


def test_whoever_may_not_reads_why_and_is_not_asked(elm_street):
    nora = long_since(come_in(elm_street.nora))
    answer = nora.post(f"/staff/{elm_street.max.pk}/roles/", ROLES)
    assert answer.status_code == 403
    assert "Only a practice manager can manage people." in answer.text


def test_pages_are_looked_at_and_each_change_is_asked_for(elm_street, paula):
    for page in ("/security/", f"/security/{elm_street.max.pk}/",
                 f"/staff/{elm_street.max.pk}/leaving/",
                 f"/feeds/{elm_street.ehr.pk}/connection/"):  # fmt: skip
        assert paula.get(page).status_code == 200, page
        assert paula.post(page, {"x": "y"}).url.startswith(CONFIRM), page


def test_a_feed_is_connected_with_its_key_after_the_proof(elm_street):
    ira = long_since(come_in(elm_street.ira))
    said = {"name": "New lab", "time_zone": "America/New_York", "environment": "test"}
    back = prove(ira, ira.post("/feeds/connect/", said))
    assert "New lab" in ira.get(back.url, follow=True).text
    with elm_street.scoped():
        assert Feed.objects.filter(name="New lab").count() == 1


def test_a_file_is_offered_again_on_the_page_it_was_asked_from(elm_street):
    sam = long_since(come_in(elm_street.sam))
    page = "http://testserver/backlog/?location=x"
    asked = sam.get("/backlog/numbers.csv", headers={"Referer": page})
    back = prove(sam, asked)
    assert back.url == "/backlog/?location=x&said=proven"
    assert sam.get("/backlog/numbers.csv")["Content-Type"].startswith("text/csv")
    assert "Take the file now." in sam.get("/backlog/?said=proven").text
    elsewhere = long_since(sam).get(
        "/backlog/numbers.csv", headers={"Referer": "http://evil.example/"}
    )
    assert "evil" not in elsewhere.url
