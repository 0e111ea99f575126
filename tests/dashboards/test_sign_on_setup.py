"""The practice's own sign-in on its screen: set up, tested, asked of everybody, given up."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts import sign_on
from accounts.models import IdentityProvider
from accounts.operations import RolesRefused, change_roles
from accounts.policy import AccessPolicy
from accounts.roles import Role
from tenants import sealing
from tenants.models import Practice
from tests.accounts.signing_in import come_in, trail
from tests.dashboards.sign_on_scene import come_back, elm, idp, is_in
from tests.integrations.oidc.fake_idp import CLIENT_ID, SECRET
from tests.people import PASSWORD, SETUP, admit

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["elm", "idp"]

PAGE = "/security/sign-on/"


@pytest.fixture
def paula(elm_street, right_now):
    """Who manages Elm Street."""
    with elm_street.scoped():
        return admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)


@pytest.fixture
def screen(paula):
    """Hers."""
    return come_in(paula)


def said(idp, **more):
    return {"issuer": idp.issuer, "client_id": CLIENT_ID, "secret": SECRET, "acr": "",
            "domains": "@Elm.example, elm-clinic.example"} | more  # fmt: skip


def kept(practice) -> IdentityProvider:
    with practice.scoped(), transaction.atomic():
        return IdentityProvider.objects.get()


def policy_of(practice) -> AccessPolicy:
    return AccessPolicy.read(Practice.objects.get(pk=practice.practice.pk).access)


def test_it_is_set_up_sealed_and_its_secret_is_never_shown_again(elm_street, idp, screen):
    assert "password of their own" in screen.get(PAGE).text
    answer = screen.post(PAGE, said(idp, trusts_second_step="on"), follow=True)
    assert "Saved. Test the connection" in answer.text
    row = kept(elm_street)
    assert sealing.unseal(row.secret) == SECRET
    assert row.domains == ["elm.example", "elm-clinic.example"]
    assert policy_of(elm_street).trusts_second_step
    assert SECRET not in screen.get(PAGE).text
    screen.post(PAGE, said(idp, secret="", acr="high"))
    assert sealing.unseal(kept(elm_street).secret) == SECRET
    actions = [action for action, *_ in trail(elm_street, "sign-on")]
    assert actions == ["sign-on.set", "sign-on.set"]


def test_the_document_s_own_address_is_taken_for_the_issuer(elm_street, idp, screen):
    screen.post(PAGE, said(idp, issuer=f"{idp.issuer}/.well-known/openid-configuration"))
    assert kept(elm_street).issuer == idp.issuer


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"issuer": ""}, "Enter the address"),
        ({"issuer": "http://10.0.0.1/"}, "not a public one"),
        ({"issuer": "ftp://elm.example"}, "must begin with https"),
        ({"client_id": ""}, "Enter the client id"),
        ({"secret": ""}, "Enter the secret"),
        ({"domains": "gmail.com"}, "open to everybody"),
        ({"domains": "not a domain"}, "is no domain"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_kept_as_typed(
    elm_street, idp, screen, wrong, words
):
    answer = screen.post(PAGE, said(idp) | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    with elm_street.scoped(), transaction.atomic():
        assert not IdentityProvider.objects.exists()


def test_the_kept_secret_is_never_sent_to_another_address(elm, idp, screen):
    answer = screen.post(PAGE, said(idp, issuer=f"{idp.issuer}/other", secret=""))
    assert "Enter the secret that belongs to the client id" in answer.text


TESTS = {
    "It accepts the client id and the secret": lambda _: None,
    "It calls itself https://other.example": lambda idp: idp.says.update(
        issuer="https://other.example"
    ),
    "There is no OpenID Connect document": lambda idp: idp.fails.update(
        {".well-known/openid-configuration": 404}
    ),
    "in trouble itself": lambda idp: idp.fails.update({".well-known/openid-configuration": 503}),
    "does not take PKCE": lambda idp: idp.says.update(code_challenge_methods_supported=["plain"]),
    "signs with no key pair": lambda idp: idp.says.update(
        id_token_signing_alg_values_supported=["HS256"]
    ),
    "claims email and email_verified": lambda idp: idp.says.update(claims_supported=["sub"]),
    "does not accept the client id": lambda idp: setattr(idp, "secret", "another"),
    "did not say whether": lambda idp: idp.fails.update({"token": 404}),
}


@pytest.mark.parametrize("words", TESTS)
def test_the_test_says_in_words_what_it_found(elm, idp, screen, words):
    TESTS[words](idp)
    assert words in screen.post(f"{PAGE}test/").text


def test_it_is_asked_of_everybody_only_once_it_has_worked(elm, idp, screen, paula):
    ask = {"keeper": str(paula.pk)}
    assert "Who keeps a password" not in screen.get(PAGE).text
    answer = screen.post(f"{PAGE}ask-of-all/", ask, follow=True)
    assert "somebody has to sign in with it first" in answer.text
    by_password = come_in(elm.nora)
    assert is_in(come_back(by_password))
    stays = come_in(elm.max)
    assert "Choose who may still" in screen.post(f"{PAGE}ask-of-all/", {"keeper": "x"}).text
    screen.post(f"{PAGE}ask-of-all/", ask)
    assert "sign in with a password" in screen.get(PAGE).text
    answer = stays.get("/queue/")
    assert answer.url == "/sign-in/elm-street/?next=%2Fqueue%2F"
    assert "lets people in by its own sign-in only" in stays.get(answer.url).text
    assert by_password.get("/queue/").status_code == 200
    assert screen.get(PAGE).status_code == 200
    screen.post(f"{PAGE}ask-no-more/")
    assert stays.get("/queue/").status_code == 200
    assert not policy_of(elm).keeper


def test_the_keeper_stays_a_manager_until_another_one_keeps_the_way_in(elm, idp, paula, right_now):
    come_back(come_in(elm.nora))
    with elm.scoped():
        other = admit("Omar Sands", Role.PRACTICE_MANAGER, now=right_now)
        sign_on.ask_of_all(keeper_id=paula.pk, actor=SETUP, now=right_now)
        with pytest.raises(RolesRefused, match="may still sign in by password"):
            change_roles(member_id=paula.pk, roles=[Role.NURSE], by=other, actor=SETUP,
                         now=right_now)  # fmt: skip
        with pytest.raises(sign_on.NoKeeper):
            sign_on.ask_of_all(keeper_id=elm.nora.pk, actor=SETUP, now=right_now)
        sign_on.ask_of_all(keeper_id=other.pk, actor=SETUP, now=right_now)
        change_roles(member_id=paula.pk, roles=[Role.NURSE], by=other, actor=SETUP, now=right_now)


def test_the_rest_of_the_policy_leaves_it_as_it_is(elm, idp, screen, paula):
    come_back(come_in(elm.nora))
    screen.post(f"{PAGE}ask-of-all/", {"keeper": str(paula.pk)})
    screen.post("/security/", {"idle_minutes": "5", "lasts_hours": "8"})
    assert policy_of(elm).only_sign_on
    assert "but for Paula Reyes" in screen.get("/security/").text


def test_it_is_given_up_whole(elm, idp, screen):
    answer = screen.post(f"{PAGE}take-away/", follow=True)
    assert "Single sign-on is removed" in answer.text
    with elm.scoped(), transaction.atomic():
        assert not IdentityProvider.objects.exists()
    assert "Continue with" not in screen.post("/sign-in/", {"address": "a@elm.example"}).text
    assert screen.post(f"{PAGE}test/").status_code == 404
    assert screen.post(f"{PAGE}nonsense/").status_code == 404


def test_long_after_signing_in_a_change_asks_first_who_it_is(elm, idp, screen):
    session = screen.session
    session["account_authentication_methods"][0]["at"] -= 600
    session.save()
    asked = screen.post(PAGE, said(idp, client_id="other"))
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert kept(elm).client_id == CLIENT_ID
    answer = screen.post(asked.url, {"password": PASSWORD}, follow=True)
    assert "Saved." in answer.text
    assert kept(elm).client_id == "other"


def test_its_secret_is_sealed_anew_with_all_others(elm, idp, settings):
    before = kept(elm).secret
    settings.SEALING_SECRETS = ["a newer one", *settings.SEALING_SECRETS]
    call_command("reseal", stdout=StringIO())
    settings.SEALING_SECRETS = settings.SEALING_SECRETS[:1]
    assert kept(elm).secret != before
    assert sealing.unseal(kept(elm).secret) == SECRET
    settings.SEALING_SECRETS = ["one that is gone"]
    assert "secret-lost" in come_back(Client()).answer.text
