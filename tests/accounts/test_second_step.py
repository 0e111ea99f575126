"""A second step: set up before anything else where the practice asks for it, then always asked."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts import operations as accounts
from accounts.policy import Loss
from accounts.roles import Role
from tests.accounts.signing_in import code_of, come_in, set_policy, set_up_app, trail
from tests.people import SETUP

pytestmark = pytest.mark.django_db(transaction=True)

SEES = {"second_step": frozenset({Role.NURSE, Role.PHYSICIAN})}


@pytest.fixture
def strict(elm_street, now):
    """Elm Street, which asks nurses and physicians for a second step."""
    set_policy(elm_street, now=now, **SEES)
    return elm_street


def test_a_practice_that_set_nothing_asks_it_of_whoever_sees_patients(elm_street, now):
    set_policy(elm_street, now=now)
    assert come_in(elm_street.nora).get("/queue/").url == "/accounts/2fa/"
    assert come_in(elm_street.ira).get("/queue/").status_code == 200


def test_who_has_none_is_led_to_set_one_up_before_anything_else(strict):
    client = come_in(strict.nora)
    for address in ("/", "/queue/", "/team/", "/preferences/", "/accounts/password/change/"):
        answer = client.get(address)
        if address != "/accounts/password/change/":
            assert (answer.status_code, answer.url) == (302, "/accounts/2fa/"), address
    page = client.get("/accounts/2fa/").text
    assert "asks for a second step" in page
    assert "Back to work" not in page
    part = client.get("/live/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Refresh"]) == (401, "true")


def test_an_app_is_set_up_without_proving_twice_and_opens_the_work(strict):
    client = come_in(strict.nora)
    secret = set_up_app(client)
    assert client.answer.url == "/accounts/2fa/recovery-codes/"
    codes = client.get(client.answer.url).text
    assert codes.count("<li>") == 10
    assert client.get("/queue/").status_code == 200
    kept = Authenticator.objects.get(user=strict.nora.user, type="totp")
    assert secret not in str(kept.data)


def test_recovery_codes_are_shown_once(strict):
    client = come_in(strict.nora)
    set_up_app(client)
    assert "shown this once" in client.get("/accounts/2fa/recovery-codes/").text
    again = client.get("/accounts/2fa/recovery-codes/").text
    assert "10 codes are left" in again
    assert "<li>" not in again


def test_the_next_sign_in_asks_for_the_code_and_takes_each_once(strict):
    secret = set_up_app(come_in(strict.nora))
    client = come_in(strict.nora)
    assert client.answer.url == "/accounts/2fa/authenticate/"
    assert client.get("/queue/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "not accepted" in wrong.text
    code = code_of(secret, steps=1)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).url == "/"
    assert client.get("/queue/").status_code == 200
    again = come_in(strict.nora)
    assert "not accepted" in again.post("/accounts/2fa/authenticate/", {"code": code}).text


def test_a_recovery_code_stands_in_once(strict):
    client = come_in(strict.nora)
    set_up_app(client)
    held = Authenticator.objects.get(user=strict.nora.user, type="recovery_codes").wrap()
    code = held.get_unused_codes()[0]
    for accepted in (True, False):
        client = come_in(strict.nora)
        answer = client.post("/accounts/2fa/authenticate/", {"code": code})
        assert (answer.status_code == 302) is accepted


def test_sessions_that_knew_no_second_step_end_when_one_is_set_up(strict, now):
    set_policy(strict, now=now, second_step=frozenset())
    elsewhere, here = come_in(strict.nora), come_in(strict.nora)
    set_up_app(here)
    assert elsewhere.get("/queue/").status_code == 302
    assert here.get("/queue/").status_code == 200


def test_removing_it_ends_every_other_session_and_this_one_sets_up_anew(strict):
    secret = set_up_app(come_in(strict.nora))
    clients = []
    for step in (0, 1):
        clients.append(come_in(strict.nora))
        clients[-1].post("/accounts/2fa/authenticate/", {"code": code_of(secret, steps=step)})
    elsewhere, here = clients
    assert [c.get("/queue/").status_code for c in clients] == [200, 200]
    assert here.post("/accounts/2fa/totp/deactivate/").url == "/accounts/2fa/"
    assert elsewhere.get("/queue/").url.startswith("/accounts/login/")
    assert here.get("/queue/").url == "/accounts/2fa/"


def test_long_after_signing_in_a_factor_is_changed_only_after_proving_it_again(elm_street):
    client = come_in(elm_street.nora)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    answer = client.get("/accounts/2fa/totp/activate/")
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert "Confirm it is you" in client.get(answer.url).text


def test_a_lost_phone_is_reset_by_somebody_else_and_signs_the_person_out(strict, now):
    client = come_in(strict.nora)
    set_up_app(client)
    with strict.scoped(), transaction.atomic():
        accounts.reset_second_step(
            membership=strict.nora, reason=Loss.PHONE_LOST, actor=SETUP, now=now
        )
    assert client.get("/queue/").url.startswith("/accounts/login/")
    assert not Authenticator.objects.filter(user=strict.nora.user).exists()
    assert come_in(strict.nora).get("/queue/").url == "/accounts/2fa/"
    assert ("second-step.reset", "success", "tests.setup") in trail(strict, "second-step")


def test_the_trail_says_who_came_in_how_and_what_changed(strict):
    client = come_in(strict.nora, password="wrong horse")
    client = come_in(strict.nora)
    set_up_app(client)
    client.post("/accounts/2fa/totp/deactivate/")
    client.post("/accounts/logout/")
    assert trail(strict, "sign-", "factor.") == [
        ("sign-in.refused", "denied", "sign-in"),
        ("sign-in.done", "success", "Nora Quinn"),
        ("factor.added", "success", "Nora Quinn"),
        ("factor.removed", "success", "Nora Quinn"),
        ("sign-out.done", "success", "Nora Quinn"),
    ]


def test_too_many_wrong_passwords_are_answered_alike_for_the_known_and_the_unknown(
    strict, settings
):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    said = []
    for address in ("quinn@elm.example", "nobody@elm.example"):
        for _ in range(4):
            answer = Client().post("/accounts/login/", {"login": address, "password": "wrong"})
        said.append("Too many attempts" in answer.text)
        assert "says nothing about whether" in answer.text
    assert said == [True, True]
    assert "Too many attempts" in come_in(strict.nora).answer.text


def test_second_steps_move_to_a_new_sealing_key_with_everything_else(strict, settings):
    settings.SEALING_SECRETS = ["old"]
    secret = set_up_app(come_in(strict.nora))
    codes = Authenticator.objects.get(user=strict.nora.user, type="recovery_codes").wrap()
    before = codes.get_unused_codes()
    settings.SEALING_SECRETS = ["new", "old"]
    call_command("reseal")
    settings.SEALING_SECRETS = ["new"]
    client = come_in(strict.nora)
    said = {"code": code_of(secret, steps=1)}
    assert client.post("/accounts/2fa/authenticate/", said).url == "/"
    after = Authenticator.objects.get(user=strict.nora.user, type="recovery_codes").wrap()
    assert after.get_unused_codes() == before
    assert ("second-step.resealed", "success", "integrations.reseal") in trail(
        strict, "second-step"
    )
