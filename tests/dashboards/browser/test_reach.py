"""A phone is added, proven by the code that it received, and paged, in a real browser against the
provider that ships with the product."""

import re
from threading import Event, Thread

import pytest
from django.db import connections
from django.utils import timezone

from outbox import delivery, fake
from tests.dashboards.browser.looking import LAST, faults_of

NUMBER = "+12025550123"


@pytest.fixture
def provider(settings, live_server):
    """The fake provider, and the sweep that sends what is due, as the engine would."""
    running = fake.start()
    settings.TWILIO_ADDRESS = running.address
    settings.TWILIO_ACCOUNT_SID = running.provider.account
    settings.TWILIO_AUTH_TOKEN = running.provider.token
    settings.TWILIO_FROM = "+12025550100"
    settings.PUBLIC_URL = live_server.url
    over = Event()

    def sweep() -> None:
        while not over.wait(0.2):
            delivery.sweep(now=timezone.now())
        connections.close_all()

    thread = Thread(target=sweep)
    thread.start()
    yield running.provider
    over.set()
    thread.join()
    running.stop()


def texts(provider, page) -> list[str]:
    for _ in range(100):
        found = [one.body for one in provider.received(NUMBER)]
        if found:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("nothing was received")


@pytest.mark.parametrize("java_script", [True, False])
def test_a_phone_is_proven_by_its_code_and_paged(elm_street, provider, desktop, java_script):
    page = desktop.sit_down(elm_street.diaz, width=390, height=844, java_script_enabled=java_script)
    page.goto("/reach/")
    page.get_by_label("Number or address").fill("(202) 555-0123")
    page.get_by_role("button", name="Add and send code").click()
    page.get_by_text("Waiting for the code").wait_for()
    [text] = texts(provider, page)
    code = re.search(r"code is (\w{3} \w{3})", text)[1]
    page.get_by_label("Code", exact=True).fill("K2K 2K2" if code != "K2K 2K2" else "K3K 3K3")
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("link", name="That is another code").wait_for()
    page.get_by_label("Code", exact=True).fill(code.lower())
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("Pages can reach you there now").wait_for()
    page.get_by_role("button", name="Send me a test page").click()
    delivered = page.locator("#test-said").get_by_text(re.compile("^Delivered"))
    for _ in range(40):
        if delivered.count() == 2:
            break
        page.wait_for_timeout(250)
        if not java_script:
            page.reload()
    assert delivered.count() == 2
    assert "this is a test page" in texts(provider, page)[-1]
    if java_script:
        assert faults_of(page, (LAST,)) == []
