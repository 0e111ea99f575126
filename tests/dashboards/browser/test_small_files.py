"""What is sent is smaller than what is written, and says the same."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from rcssmin import cssmin
from rjsmin import jsmin

from routing.states import TaskStatus
from tests.dashboards.browser.test_keyboard import of, open_task, row

STATIC = Path(__file__).parents[3] / "static"
SHEETS = sorted(STATIC.glob("css/*.css"))

RULES = """
sheets => sheets.map(text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map(rule => rule.cssText.replaceAll(', ', ','));
})
"""


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_smaller_style_sheet_has_the_same_rules(chromium, path):
    page = chromium.new_page()
    written = path.read_text()
    read, smaller = page.evaluate(RULES, [written, cssmin(written)])
    page.close()
    assert smaller == read != []


def test_the_smaller_scripts_do_the_same(elm_street, morning, desktop):
    page, task = desktop.sit_down(elm_street.max), morning["Lipid panel"]
    sent = []

    def smaller(route):
        name = route.request.url.partition("/static/")[2].partition("?")[0]
        sent.append(name)
        route.fulfill(body=jsmin((STATIC / name).read_text()), content_type="text/javascript")

    page.route("**/static/js/*.js*", smaller)
    page.goto("/queue/")
    open_task(page, task)
    page.keyboard.press("c")
    expect(row(page, task).locator(".chip")).to_contain_text("You")
    page.keyboard.press("z")
    expect(row(page, task).locator(".chip")).to_have_count(0)
    expect(page.locator("#pane.is-stale")).to_have_count(0)
    page.keyboard.press("e")
    expect(row(page, task)).to_contain_text("Undo")
    assert of(elm_street, task.pk).status == TaskStatus.COMPLETED
    assert {"js/app.js", "js/list.js"} <= set(sent)
