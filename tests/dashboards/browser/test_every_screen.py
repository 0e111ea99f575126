"""Every screen of the catalogue at three widths and in two schemes, under the real content policy.

One practice, one server and one window serve them all, so nothing here may change a row that
another screen shows.
"""

import os

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from tests.conftest import empty_tables
from tests.dashboards.browser import drawing
from tests.dashboards.browser.conftest import Desktop
from tests.dashboards.browser.house import open_house
from tests.dashboards.browser.looking import EVERY_VIEW, FIRST, VIEWS, faults_of
from tests.dashboards.browser.screens import SCREENS

PICTURES = "PICTURES" in os.environ
"""Whether the screens are drawn into docs/screens too."""


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield open_house(timezone.now())
        empty_tables()


@pytest.fixture(scope="module")
def window(house, chromium):
    """The desk of whoever sits down at it, and its one page."""
    server = LiveServer("localhost")
    desktop = Desktop(chromium, server.url)
    with server._live_server_modified_settings:
        yield desktop, desktop.sit_down()
        desktop.leave()
    if PICTURES:
        (drawing.FOLDER / "README.md").write_text(drawing.index())
    server.stop()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_has_no_fault(house, window, screen):
    desktop, page = window
    desktop.change_to(page, house.people.get(screen.who))
    FIRST.of(page)
    answer = page.goto(screen.address.format(**house.ids))
    if screen.act:
        screen.act(page)
    assert "no-store" in answer.headers["cache-control"]
    faults = faults_of(page, EVERY_VIEW if PICTURES else VIEWS)
    assert not faults, "\n".join(faults)
    assert desktop.complaints == []
    if PICTURES and drawing.is_drawn(screen):
        drawing.draw(page, screen)
