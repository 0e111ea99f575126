"""The same work with scripts off: every action is a form with an address."""

from playwright.sync_api import expect

from routing.models import Task
from tests.dashboards.browser.test_keyboard import of


def by_title(page, title):
    return page.locator("tr[data-task]", has_text=title).first


def test_open_claim_close_undo_and_filter(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.max, java_script_enabled=False)
    task: Task = morning["Lisinopril 10 mg"]
    page.goto("/queue/")
    by_title(page, "Lisinopril").locator("a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lisinopril 10 mg")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("You have this until")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status").filter(has_text="Done: Lisinopril")).to_be_visible()
    assert not of(elm_street, task.pk).is_open
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Open again: Lisinopril")).to_be_visible()
    assert of(elm_street, task.pk).is_open
    page.get_by_role("link", name="Critical").click()
    expect(page.get_by_role("heading", name="Nothing critical")).to_be_visible()


def test_an_abnormal_result_is_closed_on_a_page_of_its_own(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz, java_script_enabled=False, width=390, height=844)
    page.goto("/queue/")
    by_title(page, "Hemoglobin A1c").locator("a").click()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Follow-up ordered").click()
    expect(page.get_by_text("Done: Hemoglobin A1c")).to_be_visible()
    assert of(elm_street, morning["Hemoglobin A1c"].pk).outcome == "follow-up"


def test_a_critical_result_names_what_is_missing(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz, java_script_enabled=False)
    page.goto(f"/tasks/{morning['Potassium'].pk}/complete/")
    page.get_by_label("Discussed with patient").check()
    page.locator("form[action$='complete/']").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Close task").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Discussed with patient")).to_be_checked()
    page.get_by_label("Who was told").fill("Patient")
    page.get_by_role("button", name="Close task").click()
    expect(page.get_by_text("Done: Potassium")).to_be_visible()
