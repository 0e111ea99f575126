"""The unmapped, by keys alone, in both schemes and three widths."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from tests.dashboards.clinic import HL7, send
from tests.dashboards.test_mapping import NAMELESS, STRANGE
from tests.people import admit

BOTH = HL7.replace("508790^^^ELM^MR", "508790^^^ELM^MR~42^^^OAK^MR")


@pytest.fixture
def manager(elm_street, right_now):
    """Somebody who may open every kind, and one of each kind."""
    with elm_street.scoped():
        other = HL7.replace("508790^^^ELM", "42^^^OAK").replace("CLAIRE", "CLARA")
        for number, body in enumerate((STRANGE, NAMELESS, other, BOTH)):
            send(elm_street, body.format(control=str(number)), now=right_now)
        return admit("Mona Park", Role.PRACTICE_MANAGER, now=right_now)


def test_an_answer_is_given_by_keys_alone(elm_street, manager, desktop):
    page = desktop.sit_down(manager)
    page.goto("/mapping/")
    page.get_by_role("link", name="77").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Who is it?")).to_have_value(str(elm_street.diaz.pk))
    page.get_by_label("Who is it?").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 open task will move.")).to_be_visible()
    page.get_by_role("button", name="Save answer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answered. 1 open task moved.")).to_be_visible()
    expect(page.get_by_role("link", name="77")).to_have_count(0)
