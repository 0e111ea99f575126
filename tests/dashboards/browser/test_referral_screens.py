"""Referrals in a real browser: by keys alone, by hand on a phone, without scripts."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from referrals.models import Referral
from tests.dashboards.browser.looking import TOO_WIDE
from tests.dashboards.referral_scene import open_referrals


@pytest.fixture
def referrals(elm_street, right_now):
    with elm_street.scoped(), transaction.atomic():
        return open_referrals(elm_street, right_now - timedelta(seconds=1))


def of(elm, pk) -> Referral:
    with elm.scoped(), transaction.atomic():
        return Referral.objects.get(pk=pk)


def test_a_step_is_told_by_keys_alone(desktop, elm_street, referrals):
    page = desktop.sit_down(elm_street.cora)
    page.goto("/queue/")
    page.locator("#main").focus()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/referrals/")
    focused = page.locator("[data-list] .is-open")
    expect(focused).to_contain_text("MORALES, Diego")
    page.keyboard.press("j")
    expect(focused).to_contain_text("FERREIRA, Lucia")
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("m")
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("What became of it?")
    expect(sheet).to_contain_text("FERREIRA, Lucia")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("m")
    sheet.get_by_role("link", name="Cancelled").click()
    sheet.get_by_label("How you know").select_option("phone")
    sheet.get_by_role("button", name="Note as cancelled").click()
    expect(page.get_by_text("Written down.")).to_be_visible()
    expect(page.get_by_text("The appointment was cancelled. Book anew.")).to_be_visible()
    assert of(elm_street, referrals["booked"]).appointment == "cancelled"


def test_a_loop_is_finished_by_hand_without_scripts_on_a_phone(desktop, elm_street, referrals):
    page = desktop.sit_down(elm_street.diaz, width=390, height=844, java_script_enabled=False)
    page.goto("/referrals/?turn=us")
    assert not page.evaluate(TOO_WIDE)
    page.get_by_role("link", name="Cardiology", exact=True).last.click()
    page.get_by_text("The report is here: read it and tell the patient.").wait_for()
    assert not page.evaluate(TOO_WIDE)
    page.get_by_role("link", name="Question answered?").click()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save answer").click()
    page.get_by_role("link", name="Patient told").click()
    page.get_by_role("button", name="Note as told").click()
    page.get_by_text("Nothing is missing: the loop is closed.").wait_for()
    done = of(elm_street, referrals["reported"])
    assert (done.question_answered, done.patient_told) == ("yes", "yes")


def test_a_phone_puts_referrals_under_whose_turn_it_is(desktop, elm_street, referrals):
    page = desktop.sit_down(elm_street.cora, width=390, height=844)
    page.goto("/referrals/")
    heads = page.locator(".turn-head:visible")
    assert sorted(heads.all_inner_texts()) == sorted(
        ["Our turn", "Specialist's turn", "Patient's turn", "Payer's turn"]
    )
    tops = {
        code: page.locator(f".ref.turn-{code}").first.bounding_box()["y"]
        for code in ("us", "specialist", "patient", "payer")
    }
    assert sorted(tops, key=tops.get) == ["us", "specialist", "patient", "payer"]
