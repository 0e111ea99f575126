"""The day's work by keys alone, within its budget, with the focus always to be seen."""

import re
from datetime import timedelta

from django.db import transaction
from playwright.sync_api import expect

from audit.actors import Actor
from routing import operations as routing
from routing.models import Outcome, Task
from routing.states import TaskStatus
from tests.dashboards.browser.conftest import open_task
from tests.dashboards.clinic import HL7, send
from tests.people import PASSWORD

PANES = re.compile(r"/tasks/[^/]+/\?back=")


def of(elm, pk) -> Task:
    with elm.scoped(), transaction.atomic():
        return Task.objects.get(pk=pk)


def in_row(page):
    """The id of the task whose row has the focus."""
    return page.evaluate("document.activeElement?.closest('tr[data-task]')?.dataset.task")


def row(page, task):
    return page.locator(f"#t-{task.pk}")


def test_j_and_k_move_and_open_and_the_list_is_one_tab_stop(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    expect(page.locator("#pane h2")).to_have_text("INR")
    first = in_row(page)
    page.keyboard.press("j")
    expect(page.locator("#pane h2")).to_have_text("Potassium")
    assert in_row(page) != first
    page.keyboard.press("k")
    expect(page.locator("#pane h2")).to_have_text("INR")
    assert in_row(page) == first
    box = page.locator(":focus").bounding_box()
    assert box is not None
    stops = page.locator("[data-list] .c-task a[tabindex='0']").count()
    assert stops == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/**")
    assert page.title() == "Task - ClearChart"


def test_many_keys_in_a_row_end_at_the_last(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    expect(page.locator("#pane h2")).to_have_text("INR")
    for _ in range(6):
        page.keyboard.press("j")
    last = in_row(page)
    expect(page.locator("#pane article")).to_have_attribute("data-task", last)
    expect(page.locator("#pane.is-stale")).to_have_count(0)


def test_one_key_closes_a_normal_result_and_z_takes_it_back(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.max), morning["Lipid panel"]
    page.goto("/queue/")
    open_task(page, task)
    below = row(page, task).locator("xpath=following-sibling::tr[1]")
    before = below.bounding_box()
    page.keyboard.press("e")
    expect(row(page, task)).to_contain_text("by you")
    assert below.bounding_box() == before
    assert in_row(page) == below.get_attribute("data-task")
    expect(page.locator("#toasts")).to_contain_text("Done: Lipid panel")
    assert of(elm_street, task.pk).outcome == Outcome.NORMAL_QUIET
    page.keyboard.press("z")
    expect(row(page, task)).not_to_contain_text("by you")
    expect(page.locator("#toasts")).to_contain_text("Open again: Lipid panel")
    assert of(elm_street, task.pk).is_open


def test_an_abnormal_result_is_two_keys(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.diaz), morning["Hemoglobin A1c"]
    page.goto("/queue/")
    open_task(page, task)
    page.keyboard.press("e")
    page.keyboard.press("4")
    expect(row(page, task)).to_contain_text("by you")
    expect(page.locator("#sheet")).to_be_hidden()
    assert in_row(page) != str(task.pk)
    assert of(elm_street, task.pk).outcome == Outcome.FOLLOW_UP


def test_a_critical_result_is_three_keys_and_a_name(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.diaz), morning["Potassium"]
    page.goto("/queue/")
    open_task(page, task)
    page.keyboard.press("e")
    page.keyboard.press("3")
    expect(page.get_by_label("Who was told")).to_be_focused()
    page.keyboard.type("Patient, by phone e c j")
    page.keyboard.press("Enter")
    expect(row(page, task)).to_contain_text("by you")
    closed = of(elm_street, task.pk)
    assert closed.told == "Patient, by phone e c j"
    assert closed.outcome == Outcome.DISCUSSED


def test_nothing_is_done_to_a_task_before_the_pane_shows_it(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    open_task(page, morning["Lisinopril 10 mg"])
    held = []
    page.route(PANES, lambda route: held.append(route))
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.keyboard.press("c")
    expect(page.locator("#pane.is-stale")).to_be_visible()
    expect(page.locator(".st-done")).to_have_count(0)
    held[0].continue_()
    page.unroute(PANES)
    expect(page.locator("#pane.is-stale")).to_have_count(0)
    assert page.locator("#pane article").get_attribute("data-task") == in_row(page)
    assert of(elm_street, morning["Lisinopril 10 mg"].pk).is_open


def test_a_second_e_waits_for_the_next_task_and_stays_on_the_list(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/?sev=routine")
    expect(page.locator("#pane article")).to_be_visible()
    held = []
    page.route(PANES, lambda route: held.append(route))
    page.keyboard.press("e")
    expect(page.locator(".st-done")).to_have_count(1)
    page.keyboard.press("e")
    page.wait_for_timeout(200)
    held[0].continue_()
    page.unroute(PANES)
    expect(page.locator("#pane.is-stale")).to_have_count(0)
    expect(page.locator(".st-done")).to_have_count(1)
    assert "/queue/" in page.url
    page.keyboard.press("e")
    expect(page.locator(".st-done")).to_have_count(2)


def test_c_claims_and_releases_and_the_chip_says_so(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.max), morning["Lisinopril 10 mg"]
    page.goto("/queue/")
    open_task(page, task)
    page.keyboard.press("c")
    expect(row(page, task).locator(".chip")).to_contain_text("You")
    assert of(elm_street, task.pk).claimed_by_id == elm_street.max.pk
    page.keyboard.press("c")
    expect(row(page, task).locator(".chip")).to_have_count(0)
    assert of(elm_street, task.pk).claimed_by_id is None


def test_hold_asks_in_a_sheet_and_escape_gives_the_focus_back(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.max), morning["Lisinopril 10 mg"]
    page.goto("/queue/")
    open_task(page, task)
    page.keyboard.press("h")
    expect(page.get_by_label("What it waits for")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    assert in_row(page) == str(task.pk)
    page.keyboard.press("h")
    page.get_by_label("What it waits for").fill("Pharmacy calls back")
    page.get_by_label("Look again on").fill("2099-01-01")
    page.keyboard.press("Enter")
    expect(row(page, task).locator(".chip")).to_contain_text("On hold")
    assert of(elm_street, task.pk).status == TaskStatus.ON_HOLD


def test_z_takes_back_whatever_was_done_last(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.max), morning["Lisinopril 10 mg"]
    page.goto("/queue/")
    open_task(page, task)
    page.keyboard.press("c")
    expect(row(page, task).locator(".chip")).to_contain_text("You")
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Taken back: Lisinopril")
    expect(row(page, task).locator(".chip")).to_have_count(0)
    expect(page.locator("#pane.is-stale")).to_have_count(0)
    expect(page.locator('#pane [data-action="claim"]')).to_be_visible()
    page.keyboard.press("h")
    page.get_by_label("What it waits for").fill("Pharmacy calls back")
    page.get_by_label("Look again on").fill("2099-01-01")
    page.keyboard.press("Enter")
    expect(row(page, task).locator(".chip")).to_contain_text("On hold")
    expect(page.locator("#sheet")).to_be_hidden()
    page.keyboard.press("z")
    expect(row(page, task).locator(".chip")).to_have_count(0)
    expect(page.locator("#pane.is-stale")).to_have_count(0)
    page.keyboard.press("a")
    page.get_by_label("Person or queue").select_option(label="Nora Quinn, Nurse")
    page.get_by_label("Person or queue").press("Enter")
    page.locator("#sheet").get_by_role("button", name="Assign").click()
    expect(row(page, task).locator(".chip")).to_contain_text("Nora Quinn")
    expect(page.locator("#sheet")).to_be_hidden()
    page.keyboard.press("z")
    expect(row(page, task).locator(".chip")).to_have_count(0)
    assert of(elm_street, task.pk).is_open
    with elm_street.scoped(), transaction.atomic():
        done = [one.move for one in task.transitions.order_by("version")]
    assert done == ["create", "claim", "release", "hold", "assign", "assign", "assign"]


def test_x_selects_and_the_bar_claims_what_is_selected(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    expect(page.locator("#pane article")).to_be_visible()
    for key in "xjx":
        page.keyboard.press(key)
    expect(page.locator("[data-chosen]")).to_have_text("2 tasks selected")
    page.locator("#bulk").get_by_role("button", name="Claim").click()
    expect(page.get_by_text("2 tasks claimed or released.")).to_be_visible()


def test_the_question_mark_lists_the_keys_and_off_is_off(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    expect(page.locator("#pane h2")).to_have_text("INR")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/preferences/")
    page.get_by_label("Letters work as keys").uncheck()
    page.get_by_role("button", name="Save settings").click()
    page.goto("/queue/")
    expect(page.locator("#pane h2")).to_have_text("INR")
    for key in ("j", "e", "c", "?"):
        page.keyboard.press(key)
    expect(page.locator("#pane h2")).to_have_text("INR")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#sheet")).to_be_hidden()


def test_letters_typed_outside_the_list_and_the_task_do_nothing(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    expect(page.locator("#pane h2")).to_have_text("INR")
    page.locator(".tabs a").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("#pane h2")).to_have_text("INR")
    expect(page.locator("#sheet")).to_be_hidden()


def test_who_loses_a_race_reads_who_won(elm_street, morning, desktop, right_now):
    page, task, nora = desktop.sit_down(elm_street.max), morning["Lipid panel"], elm_street.nora
    page.goto("/queue/")
    open_task(page, task)
    with elm_street.scoped():
        routing.complete(
            task_id=task.pk, member=nora, outcome="normal-told", actor=Actor.person(nora),
            now=right_now,
        )  # fmt: skip
    page.keyboard.press("e")
    expect(page.get_by_role("alert")).to_contain_text("Nora Quinn closed this at")
    expect(page.get_by_role("alert")).to_contain_text("not saved")
    expect(row(page, task)).to_contain_text("by Nora Quinn")
    expect(row(page, task)).to_have_class(re.compile("is-open"))


def test_the_list_stands_still_while_work_arrives(elm_street, morning, desktop, right_now):
    page = desktop.sit_down(elm_street.max)
    page.goto("/queue/")
    tenth = page.locator("tr[data-task]").nth(8)
    before = tenth.bounding_box()
    page.locator("tr[data-task]").nth(4).locator("a").focus()
    focused = in_row(page)
    with elm_street.scoped():
        for number in range(5):
            at = right_now + timedelta(seconds=90)
            send(elm_street, HL7.format(control=f"9{number}"), now=at)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".strip")).to_contain_text("5 new")
    assert tenth.bounding_box() == before
    assert in_row(page) == focused


def test_a_session_that_ended_leads_to_sign_in_and_back(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    expect(page.locator("#pane h2")).to_have_text("INR")
    page.context.clear_cookies()
    page.keyboard.press("j")
    page.wait_for_url("**/accounts/login/?next=/queue/**")
    page.get_by_label("E-mail address").fill("diaz@elm.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/queue/**")
