"""SLA and hours in a real browser: calm at each width, in both schemes, and usable by hand."""

import os
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from audit.actors import Actor
from escalation import operations, starter
from escalation.models import Calendar, Policy, Rotation, Shift
from tests.dashboards.browser.looking import RULES, SMALL, TOO_WIDE
from tests.escalation.conftest import phone
from tests.people import SETUP


@pytest.fixture
def elm(elm_street, right_now):
    who = {"actor": SETUP, "now": right_now}
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", **who)
        for member in (elm_street.diaz, elm_street.sam):
            phone(member, now=right_now)
        rota = Rotation.objects.create(
            name="Physicians", time_zone="America/New_York",
            begins_on=right_now.date() - timedelta(days=9),
        )  # fmt: skip
        Shift.objects.create(rotation=rota, position=0, member=elm_street.diaz)
        held = Calendar.objects.get(location=elm_street.main)
        operations.decline_holiday(
            calendar_id=held.pk, day=right_now.date() + timedelta(days=20), name="Staff day", **who
        )
        sam = {"actor": Actor.person(elm_street.sam), "now": right_now}
        operations.approve_holiday(
            calendar_id=held.pk, day=right_now.date() + timedelta(days=40), name="Inventory day",
            hours=((480, 720),), **sam,
        )  # fmt: skip
        operations.begin_draft(author="Sam Ortiz", **who)
    return elm_street


def addresses(elm) -> dict[str, str]:
    with elm.scoped(), transaction.atomic():
        draft = Policy.objects.get(status="draft")
        ladder = draft.ladders.order_by("name").first()
        step = ladder.steps.last()
        target = draft.targets.first()
    return {
        "hours": "/hours/", "hours-form": f"/hours/at/{elm.main.pk}/", "policy": "/hours/policy/",
        "draft": "/hours/draft/", "target": f"/hours/draft/targets/{target.pk}/",
        "rung": f"/hours/draft/ladders/{ladder.pk}/rungs/{step.pk}/", "when": "/hours/when/",
        "versions": "/hours/versions/",
    }  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_each_part_is_calm_at_each_width(desktop, elm, scheme, width):
    page = desktop.sit_down(elm.sam, width=width, height=1600, color_scheme=scheme)
    axe, found = Axe(), []
    for name, address in addresses(elm).items():
        page.goto(address)
        if name == "when":
            page.get_by_label("Issued").fill("2026-11-20T16:50")
            page.get_by_role("button", name="Work it out").click()
            page.get_by_text("Mon Nov 23, 08:20").first.wait_for()
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png", full_page=True)
        assert not page.evaluate(TOO_WIDE), name
        assert page.evaluate(SMALL) == [], name
        found += [(name, one["id"]) for one in axe.run(page, options=RULES).response["violations"]]
    assert found == []


def test_hours_are_changed_and_refused_by_hand(desktop, elm):
    page = desktop.sit_down(elm.sam, java_script_enabled=False)
    page.goto("/hours/")
    page.get_by_role("link", name="Change hours of Main Street").click()
    page.get_by_label("Wednesday").fill("17:00-8:00")
    page.get_by_role("button", name="Save hours").click()
    page.get_by_text("ends before it begins").first.wait_for()
    assert page.get_by_label("Wednesday").input_value() == "17:00-8:00"
    page.get_by_label("Wednesday").fill("7:30-12:00")
    page.get_by_role("button", name="Save hours").click()
    page.get_by_text("07:30 to 12:00").first.wait_for()
    page.get_by_role("button", name="Closed on").first.click()
    page.get_by_text("closed, approved by Sam Ortiz").wait_for()
