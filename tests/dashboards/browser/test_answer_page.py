"""The page of a specialist's front desk in a browser: on a phone, without script, and by axe."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from referrals.models import Referral
from tests.dashboards.browser.looking import faults_of
from tests.dashboards.test_answer import invited

__all__ = ["invited"]


@pytest.fixture
def answered(elm_street):
    """The referral as it stands by now."""

    def look() -> Referral:
        with elm_street.scoped(), transaction.atomic():
            return Referral.objects.get()

    return look


def open_link(page: Page, invited) -> None:
    page.goto("/answer/" + invited.link.partition("/answer/")[2])


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def test_a_front_desk_answers_on_a_phone_without_script(desktop, invited, answered, right_now):
    page = desktop.sit_down(width=390, height=844, java_script_enabled=False)
    open_link(page, invited)
    give_code(page, "K7QP")
    expect(page.get_by_role("alert")).to_contain_text("12 letters and digits")
    give_code(page, invited.code.lower().replace("-", ""))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Referral from Elm Street Family Medicine"
    )
    assert invited.link.rstrip("/").rpartition("/")[2] not in page.url
    page.get_by_text("Yes", exact=True).click()
    page.get_by_label("Day").fill(f"{right_now + timedelta(days=20):%Y-%m-%d}")
    page.get_by_label("Time").fill("09:30")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answer has arrived.")
    page.reload()
    expect(page.get_by_text("The patient can be seen.")).to_be_visible()
    assert (answered().acceptance, answered().appointment) == ("accepted", "booked")


def test_why_not_is_asked_where_the_answer_is_no(desktop, invited, answered):
    page = desktop.sit_down()
    open_link(page, invited)
    give_code(page, invited.code)
    why = page.get_by_label("If no: why not?")
    expect(why).to_be_hidden()
    page.get_by_text("No", exact=True).click()
    expect(why).to_be_visible()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why the patient cannot be seen.")
    page.get_by_label("If no: why not?").select_option("insurance")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The patient cannot be seen.")).to_be_visible()
    assert answered().acceptance == "declined"


def test_nothing_is_wrong_with_any_of_its_pages(desktop, invited):
    page = desktop.sit_down()
    open_link(page, invited)
    found = {"code": faults_of(page)}
    give_code(page, "0000-0000-0000")
    found["wrong"] = faults_of(page)
    give_code(page, invited.code)
    found["form"] = faults_of(page)
    page.get_by_role("button", name="Send the answer").click()
    found["problem"] = faults_of(page)
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Send the answer").click()
    found["thanks"] = faults_of(page)
    page.goto("/answer/" + "x" * 43 + "/")
    found["shut"] = faults_of(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
