"""Late tasks on a phone and on a desk: reachable by thumb, counted down, without script."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from audit.actors import Actor
from escalation import engine, starter
from routing import operations as routing
from routing.models import Task
from tests.dashboards.browser.test_keyboard import of
from tests.dashboards.clinic import Report, arrive
from tests.escalation.conftest import phone
from tests.people import SETUP

MINUTE = timedelta(minutes=1)
POTASSIUM = Report(0, "Potassium", "2823-3", 20, [("2823-3", 6.8, "HH")])
INR = Report(9, "INR", "6301-6", 3, [("6301-6", 5.4, "HH")])
A1C = Report(1, "Hemoglobin A1c", "4548-4", 60 * 24 * 9, [("4548-4", 9.4, "H")])


@pytest.fixture
def late(elm_street, right_now) -> dict[str, Task]:
    """Two critical results and an old abnormal one, with their ladders as far as they climbed."""
    with elm_street.scoped(), transaction.atomic():
        long_ago = right_now - timedelta(days=500)
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=long_ago)
        for member in (elm_street.diaz, elm_street.nora, elm_street.sam):
            phone(member, now=right_now)
        made = {
            report.title: arrive(report, number, now=right_now)
            for number, report in enumerate((POTASSIUM, INR, A1C))
        }
    for ago in (19, 13, 8, 4, 0):
        sweep(right_now - ago * MINUTE)
    return made


def sweep(now):
    while engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now):
        pass


def test_a_supervisor_reassigns_on_a_phone_in_three_taps_without_script(elm_street, late, desktop):
    page = desktop.sit_down(elm_street.sam, width=390, height=844, java_script_enabled=False)
    page.goto("/escalations/")
    card = page.locator(".escalation", has_text="Potassium")
    expect(card.get_by_text("Not answered").first).to_be_visible()
    card.get_by_role("link", name="Reassign").click()
    page.get_by_label("Nora Quinn").check()
    page.get_by_role("button", name="Reassign task").click()
    expect(page.get_by_text("It moved. They have yet to acknowledge it.")).to_be_visible()
    task = of(elm_street, late["Potassium"].pk)
    assert task.owner_id == elm_street.nora.pk


def test_a_physician_takes_it_over_between_visits_with_one_tap(elm_street, late, desktop):
    page = desktop.sit_down(elm_street.diaz, width=390, height=844)
    page.goto("/escalations/")
    button = page.locator(".escalation", has_text="Potassium").get_by_role(
        "button", name="Take over"
    )
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.click()
    expect(page.get_by_text("It is yours: you have claimed and acknowledged it.")).to_be_visible()
    assert of(elm_street, late["Potassium"].pk).status == "in-progress"


def test_a_colleague_can_be_called_from_the_rung(elm_street, late, desktop):
    page = desktop.sit_down(elm_street.sam, width=390, height=844)
    page.goto("/escalations/")
    call = page.locator(".rungs a.tel").first
    assert (call.get_attribute("href") or "").startswith("tel:+1555")
    expect(call).to_contain_text("Dr Ana Diaz")


def test_what_others_did_shows_in_its_place_without_a_reload(elm_street, late, desktop, right_now):
    page = desktop.sit_down(elm_street.sam)
    page.clock.install()
    page.goto("/escalations/")
    expect(page.locator(".escalation")).to_have_count(3)
    with elm_street.scoped():
        for title in ("Potassium", "INR"):
            routing.acknowledge(
                task_id=late[title].pk, member=elm_street.diaz,
                actor=Actor.person(elm_street.diaz), now=right_now,
            )  # fmt: skip
    sweep(right_now + MINUTE)
    page.clock.run_for(11_000)
    expect(page.locator("#live")).to_contain_text("2 no longer here")
    expect(page.locator(".escalation")).to_have_count(3)
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator(".escalation")).to_have_count(1)


def test_due_words_count_down_and_turn_late_while_the_page_stands(elm_street, late, desktop):
    page = desktop.sit_down(elm_street.diaz, width=390, height=844)
    page.clock.install()
    page.goto(f"/tasks/{late['INR'].pk}/")
    first = page.locator(".clocks .due").first
    expect(first).to_have_text("in 11 min")
    page.clock.fast_forward(9 * 60_000)
    expect(first).to_have_text("in 2 min")
    expect(first).to_have_class("due tone-soon")
    page.clock.fast_forward(4 * 60_000)
    expect(first).to_have_text("1 min late")
    expect(first).to_have_class("due tone-late")


def test_g_e_goes_to_the_escalations(elm_street, late, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    page.locator("#pane article").wait_for()
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Escalations")).to_be_visible()
