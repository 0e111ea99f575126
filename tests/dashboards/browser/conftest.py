"""A real Chromium on a real server. Skips where there is none, except in CI."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.accounts.signing_in import prove

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000
"""Milliseconds: other work may share the machine."""
ONE_HOUSE = "test_every_screen.py"
"""Its tests share what they look at, so no test's end may empty the tables."""
EXPECTED = "Failed to load resource: the server responded with a status of 4"


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if item.path.name != ONE_HOUSE:
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here; .ci/run installs it")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Desktop:
    """Opens pages as a member, and remembers everything that the browser complained of."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.complaints: list[str] = []
        self.waiting: list[Request] = []
        self.contexts: list[BrowserContext] = []

    def sit_down(self, member=None, *, width=1440, height=900, **options) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, base_url=self.address, **options
        )
        self.contexts.append(context)
        page = context.new_page()
        self.change_to(page, member)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._failed)
        return page

    def change_to(self, page: Page, member) -> None:
        """Whoever sat here has gone; this member is signed in, or nobody."""
        page.context.clear_cookies()
        if member is None:
            return
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        prove(client)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.address}]
        )

    def _heard(self, message) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED):
            self.complaints.append(message.text)

    def _asked(self, request) -> None:
        self.waiting.append(request)

    def _answered(self, request) -> None:
        if request in self.waiting:
            self.waiting.remove(request)

    def _failed(self, request) -> None:
        self._answered(request)
        if not request.url.startswith(self.address):
            self.complaints.append(f"asked elsewhere: {request.url}")

    def leave(self) -> None:
        """When the server has answered everything: the tables are emptied after this."""
        pages = [page for context in self.contexts for page in context.pages]
        for _ in range(100):
            if not self.waiting or not pages:
                break
            pages[0].wait_for_timeout(50)
        for context in self.contexts:
            context.close()


@pytest.fixture
def desktop(chromium, live_server) -> Iterator[Desktop]:
    desktop = Desktop(chromium, live_server.url)
    yield desktop
    desktop.leave()
    assert desktop.complaints == []


def open_task(page: Page, task) -> None:
    """Click its row and wait for its pane."""
    page.locator(f"#t-{task.pk} .c-task a").click()
    page.locator(f'#pane [data-task="{task.pk}"]').wait_for()
