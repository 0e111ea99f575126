"""Keys to the REST API on their screen: made and shown once, listed, revoked, asked anew."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from integrations.models import ApiKey
from tests.accounts.signing_in import come_in, trail

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/api-keys/"
SAID = {"name": "Reporting", "scopes": ["tasks:read"], "days": "90"}


@pytest.fixture
def ira(elm_street):
    """Of IT, at their screen."""
    return come_in(elm_street.ira)


def held(practice) -> ApiKey:
    with practice.scoped(), transaction.atomic():
        return ApiKey.objects.get()


def answered(secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().get("/api/v1/tasks", headers=headers).status_code


def test_a_key_is_made_shown_once_works_and_is_revoked(elm_street, ira):
    assert "There is no key yet." in ira.get(PAGE).text
    secret = re.search(r'id="secret"[^>]*>(cc_[\w-]+)<', ira.post(PAGE, SAID).text)[1]
    assert answered(secret) == 200
    page = ira.get(PAGE).text
    assert secret not in page
    key = held(elm_street)
    assert key.prefix in page
    assert "last used" in page
    assert timedelta(days=89) < key.expires_at - key.created_at <= timedelta(days=90)
    answer = ira.post(f"{PAGE}{key.pk}/revoke/", follow=True)
    assert "It opens nothing any more" in answer.text
    assert answered(secret) == 401
    assert "Revoked" in ira.get(PAGE).text
    assert ira.post(f"{PAGE}{key.pk}/revoke/").status_code == 404
    actions = [action for action, *_ in trail(elm_street, "api-key")]
    assert actions == ["api-key.issued", "api-key.revoked"]


def test_a_key_may_be_good_without_an_end_and_one_that_ended_says_so(elm_street, ira, right_now):
    ira.post(PAGE, SAID | {"days": ""})
    assert held(elm_street).expires_at is None
    assert "No end" in ira.get(PAGE).text
    with elm_street.scoped(), transaction.atomic():
        ApiKey.objects.update(expires_at=right_now - timedelta(days=1))
    assert "Ended" in ira.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Say which program"),
        ({"name": "x" * 121}, "under 120 letters"),
        ({"scopes": []}, "Choose what the key may do"),
        ({"scopes": ["all"]}, "Choose what the key may do"),
        ({"days": "1000"}, "Choose how long"),
    ],
)
def test_a_key_for_nobody_or_for_everything_is_not_made(elm_street, ira, wrong, words):
    answer = ira.post(PAGE, SAID | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    with elm_street.scoped(), transaction.atomic():
        assert not ApiKey.objects.exists()


def test_long_after_signing_in_a_key_asks_first_who_it_is(elm_street, ira):
    session = ira.session
    session["account_authentication_methods"][0]["at"] -= 600
    session.save()
    assert ira.post(PAGE, SAID).url.startswith("/accounts/reauthenticate/")
    with elm_street.scoped(), transaction.atomic():
        assert not ApiKey.objects.exists()
