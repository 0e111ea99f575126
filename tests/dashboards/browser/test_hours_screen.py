"""SLA and hours in a real browser: calm at each width, in both schemes, and usable by hand."""

from datetime import timedelta

import pytest
from django.db import transaction

from escalation import operations, starter
from escalation.models import Calendar
from tests.people import SETUP


@pytest.fixture
def elm(elm_street, right_now):
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=right_now)
        held = Calendar.objects.get(location=elm_street.main)
        day = right_now.date() + timedelta(days=20)
        operations.decline_holiday(
            calendar_id=held.pk, day=day, name="Staff day", actor=SETUP, now=right_now
        )
    return elm_street


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
