"""Single sign-on in a real browser, under the real content policy: set up, used, and locked."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests.dashboards.browser.looking import TOO_WIDE
from tests.dashboards.browser.test_signing_in import come_in
from tests.dashboards.sign_on_scene import idp
from tests.integrations.oidc.fake_idp import CLIENT_ID, SECRET
from tests.people import admit

__all__ = ["idp"]


@pytest.fixture
def paula(elm_street, right_now):
    """Who manages Elm Street."""
    with elm_street.scoped(), transaction.atomic():
        return admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)


def test_a_manager_sets_it_up_and_people_come_in_by_it(elm_street, paula, idp, desktop):
    page = desktop.sit_down()
    come_in(page, paula)
    page.goto("/security/")
    page.get_by_role("link", name="Set up single sign-on").click()
    page.get_by_label("Address (issuer)").fill(idp.issuer)
    page.get_by_label("Client id").fill(CLIENT_ID)
    page.get_by_label("Secret").fill(SECRET)
    page.get_by_label("E-mail domains").fill("elm.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("It accepts the client id and the secret.")).to_be_visible()
    idp.person["email"] = paula.user.email
    page.get_by_role("link", name="Try it: sign in with it").click()
    expect(page.get_by_text("Last sign-in with it")).to_be_visible()
    page.get_by_role("button", name="Ask it of everybody").click()
    expect(page.get_by_text("Only Paula Reyes may still sign in")).to_be_visible()
    fits_a_phone(page)
    idp.person["email"] = elm_street.nora.user.email
    _there_and_back(desktop.sit_down(), idp)


def _there_and_back(page: Page, idp) -> None:
    page.goto("/accounts/login/?next=/team/")
    page.get_by_role("link", name="Single sign-on").click()
    page.get_by_label("Work e-mail").fill("nora@elm.example")
    page.get_by_role("button", name="Continue").click()
    fits_a_phone(page)
    idp.person["email_verified"] = False
    page.get_by_role("link", name="Continue with Elm Street").click()
    expect(page.get_by_text("has not verified your e-mail address")).to_be_visible()
    fits_a_phone(page)
    idp.person["email_verified"] = True
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("link", name="Continue with Elm Street").click()
    page.wait_for_url("**/team/")
    page.goto("/lock/")
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("link", name="Unlock with").click()
    expect(page.get_by_role("heading", name="My queue")).to_be_visible()


def fits_a_phone(page: Page) -> None:
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    assert not page.evaluate(TOO_WIDE)
    page.set_viewport_size(before)
