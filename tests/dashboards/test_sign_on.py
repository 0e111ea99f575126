"""Single sign-on: the whole round against an identity provider on a socket, in every mood."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts import operations as accounts
from accounts.policy import BY_PASSWORD_ALONE, AccessPolicy
from accounts.roles import Role
from integrations.oidc import client as client_module
from outbox.wire.transport import Patience
from tests.accounts.signing_in import come_in, prove, set_up_app, trail
from tests.dashboards.sign_on_scene import come_back, elm, idp, is_in, over_there, set_up
from tests.people import SETUP, admit

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["elm", "idp"]


def test_a_member_goes_there_and_comes_back_signed_in_where_they_wanted_to_be(elm, idp):
    client = Client()
    page = client.post("/sign-in/", {"address": "Quinn@Elm.example", "next": "/team/"})
    assert "Continue with Elm Street Family Medicine sign-in" in page.text
    come_back(client, query="?next=/team/")
    assert (client.answer.status_code, client.answer.url) == (302, "/team/")
    assert client.session[SESSION_KEY] == str(elm.nora.user_id)
    assert client.get("/team/").status_code == 200
    assert ("sign-in.done", "success", "Nora Quinn") in trail(elm, "sign-in")
    assert idp.questions["scope"] == "openid email"
    assert idp.questions["login_hint"] == "Quinn@Elm.example"
    assert idp.questions["code_challenge_method"] == "S256"


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(elm, idp):
    client = Client()
    back = over_there(client.get("/sign-in/elm-street/go/").url)
    assert "another browser" in Client().get(back).text
    assert client.get(back).status_code == 302
    assert "another browser" in client.get(back).text


MOODS = {
    "wrong-issuer": lambda idp: idp.claims.update(iss="https://evil.example"),
    "wrong-audience": lambda idp: idp.claims.update(aud="another"),
    "wrong-nonce": lambda idp: idp.claims.update(nonce="mine"),
    "expired": lambda idp: idp.claims.update(exp=int(time.time()) - 600),
    "clock-skew": lambda idp: idp.claims.update(iat=int(time.time()) + 600),
    "email-unverified": lambda idp: idp.person.update(email_verified=False),
    "no-email": lambda idp: idp.person.update(email=None),
    "not-a-member": lambda idp: idp.person.update(email="stranger@elm.example"),
    "cancelled": lambda idp: setattr(idp, "refuses", "access_denied"),
    "provider-refused": lambda idp: setattr(idp, "refuses", "invalid_scope"),
    "bad-signature": lambda idp: setattr(idp, "signs_with", "nobodys"),
    "provider-away": lambda idp: idp.fails.update({"token": 503}),
    "client-refused": lambda idp: idp.fails.update({"token": 401}),
    "answer-unreadable": lambda idp: idp.fails.update({"keys": 404}),
}


@pytest.mark.parametrize("code", MOODS)
def test_each_thing_that_is_wrong_is_said_recorded_and_lets_nobody_in(elm, idp, code):
    MOODS[code](idp)
    client = come_back(Client(), query="?next=/team/")
    assert client.answer.status_code == 403
    assert f'<span class="mono">{code}</span>' in client.answer.text
    assert 'href="/sign-in/elm-street/?next=/team/"' in client.answer.text
    assert not is_in(client)
    assert ("sign-in.refused", "denied", "sign-in") in trail(elm, "sign-in")


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_what_is_not_signed_by_a_key_of_theirs_proves_nothing(elm, idp, algorithm):
    idp.algorithm = algorithm
    assert "bad-signature" in come_back(Client()).answer.text


def test_a_key_that_was_turned_over_is_found_by_its_name(elm, idp):
    idp.signs_with, idp.header = "next", {"kid": "next"}
    assert is_in(come_back(Client()))


def test_a_provider_that_hangs_is_given_up_in_seconds(elm, idp, monkeypatch):
    monkeypatch.setattr(client_module, "PATIENCE", Patience(0.3, 0.3, 0.5))
    idp.hangs_s["token"] = 2
    assert "provider-away" in come_back(Client()).answer.text


def test_a_document_of_another_issuer_is_refused_before_anybody_is_sent_there(elm, idp):
    idp.says["issuer"] = "https://evil.example"
    answer = Client().get("/sign-in/elm-street/go/")
    assert answer.status_code == 403
    assert "wrong-issuer" in answer.text


def test_an_address_inside_the_house_is_never_asked(elm, idp, settings):
    settings.EHR_LOOPBACK = False
    assert "provider-away" in Client().get("/sign-in/elm-street/go/").text
    assert idp.asked == []


def test_the_address_may_come_from_the_userinfo_of_the_same_person_only(elm, idp):
    idp.by_userinfo = True
    assert is_in(come_back(Client()))
    idp.userinfo_sub = "p-2"
    assert "wrong-subject" in come_back(Client()).answer.text


def test_whoever_is_unverified_reads_the_same_whether_they_work_here_or_not(elm, idp):
    def said(email):
        idp.person |= {"email": email, "email_verified": False}
        return come_back(Client()).answer.text

    assert said("quinn@elm.example") == said("stranger@elm.example")


def test_somebody_who_left_and_a_stranger_read_the_same(elm, idp, right_now):
    with elm.scoped():
        accounts.deactivate(membership=elm.max, actor=SETUP, now=right_now)
    idp.person["email"] = elm.max.user.email
    left = come_back(Client()).answer.text
    idp.person["email"] = "stranger@elm.example"
    assert come_back(Client()).answer.text == left


def test_letters_that_only_look_like_an_address_are_nobodys(elm, idp):
    idp.person["email"] = "qu\u0131nn@elm.example"
    assert "no-email" in come_back(Client()).answer.text


def test_the_box_finds_by_domain_and_by_short_name_and_knows_no_person(elm, oak_street):
    def said(address):
        return Client().post("/sign-in/", {"address": address}).text

    assert "Continue with" in said("elm-street")
    assert "Continue with" in said("nobody-here@elm.example")
    for unknown in ("olu@oak.example", "oak-street", "@", "x@@elm.example.evil"):
        assert "Continue with" not in said(unknown)
        assert "has a sign-in of its own" in said(unknown)
    assert Client().get("/sign-in/oak-street/").url == "/sign-in/"
    assert Client().get("/sign-in/oak-street/go/").status_code == 404


def test_a_word_of_one_practice_opens_no_other_and_nothing_of_the_person(
    elm, idp, oak_street, right_now
):
    with oak_street.scoped():
        accounts.admit(user=elm.nora.user, roles=[Role.NURSE], actor=SETUP, now=right_now)
        accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=SETUP, now=right_now)
    client = come_back(Client())
    assert client.get("/queue/").status_code == 200
    client.post("/practice/", {"practice": str(oak_street.practice.pk)})
    answer = client.get("/queue/")
    assert answer.url == "/sign-in/oak-street/?next=%2Fqueue%2F"
    assert "counts there only" in client.get(answer.url).text
    client.post("/practice/", {"practice": str(elm.practice.pk)})
    assert client.get("/queue/").status_code == 200
    for page in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"):
        answer = client.get(page)
        assert answer.status_code == 403
        assert "sign in with your password" in answer.text
    prove(client)
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_second_step_counts_only_where_the_practice_trusts_it_and_it_was_made(
    elm, idp, right_now
):
    asks = AccessPolicy(second_step=frozenset({Role.NURSE}))
    with elm.scoped():
        accounts.set_access_policy(policy=asks, actor=SETUP, now=right_now)
    idp.person["amr"] = ["pwd", "mfa"]
    stopped = come_back(Client()).get("/queue/")
    assert stopped.url.startswith("/sign-in/elm-street/")
    set_up(elm, idp, now=right_now, trusts_second_step=True)
    assert come_back(Client()).get("/queue/").status_code == 200
    idp.person["amr"] = ["pwd"]
    client = come_back(Client())
    assert "asks for a second step" in client.get(client.get("/queue/").url).text
    set_up(elm, idp, now=right_now, trusts_second_step=True, acr="high")
    idp.person |= {"amr": ["mfa"], "acr": "low"}
    assert come_back(Client()).get("/queue/").status_code == 302
    assert idp.questions["acr_values"] == "high"
    idp.person["acr"] = "high"
    assert come_back(Client()).get("/queue/").status_code == 200


def test_who_has_a_second_step_here_is_asked_for_it_unless_the_practice_trusts_theirs(
    elm, idp, right_now
):
    set_up_app(come_in(elm.nora))
    idp.person["amr"] = ["mfa"]
    client = come_back(Client())
    assert client.answer.url == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    set_up(elm, idp, now=right_now, trusts_second_step=True)
    assert is_in(come_back(Client()))


def test_a_locked_screen_opens_only_for_who_was_asked_again(elm, idp):
    client = come_back(Client())
    client.post("/lock/")
    assert client.get("/queue/").url.startswith("/lock/")
    idp.authenticated_ago_s = 3600
    assert "not-fresh" in come_back(client).answer.text
    assert "not-fresh" in come_back(client, query="?again=1").answer.text
    assert (idp.questions["max_age"], idp.questions["prompt"]) == ("0", "login")
    idp.authenticated_ago_s = None
    assert "not-fresh" in come_back(client, query="?again=1").answer.text
    assert client.get("/queue/").url.startswith("/lock/")
    idp.authenticated_ago_s, idp.person["email"] = 1, elm.max.user.email
    assert "somebody-else" in come_back(client, query="?again=1").answer.text
    idp.person["email"] = elm.nora.user.email
    assert come_back(client, query="?again=1&next=/queue/").answer.url == "/queue/"
    assert client.get("/queue/").status_code == 200


def test_an_answer_that_names_another_provider_is_not_taken_to_this_one(elm, idp):
    idp.calls_itself = "https://evil.example"
    assert "wrong-issuer" in come_back(Client()).answer.text
    assert "token" not in idp.asked


def test_the_secret_goes_where_the_provider_takes_it(elm, idp):
    idp.says["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert is_in(come_back(Client()))


def test_of_two_practices_each_vouches_for_itself_in_one_session(elm, idp, oak_street, right_now):
    with oak_street.scoped():
        accounts.admit(user=elm.nora.user, roles=[Role.NURSE], actor=SETUP, now=right_now)
        accounts.set_access_policy(policy=BY_PASSWORD_ALONE, actor=SETUP, now=right_now)
    set_up(oak_street, idp, now=right_now)
    both = Client().post("/sign-in/", {"address": "nora@elm.example"}).text
    assert "Continue with Elm Street" in both
    assert "Continue with Oak Street" in both
    client = come_back(Client())
    client.post("/practice/", {"practice": str(oak_street.practice.pk)})
    assert client.get("/queue/").status_code == 302
    assert "Oak Street" in come_back(client, practice="oak-street").get("/queue/").text
    client.post("/practice/", {"practice": str(elm.practice.pk)})
    assert client.get("/queue/").status_code == 200


def test_who_has_no_password_steps_up_there_and_the_form_goes_on(elm, idp, right_now):
    with elm.scoped():
        paula = admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)
    paula.user.set_unusable_password()
    paula.user.save()
    idp.person["email"], idp.authenticated_ago_s = paula.user.email, 3600
    client = come_back(Client())
    policy = {"idle_minutes": "7", "lasts_hours": "8"}
    asked = client.post("/security/", policy)
    assert asked.url.startswith("/sign-in/elm-street/go/?again=1&next=")
    assert "not-fresh" in client.get(over_there(client.get(asked.url).url)).text
    idp.authenticated_ago_s = 0
    back = client.get(over_there(client.get(client.post("/security/", policy).url).url))
    assert "It holds at once" in client.get(back.url, follow=True).text
