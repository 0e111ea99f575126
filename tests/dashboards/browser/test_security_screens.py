"""The access policy and one's own devices, in a real browser."""

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from playwright.sync_api import expect

from accounts.roles import Role
from tests.accounts.signing_in import come_in as come_in_unseen
from tests.accounts.signing_in import set_up_app
from tests.dashboards.browser.test_signing_in import come_in, looked_at
from tests.people import PASSWORD, admit


@pytest.fixture
def paula(elm_street, right_now):
    """Who manages Elm Street."""
    with elm_street.scoped(), transaction.atomic():
        return admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now)


def test_a_manager_sets_the_policy_and_resets_a_lost_phone(elm_street, paula, desktop):
    set_up_app(come_in_unseen(elm_street.nora))
    page = desktop.sit_down(bypass_csp=True)
    come_in(page, paula)
    page.goto("/security/")
    page.get_by_label("Nurse").check()
    page.get_by_label("Minutes until the screen locks").fill("5")
    page.get_by_role("button", name="Save policy").click()
    expect(page.get_by_text("It holds at once, for open sessions too.").first).to_be_visible()
    looked_at(page)
    page.locator(f"a[href='/security/{elm_street.nora.pk}/']").click()
    looked_at(page)
    page.get_by_label("What happened").select_option(label="Their phone is lost or stolen")
    page.get_by_role("button", name="Reset the second step").click()
    expect(page.get_by_text("set up another at the next sign-in")).to_be_visible()
    page.goto("/devices/")
    looked_at(page)


def test_long_after_signing_in_a_change_asks_who_it_is_and_goes_on(elm_street, paula, desktop):
    page = desktop.sit_down()
    come_in(page, paula)
    page.goto("/security/")
    _some_time_later()
    page.get_by_label("Minutes until the screen locks").fill("7")
    page.get_by_role("button", name="Save policy").click()
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("It holds at once, for open sessions too.").first).to_be_visible()
    expect(page.get_by_label("Minutes until the screen locks")).to_have_value("7")


def _some_time_later() -> None:
    """As if everybody had signed in six minutes before."""
    for kept in Session.objects.all():
        store = kept.get_session_store_class()(kept.session_key)
        for record in store.get("account_authentication_methods", ()):
            record["at"] -= 360
        store.save()
