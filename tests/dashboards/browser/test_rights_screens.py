"""Who may do what: said, read back, made; an emergency from the refusal to its end."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.roles import Role
from charts.models import EmergencyAccess
from tests.dashboards.browser.looking import FIRST, LAST, faults_of
from tests.people import admit


@pytest.fixture
def guards(elm_street, right_now):
    """Who manages people, and who guards privacy."""
    with elm_street.scoped(), transaction.atomic():
        return (
            admit("Paula Reyes", Role.PRACTICE_MANAGER, now=right_now),
            admit("Pia Shield", Role.PRIVACY_OFFICER, now=right_now),
        )


def test_rights_are_changed_and_a_chart_is_broken_into_and_reviewed(
    elm_street, morning, guards, desktop
):
    paula, pia = guards
    _change_roles(desktop.sit_down(paula), elm_street)
    _delegate(desktop.sit_down(elm_street.diaz))
    _break_in(desktop.sit_down(elm_street.ira), morning["Potassium"])
    _review(desktop.sit_down(pia))
    with elm_street.scoped(), transaction.atomic():
        access = EmergencyAccess.objects.get()
    assert access.ended_at is not None
    assert access.reviewed_by_id == pia.pk


def _change_roles(page, elm) -> None:
    page.goto("/staff/people/")
    page.goto(f"/staff/{elm.max.pk}/roles/")
    page.get_by_label("Supervisor").check()
    page.get_by_role("button", name="Read it back").click()
    expect(page.get_by_text("Max Bell will be: Medical assistant, Supervisor.")).to_be_visible()
    page.get_by_role("button", name="Change roles").click()
    expect(page.get_by_text("They sign in again with the new roles.")).to_be_visible()


def _delegate(page) -> None:
    page.goto("/staff/closing/result-review-normal/")
    page.get_by_label("Medical assistant").check()
    page.get_by_role("button", name="Read it back").click()
    page.get_by_label("Protocol").fill("Normal results, version 2")
    page.get_by_role("button", name="Read it back").click()
    expect(page.get_by_text("They may then: Max Bell.")).to_be_visible()
    assert faults_of(page, (FIRST, LAST)) == []
    page.get_by_role("button", name="Change who may close").click()
    expect(page.get_by_text("By the word of Dr Ana Diaz.")).to_be_visible()


def _break_in(page, task) -> None:
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("link", name="Open it in an emergency").click()
    page.get_by_label("Why must you open it?").fill("Called by the emergency room just now")
    page.get_by_role("button", name="Open the chart").click()
    expect(page.get_by_text("You opened a chart by emergency access until")).to_be_visible()
    assert faults_of(page, (FIRST, LAST)) == []
    page.get_by_role("button", name="End now").click()
    expect(page.get_by_text("The chart is shut again.")).to_be_visible()
    page.goto(f"/tasks/{task.pk}/")
    expect(page.get_by_role("heading", name="You may not open this")).to_be_visible()


def _review(page) -> None:
    page.goto("/emergency/")
    assert faults_of(page, (FIRST, LAST)) == []
    page.get_by_role("button", name="It was right").click()
    expect(page.get_by_text("The review is written down.")).to_be_visible()
    assert faults_of(page, (FIRST, LAST)) == []
