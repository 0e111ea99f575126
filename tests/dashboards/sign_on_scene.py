"""Elm Street with a sign-in of its own, and a browser that goes there and comes back."""

import urllib.request
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import SESSION_KEY

from accounts import sign_on
from tests.integrations.oidc.fake_idp import CLIENT_ID, SECRET, running
from tests.people import SETUP


@pytest.fixture
def idp(settings):
    settings.EHR_LOOPBACK = True
    with running() as one:
        yield one


@pytest.fixture
def elm(elm_street, idp, right_now):
    """Elm Street with a sign-in of its own."""
    set_up(elm_street, idp, now=right_now)
    return elm_street


def set_up(practice, idp, *, now, **more) -> None:
    wish = {"issuer": idp.issuer, "client_id": CLIENT_ID, "secret": SECRET, "acr": "",
            "domains": ["elm.example"], "trusts_second_step": False}  # fmt: skip
    with practice.scoped():
        sign_on.set_up(wish=sign_on.Wish(**wish | more), actor=SETUP, now=now)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def over_there(address: str) -> str:
    """What the browser does at the provider: go there, and be sent back."""
    try:
        urllib.request.build_opener(NoRedirect).open(address, timeout=10)
    except urllib.error.HTTPError as sent:
        parts = urlsplit(sent.headers["Location"])
        return f"{parts.path}?{parts.query}"
    raise AssertionError


def come_back(client, *, practice="elm-street", query="") -> None:
    """The whole round; the answer is kept on the client."""
    there = client.get(f"/sign-in/{practice}/go/{query}")
    client.answer = there if there.status_code != 302 else client.get(over_there(there.url))
    return client


def is_in(client) -> bool:
    return SESSION_KEY in client.session
