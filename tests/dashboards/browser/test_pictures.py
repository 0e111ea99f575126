"""The picture in the README is what the product shows. `PICTURES=1` writes it anew."""

import os
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from playwright.sync_api import expect

from audit.actors import Actor
from routing import operations as routing
from routing.models import Task
from tests.dashboards.browser.conftest import open_task
from tests.dashboards.clinic import HL7, play_morning, send

PICTURES = Path(__file__).parents[3] / "docs" / "screenshots"


def test_the_list_of_a_physician(elm_street, desktop, right_now, tmp_path):
    with elm_street.scoped():
        play_morning(elm_street, now=right_now)
        send(elm_street, HL7.format(control="88121"), now=right_now)
        other = HL7.replace("508790", "508791").format(control="88122")
        send(elm_street, other, now=right_now, feed=elm_street.ehr)
    leases = ((elm_street.nora, "Complete blood count", 4), (elm_street.diaz, "Potassium", 2))
    for member, title, ago in leases:
        pk = _task(elm_street, title).pk
        at = right_now - timedelta(minutes=ago)
        with elm_street.scoped():
            routing.claim(task_id=pk, member=member, actor=Actor.person(member), now=at)
    page = desktop.sit_down(elm_street.diaz, color_scheme="light")
    page.goto("/queue/")
    page.get_by_role("button", name="List layout").click()
    open_task(page, _task(elm_street, "Potassium"))
    page.keyboard.press("j")
    expect(page.locator("#pane h2")).to_have_text("Hemoglobin A1c")
    expect(page.locator("#pane.is-stale")).to_have_count(0)
    page.keyboard.press("e")
    page.keyboard.press("4")
    expect(page.locator("#toasts")).to_contain_text("Done")
    page.locator("#toasts .toast").evaluate("one => one.remove()")
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.locator("#pane h2")).to_have_text("Potassium")
    page.mouse.move(700, 20)
    folder = PICTURES if os.environ.get("PICTURES") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "queue.png")
    assert (folder / "queue.png").stat().st_size > 50_000
    boxes = [row.bounding_box() for row in page.locator("tr[data-task]").all()]
    heights = [box["height"] for box in boxes if box]
    assert sum(height <= 37 for height in heights) >= len(heights) * 0.7


def _task(elm, title) -> Task:
    with elm.scoped(), transaction.atomic():
        return Task.objects.open().exclude(severity="normal").get(title=title)
