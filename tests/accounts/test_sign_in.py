"""Staff sign in by e-mail and password; nobody signs up, and nobody learns who is known here."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

ADDRESS = "quinn@elm.example"


def sign_in(client, address=ADDRESS, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": address, "password": password, **more})


def is_in(client) -> bool:
    return SESSION_KEY in client.session


@pytest.mark.parametrize("address", [ADDRESS, "QUINN@elm.example", " quinn@elm.example "])
def test_a_member_signs_in_by_address_and_password(elm_street, address):
    client = Client()
    answer = sign_in(client, address)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session[SESSION_KEY] == str(elm_street.nora.user_id)


def test_signing_in_makes_a_new_session_that_scripts_cannot_read(elm_street):
    client = Client()
    client.get("/accounts/login/")
    answer = sign_in(client)
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_wrong_password_and_an_unknown_address_get_one_answer(elm_street):
    def said(address, password):
        client = Client()
        answer = sign_in(client, address, password)
        assert answer.status_code == 200
        assert not is_in(client)
        page = answer.text.replace(address, "ADDRESS")
        return re.sub(r'value="[^"]{60,}"', "", page)

    assert said(ADDRESS, "wrong horse") == said("nobody@elm.example", PASSWORD)


def test_the_password_is_never_sent_back(elm_street):
    assert "wrong horse" not in sign_in(Client(), password="wrong horse").text


def test_one_who_may_not_sign_in_any_more_does_not(elm_street):
    user = User.objects.get(email=ADDRESS)
    user.is_active = False
    user.save(update_fields=["is_active"])
    client = Client()
    sign_in(client)
    assert not is_in(client)
    assert client.get("/queue/").status_code == 302


@pytest.mark.parametrize("password", ["a long enough secret 9", PASSWORD])
def test_nobody_signs_up(elm_street, password):
    before = User.objects.count()
    client = Client()
    answer = client.post(
        "/accounts/signup/",
        {"email": "new@elm.example", "password1": password, "password2": password},
    )
    assert User.objects.count() == before
    assert not is_in(client)
    assert answer.status_code in {200, 403, 404}
    assert client.get("/queue/").status_code == 302


def test_signing_out_ends_the_session(elm_street):
    client = Client()
    sign_in(client)
    assert client.get("/queue/").status_code == 200
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert client.get("/queue/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/queue/"])
def test_after_signing_in_one_stays_on_this_site(elm_street, elsewhere):
    answer = sign_in(Client(), next=elsewhere)
    assert answer.url == (elsewhere if elsewhere == "/queue/" else "/")


def test_a_form_of_another_site_signs_nobody_in(elm_street):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "login/", "logout/", "signup/", "inactive/", "reauthenticate/", "email/",
        "confirm-email/", "password/change/", "password/set/", "password/reset/",
        "password/reset/done/", "password/reset/key/done/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("inside", [False, True])
def test_every_page_of_the_account_answers(elm_street, path, inside):
    client = Client()
    if inside:
        sign_in(client)
    assert client.get(f"/accounts/{path}").status_code in {200, 302, 403, 404, 405}
