"""Two people at the same work: who was first keeps it, who was second reads so."""

from datetime import timedelta

from django.db import transaction
from playwright.sync_api import expect

from audit.models import AuditEvent
from routing.models import Task
from tests.dashboards.browser.conftest import open_task
from tests.dashboards.browser.test_keyboard import of, row


def test_of_two_who_close_one_task_the_second_reads_who_was_first(elm_street, morning, desktop):
    task = morning["Hemoglobin A1c"]
    pages = [desktop.sit_down(one) for one in (elm_street.nora, elm_street.diaz)]
    for page in pages:
        page.goto("/queue/" if page is pages[1] else f"/tasks/{task.pk}/")
    first, second = pages
    open_task(second, task)
    first.get_by_role("link", name="Done").click()
    first.get_by_role("button", name="Follow-up ordered").click()
    expect(first.get_by_text("Done: Hemoglobin A1c")).to_be_visible()
    second.keyboard.press("e")
    second.keyboard.press("4")
    expect(second.get_by_role("alert")).to_contain_text("Nora Quinn closed this at")
    expect(row(second, task)).to_contain_text("by Nora Quinn")
    with elm_street.scoped(), transaction.atomic():
        events = AuditEvent.objects.filter(entity_id=task.pk, action="task.complete")
        assert [one.actor_name for one in events] == ["Nora Quinn"]


def test_what_a_lost_browser_had_claimed_is_free_when_its_time_is_over(
    elm_street, morning, desktop
):
    task = morning["Lisinopril 10 mg"]
    gone, stays = (desktop.sit_down(one) for one in (elm_street.nora, elm_street.max))
    gone.goto(f"/tasks/{task.pk}/")
    gone.get_by_role("button", name="Claim").click()
    expect(gone.get_by_text("You have this until")).to_be_visible()
    gone.context.close()
    desktop.contexts.remove(gone.context)
    stays.goto(f"/tasks/{task.pk}/")
    expect(stays.locator("main")).to_contain_text("Nora Quinn")
    with elm_street.scoped(), transaction.atomic():
        over = of(elm_street, task.pk).claimed_until - timedelta(minutes=11)
        Task.objects.filter(pk=task.pk).update(claimed_until=over)
    stays.reload()
    stays.get_by_role("button", name="Take over").click()
    expect(stays.get_by_text("You have this until")).to_be_visible()
    assert of(elm_street, task.pk).claimed_by_id == elm_street.max.pk
