"""The connection of a feed in a real browser: calm at each width, nothing for axe to say."""

import os
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from integrations.ehr import operations
from integrations.ehr.operations import Settings, Wish
from integrations.models import Subscription
from tests.dashboards.browser.looking import RULES, SMALL, TOO_WIDE
from tests.people import SETUP


@pytest.fixture
def connected(elm_street, right_now):
    who = {"actor": SETUP, "now": right_now}
    with elm_street.scoped(), transaction.atomic():
        held = operations.configure(
            feed=elm_street.ehr,
            settings=Settings("https://ehr.example/fhir/r4", "smart", "clearchart-elm"), **who,
        )  # fmt: skip
        operations.make_key(algorithm="RS384", **who)
        operations.make_key(algorithm="ES384", **who)
        operations.set_polling(connection_id=held.pk, types=["ServiceRequest"], every_s=300, **who)
        for number, status in enumerate(["active", "error", "requested"]):
            wish = Wish(f"https://ehr.example/topics/lab-result-{number}", "https://us.example/")
            row = operations.open_subscription(feed=elm_street.ehr, wish=wish, **who)
            Subscription.objects.filter(pk=row.pk).update(
                status=status, last_heard_at=right_now, expires_at=right_now + timedelta(days=9),
                gap_from=7 if status == "error" else None,
                last_failure="The server is busy." if status == "error" else "",
            )  # fmt: skip
    return elm_street


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_connection_is_calm_at_each_width(desktop, connected, scheme, width):
    page = desktop.sit_down(connected.ira, width=width, height=2400, color_scheme=scheme)
    page.goto("/feeds/")
    page.locator(f'a[href="/feeds/{connected.ehr.pk}/connection/"]').click()
    page.get_by_role("heading", name="Subscriptions").wait_for()
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/connection-{scheme}-{width}.png", full_page=True)
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate(SMALL) == []
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
