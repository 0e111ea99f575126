"""The access policy on its screen, lost phones, and where oneself is signed in."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.policy import AccessPolicy, Loss
from accounts.roles import Role
from audit.models import AuditEvent
from dashboards.queries.devices import named
from tenants.models import Practice
from tests.accounts.signing_in import come_in, set_up_app, trail
from tests.people import admit

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"second_step": ["physician", "nurse"], "idle_minutes": "5", "lasts_hours": "8"}


@pytest.fixture
def paula(elm_street, right_now):
    """Who manages Elm Street, at her screen."""
    with elm_street.scoped():
        member = admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)
    return come_in(member)


def kept(elm) -> AccessPolicy:
    return AccessPolicy.read(Practice.objects.get(pk=elm.practice.pk).access)


def test_the_policy_is_read_and_set_and_holds_at_once(elm_street, paula):
    nora = come_in(elm_street.nora)
    assert nora.get("/queue/").status_code == 200
    answer = paula.post("/security/", SAID, follow=True)
    assert "It holds at once" in answer.text
    policy = kept(elm_street)
    assert policy.second_step == {Role.PHYSICIAN, Role.NURSE}
    assert (policy.idle_minutes, policy.lasts_hours) == (5, 8)
    assert nora.get("/queue/").url == "/accounts/2fa/"
    assert "access-policy.set" in [action for action, *_ in trail(elm_street, "access-policy")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"idle_minutes": "0"}, "1 to 60"),
        ({"idle_minutes": ""}, "1 to 60"),
        ({"lasts_hours": "25"}, "1 to 24"),
        ({"lasts_hours": "long"}, "1 to 24"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_and_kept_as_typed(elm_street, paula, said, words):
    before, answer = kept(elm_street), paula.post("/security/", SAID | said)
    assert answer.status_code == 422
    assert words in answer.text
    (typed,) = said.values()
    assert f'value="{typed}"' in answer.text
    assert kept(elm_street) == before


def test_who_has_what_and_who_lacks_it_stands_on_one_page(elm_street, paula):
    set_up_app(come_in(elm_street.max))
    paula.post("/security/", SAID)
    text = paula.get("/security/").text
    assert "1 of 7 people has" not in text
    assert "1 of 7 people have a second step. 2 people who need one" in text
    assert text.index("Dr Ana Diaz") < text.index("Max Bell")
    assert text.count('badge warn">Missing') == 2
    assert "Authenticator app" in text


def test_a_lost_phone_is_reset_for_a_reason_that_the_trail_keeps(elm_street, paula):
    nora = come_in(elm_street.nora)
    set_up_app(nora)
    page = f"/security/{elm_street.nora.pk}/"
    assert "Second step now: Authenticator app." in paula.get(page).text
    nothing = paula.post(page, {"do": "reset", "reason": ""})
    assert (nothing.status_code, "Choose what happened." in nothing.text) == (422, True)
    assert Authenticator.objects.filter(user=elm_street.nora.user).exists()
    said = {"do": "reset", "reason": Loss.PHONE_LOST.value}
    assert "Reset. They are signed out" in paula.post(page, said, follow=True).text
    assert not Authenticator.objects.filter(user=elm_street.nora.user).exists()
    assert nora.get("/queue/").url.startswith("/accounts/login/")
    with elm_street.scoped(), transaction.atomic():
        row = AuditEvent.objects.get(action="second-step.reset")
    assert row.detail["reason"] == "phone-lost"
    assert row.actor_name == "Paula Reyes"


def test_a_lost_computer_signs_out_and_keeps_the_second_step(elm_street, paula):
    nora = come_in(elm_street.nora)
    set_up_app(nora)
    said = {"do": "sign-out", "reason": Loss.DEVICE_LOST.value}
    answer = paula.post(f"/security/{elm_street.nora.pk}/", said, follow=True)
    assert "They are signed out everywhere." in answer.text
    assert nora.get("/queue/").url.startswith("/accounts/login/")
    assert Authenticator.objects.filter(user=elm_street.nora.user, type="totp").exists()


def test_ones_own_second_step_and_anothers_practice_are_not_found(elm_street, oak_street, paula):
    assert "My second step" in paula.get("/security/").text
    said = {"do": "reset", "reason": Loss.PHONE_LOST.value}
    assert paula.post(f"/security/{oak_street.olu.pk}/", said).status_code == 404


def test_a_person_signs_out_one_device_and_then_all_others(elm_street):
    here, there, elsewhere = (come_in(elm_street.nora) for _ in range(3))
    page = here.get("/devices/").text
    assert page.count("This one") == 1
    ids = re.findall(r'name="device" value="(\d+)"', page)
    assert len(ids) == 2
    assert "Signed out there." in here.post("/devices/", {"device": ids[0]}, follow=True).text
    still = [one.get("/queue/").status_code for one in (there, elsewhere)]
    assert sorted(still) == [200, 302]
    here.post("/devices/", {"device": "others"})
    assert {one.get("/queue/").status_code for one in (there, elsewhere)} == {302}
    assert here.get("/queue/").status_code == 200
    assert [action for action, *_ in trail(elm_street, "devices")] == ["devices.ended"] * 2


def test_nobody_signs_out_anothers_device(elm_street):
    nora, max_ = come_in(elm_street.nora), come_in(elm_street.max)
    come_in(elm_street.max)
    (theirs,) = re.findall(r'name="device" value="(\d+)"', max_.get("/devices/").text)
    nora.post("/devices/", {"device": theirs})
    nora.post("/devices/", {"device": "x"})
    assert max_.get("/devices/").text.count("Sign out there") == 1
    assert trail(elm_street, "devices") == []


def test_a_device_stays_in_the_list_when_a_second_step_is_added_on_it(elm_street):
    client = come_in(elm_street.nora)
    set_up_app(client)
    assert "This one" in client.get("/devices/").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU OS 17) Version/17.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko Firefox/131.0", "Firefox on Linux"),
        ("curl/8", "A device that does not say what it is"),
    ],
)
def test_a_device_is_named_as_a_person_would(said, words):
    assert named(said) == words
