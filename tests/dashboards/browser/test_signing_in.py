"""Signing in with an app and a passkey, a locked screen, an ended session: in a real browser."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.signing_in import code_of, set_policy
from tests.dashboards.browser.looking import FIRST, LAST, faults_of
from tests.people import PASSWORD

KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def looked_at(page: Page) -> None:
    assert faults_of(page, (FIRST, LAST)) == []


def come_in(page: Page, member) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(member.user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def with_a_key(page: Page) -> None:
    """A fingerprint reader that always says yes."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


@pytest.fixture
def strict(elm_street, morning, right_now):
    set_policy(elm_street, now=right_now)
    return elm_street


def test_an_app_is_set_up_from_the_square_and_asked_for_at_the_next_sign_in(strict, desktop):
    page = desktop.sit_down()
    page.goto("/accounts/login/")
    looked_at(page)
    come_in(page, strict.nora)
    expect(page.get_by_text("asks for a second step")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Set up an app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    looked_at(page)
    page.get_by_text("I cannot scan it").click()
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("six digits").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    looked_at(page)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/queue/**")
    page.get_by_role("button", name="Sign out").click()
    come_in(page, strict.nora)
    looked_at(page)
    page.get_by_label("Digits of your app").fill(code_of(secret, steps=1))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/queue/**")


def test_a_passkey_is_added_signs_in_alone_and_unlocks(strict, desktop):
    page = desktop.sit_down()
    page.goto(page.url)
    with_a_key(page)
    come_in(page, strict.nora)
    page.get_by_role("link", name="Add a passkey").click()
    looked_at(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/queue/**")
    page.get_by_role("button", name="Lock screen").click()
    looked_at(page)
    page.get_by_role("button", name="Unlock with a passkey").click()
    page.wait_for_url("**/queue/**")


def test_the_screen_warns_locks_and_comes_back_to_the_same_row(
    elm_street, morning, right_now, desktop
):
    set_policy(elm_street, now=right_now, second_step=frozenset(), idle_minutes=1)
    page = desktop.sit_down(elm_street.nora)
    page.goto("/team/")
    row = page.locator("[data-list] tbody tr[data-task]").nth(1)
    row.locator(".c-task a").click()
    name = row.get_attribute("data-task")
    expect(page).to_have_url(re.compile(f"task={name}"))
    warning = page.get_by_role("alertdialog")
    expect(warning).to_contain_text("This screen locks in a minute")
    expect(warning.get_by_role("button", name="I am here")).to_be_visible()
    _sleep(61)
    page.wait_for_url("**/lock/**")
    assert "DIAZ" not in page.content()
    beside = page.context.new_page()
    beside.goto("/team/")
    expect(beside.get_by_role("heading", name="Locked")).to_be_visible()
    beside.close()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock", exact=True).click()
    expect(page.locator("tr.is-open")).to_have_attribute("data-task", name)


def test_a_session_that_was_ended_elsewhere_shows_nothing_more(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.nora)
    page.goto("/queue/")
    User.objects.end_sessions(elm_street.nora.user_id)
    page.evaluate("htmx.trigger(document.getElementById('live'), 'every')")
    page.wait_for_url("**/accounts/login/**")


def _sleep(seconds: int) -> None:
    """As if nobody had been there for so long."""
    for kept in Session.objects.all():
        store = kept.get_session_store_class()(kept.session_key)
        store["active_at"] = (timezone.now() - timedelta(seconds=seconds)).isoformat()
        store.save()
