"""Finding by keys alone: the box, the menu, and keys of one's own."""

from django.db import transaction
from playwright.sync_api import expect

from accounts.models import Membership


def test_a_patients_open_tasks_are_a_slash_four_letters_and_enter_away(
    elm_street, morning, desktop
):
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    expect(page.locator("#pane article")).to_be_visible()
    for key in ("/", "o", "k", "a", "f", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="OKAFOR, Grace")).to_be_visible()
    page.get_by_role("link", name="Potassium").click()
    page.wait_for_url("**/tasks/**")
    expect(page.locator(".crumb")).to_contain_text("Search")


def test_the_menu_goes_to_a_page_and_does_what_the_task_allows(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    expect(page.locator("#pane article")).to_be_visible()
    page.keyboard.press("Control+k")
    menu = page.get_by_role("dialog", name="Commands")
    expect(menu.get_by_role("button", name="Assign")).to_be_visible()
    expect(menu.get_by_role("link", name="My coverage")).to_be_visible()
    page.keyboard.type("hold")
    page.keyboard.press("Enter")
    expect(page.get_by_label("What it waits for")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("coverage")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coverage/")


def test_a_key_of_ones_own_works_and_the_usual_one_does_not(elm_street, morning, desktop):
    with elm_street.scoped(), transaction.atomic():
        Membership.objects.filter(pk=elm_street.max.pk).update(keys={"h": "w"})
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    expect(page.locator("#pane article")).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator("#sheet")).to_be_hidden()
    page.keyboard.press("w")
    expect(page.get_by_label("What it waits for")).to_be_focused()
