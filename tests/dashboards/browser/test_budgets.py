"""What a person's work costs in keys and clicks (ux 7.5), counted while they do it."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.roles import Role
from routing import operations as routing
from routing.models import Task
from routing.states import TaskStatus
from tests.dashboards.browser.test_keyboard import in_row, of, row
from tests.dashboards.clinic import PEOPLE, Report, arrive
from tests.people import SETUP, admit

NORMAL, ABNORMAL, CRITICAL = 14, 5, 1
CEILING = 40
LIPIDS = 60
VALUES = [("13457-7", 101, "N"), ("2085-9", 52, "N"), ("2571-8", 110, "N")]
SEEN = """
() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const middle = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 12)];
  const top = document.elementFromPoint(...middle);
  return one !== document.body && one.closest('tr') === top?.closest('tr');
}
"""
"""Whether what has the focus can be seen, and nothing lies over it."""


class Counted:
    """A keyboard that counts; after each key the focus is there to be seen."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1


def next_in_hand(page: Page, done: set[str]) -> str:
    """The task whose row has the focus and that the pane shows, once it is another."""
    for _ in range(300):
        at = in_row(page)
        shown = page.locator(f'#pane:not(.is-stale) [data-task="{at}"]').count()
        if at not in done and shown and page.evaluate(SEEN):
            return str(at)
        page.wait_for_timeout(50)
    raise AssertionError("the next task does not open")


@pytest.fixture
def twenty(elm_street, right_now):
    """Of one physician: fourteen normal results, five abnormal ones and a critical one."""
    with elm_street.scoped(), transaction.atomic():
        flags = ["HH"] * CRITICAL + ["H"] * ABNORMAL + ["N"] * NORMAL
        for n, flag in enumerate(flags):
            report = Report(n % 16, "TSH", "3016-3", 60 + n, [("3016-3", 2.0 + n, flag)])
            task = arrive(report, n, now=right_now)
            routing.assign(
                task_id=task.pk, member=elm_street.sam, to=elm_street.diaz, actor=SETUP,
                now=right_now,
            )  # fmt: skip
    return elm_street


def test_a_physician_clears_twenty_results_in_forty_keys(twenty, desktop):
    page = desktop.sit_down(twenty.diaz)
    page.goto("/queue/")
    expect(page.locator("#pane article")).to_be_visible()
    hands = Counted(page)
    done: set[str] = set()
    for _ in range(CRITICAL + ABNORMAL + NORMAL):
        task = of(twenty, next_in_hand(page, done))
        done.add(str(task.pk))
        hands.press("e")
        if task.severity == "critical":
            hands.press("3")
            page.keyboard.type("Patient")
            hands.press("Enter")
        elif task.severity == "abnormal":
            hands.press("4")
        expect(row(page, task)).to_contain_text("by you")
    assert hands.keys <= CEILING
    with twenty.scoped(), transaction.atomic():
        assert not Task.objects.open().exists()
    assert hands.keys == NORMAL + 2 * ABNORMAL + 3 * CRITICAL
    assert page.evaluate(SEEN)


def test_the_riskiest_that_nobody_has_is_one_key_away(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.max)
    page.goto("/team/")
    expect(page.locator("#pane article")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url("**/tasks/**")
    expect(page.get_by_text("You have it for ten minutes.")).to_be_visible()
    taken = page.locator("article[data-task]").get_attribute("data-task")
    assert of(elm_street, taken).claimed_by_id == elm_street.max.pk


def test_sixty_normal_results_are_closed_by_four_actions_and_one_look(
    elm_street, right_now, desktop
):
    with elm_street.scoped(), transaction.atomic():
        for n in range(LIPIDS + 2 * len(PEOPLE)):  # some come to other queues
            report = Report(n % len(PEOPLE), "Lipid panel", "24331-1", 600 + n, VALUES)
            arrive(report, n, now=right_now)
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    expect(page.locator("#pane article")).to_be_visible()
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Close").click()
    add = page.get_by_role("button", name=re.compile(r"Add the \d+ more like it"))
    many = 1 + int(re.sub(r"\D", "", add.inner_text()))
    assert many >= LIPIDS
    add.click()
    page.get_by_role("button", name="Close checked tasks").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(many))
    with elm_street.scoped(), transaction.atomic():
        assert Task.objects.filter(status=TaskStatus.COMPLETED).count() == many
    page.get_by_role("button", name="Undo all of them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(many))
    with elm_street.scoped(), transaction.atomic():
        assert not Task.objects.filter(status=TaskStatus.COMPLETED).exists()


def test_a_manager_reads_the_bottleneck_without_a_click_and_its_rows_after_one(
    elm_street, morning, desktop, right_now
):
    with elm_street.scoped(), transaction.atomic():
        pat = admit("Pat Moss", Role.PRACTICE_MANAGER, now=right_now - timedelta(days=30))
    page = desktop.sit_down(pat)
    page.goto("/")
    lead = page.locator(".lead-line")
    expect(lead).to_be_visible()
    said = int(page.locator(".headlines .big").first.inner_text().split()[0].replace(",", ""))
    page.locator(".headlines a").first.click()
    page.wait_for_url("**/backlog/tasks/**")
    expect(page.locator("tr[data-task]")).to_have_count(said)
