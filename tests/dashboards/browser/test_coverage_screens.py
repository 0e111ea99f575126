"""Duty and cover: three taps on a phone, no script needed, nothing for axe to say."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import expect

from accounts.roles import Role
from escalation.models import Absence
from tests.dashboards.browser.test_screens import RULES, SMALL, TOO_WIDE
from tests.dashboards.duty_scene import open_week
from tests.people import admit

VIEWS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 1440)]


def absence_of(elm) -> Absence:
    with elm.scoped(), transaction.atomic():
        return Absence.objects.get(member=elm.diaz)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_out_today_takes_three_taps_on_a_phone(elm_street, morning, desktop, script):
    page = desktop.sit_down(
        elm_street.diaz, width=390, height=844, has_touch=True, java_script_enabled=script
    )
    page.goto("/queue/")
    page.locator(".tabbar").get_by_role("link", name="More").tap()
    page.get_by_role("link", name=re.compile("m out today")).tap()
    page.get_by_role("button", name="Nora Quinn").tap()
    expect(page.get_by_text("You are out until midnight.")).to_be_visible()
    expect(page.get_by_text("Nora Quinn covers you")).to_be_visible()
    absence = absence_of(elm_street)
    assert absence.cover_id == elm_street.nora.pk
    page.get_by_role("button", name=re.compile("m back")).tap()
    expect(page.get_by_text("You are in: your work comes to you.")).to_be_visible()
    assert absence_of(elm_street).ends_at < absence.ends_at


@pytest.fixture
def pat(elm_street, right_now):
    with elm_street.scoped(), transaction.atomic():
        return admit("Pat Moss", Role.PRACTICE_MANAGER, now=right_now)


def visit(desktop, elm, pat, now, *, check, **options):
    with elm.scoped(), transaction.atomic():
        weekly = open_week(elm, now)
    page = desktop.sit_down(elm.nora, **options)
    for address in ("/coverage/", "/coverage/out/", "/absences/", "/staff/", "/staff/closing/"):
        page.goto(address)
        check(page, address)
    page = desktop.sit_down(pat, **options)
    leaving, absence = f"/staff/{elm.diaz.pk}/leaving/", f"/absences/?member={elm.max.pk}"
    for address in ("/staff/", f"/staff/rotations/{weekly.pk}/", leaving, absence):
        page.goto(address)
        check(page, address)
    page.goto("/staff/rotations/")
    asking = page.locator("form", has=page.get_by_role("button", name="Set up the rotation"))
    asking.evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Set up the rotation").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check(page, "a rotation that is refused")


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_axe_finds_nothing(elm_street, morning, pat, right_now, desktop, scheme, width):
    axe, found = Axe(), []

    def check(page, address):
        results = axe.run(page, options=RULES).response["violations"]
        found.extend(f"{address}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in results)

    visit(desktop, elm_street, pat, right_now, check=check, width=width, color_scheme=scheme,
          bypass_csp=True)  # fmt: skip
    assert found == []


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_cut_off_or_too_small_to_hit(
    elm_street, morning, pat, right_now, desktop, width
):
    found = []

    def check(page, address):
        if page.evaluate(TOO_WIDE):
            found.append(f"{address} is wider than {width} px")
        found.extend(f"{address}: {one}" for one in page.evaluate(SMALL))

    visit(desktop, elm_street, pat, right_now, check=check, width=width, color_scheme="light")
    assert found == []
