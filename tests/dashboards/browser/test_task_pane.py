"""The task in its pane and on its page, with all that colleagues added to it."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from audit.actors import Actor
from charts.values import ItemKind, ItemStatus
from routing import operations as routing
from routing.models import Task
from tests.dashboards.browser.conftest import open_task
from tests.dashboards.clinic import Report, arrive

REMINDER = Report(
    15, "Repeat TSH", "3016-3", 60 * 24 * 30, kind=ItemKind.REQUEST, status=ItemStatus.ACTIVE
)


@pytest.fixture
def reminder(elm_street, morning, right_now) -> Task:
    with elm_street.scoped(), transaction.atomic():
        return arrive(REMINDER, 901, now=right_now)


@pytest.fixture
def tsh(elm_street, morning, reminder, right_now) -> Task:
    """A normal result that was handed over, after two calls in vain."""
    task: Task = morning["TSH"]
    elm, who = elm_street, {"actor": Actor.person(elm_street.max), "member": elm_street.max}
    with elm.scoped(), transaction.atomic():
        for hours in (3, 2):
            at = right_now - timedelta(hours=hours)
            routing.inform(task_id=task.pk, channel="phone", reached=False, at=at, now=at, **who)
        routing.comment(task_id=task.pk, text="Works nights, sleeps till two.", now=at, **who)
        routing.assign(
            task_id=task.pk,
            to=elm.nora,
            note="Called twice. Please try after 14:00.",
            now=at,
            **who,
        )
        return Task.objects.get(pk=task.pk)


def test_a_note_a_box_one_key_and_undo(elm_street, tsh, reminder, desktop):
    page = desktop.sit_down(elm_street.nora)
    page.goto("/queue/")
    row = page.locator(f"#t-{tsh.pk}")
    expect(row).to_contain_text("Note from Max")
    open_task(page, tsh)
    pane = page.locator("#pane")
    expect(pane.locator(".handed")).to_contain_text("Please try after 14:00.")
    pane.get_by_role("button", name="Mark as read").click()
    expect(pane.locator(".handed")).to_have_count(0)
    expect(row).not_to_contain_text("Note from")
    pane.focus()
    page.keyboard.press("i")
    page.get_by_label("Note for colleagues").fill("Left a message.")
    page.get_by_role("button", name="Add note").click()
    expect(pane.locator(".timeline").first).to_contain_text("Left a message.")
    pane.get_by_label("Repeat TSH").check()
    pane.focus()
    page.keyboard.press("e")
    expect(page.locator("#toasts")).to_contain_text("Done: TSH")
    assert closed(elm_street, reminder)
    page.locator("#list a").first.focus()
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Open again: TSH")
    assert not closed(elm_street, reminder)


def closed(elm, task) -> bool:
    with elm.scoped(), transaction.atomic():
        return Task.objects.get(pk=task.pk).ended_at is not None
