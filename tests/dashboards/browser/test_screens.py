"""Every screen, both schemes, three widths: nothing for the browser or axe to say, nothing cut."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.dashboards.browser.conftest import open_task
from tests.dashboards.clinic import HL7, send

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
PANE_FROM = 1024
"""Pixels: narrower screens open a task as a page."""
VIEWS = [(scheme, width) for scheme in ("light", "dark") for width in (390, 820, 1440)]

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """
() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter(one => !one.matches('[tabindex="-1"], #main, .skip, p a, dd a, li a, .raw'))
  .map(one => (one.matches('.tick input') ? one.closest('label') : one))
  .map(one => (one.matches('.c-task a') ? one.closest('tr') : one))
  .map(one => one.matches(':is(.outcome, .check, .ticks) input') ? one.closest('label') : one)
  .map(one => ({one, box: one.getBoundingClientRect()}))
  .filter(({box}) => box.width && (box.width < 24 || box.height < 24))
  .map(({one}) => one)
  .map(one => one.outerHTML.slice(0, 90))
"""


@pytest.fixture
def messages(elm_street, right_now):
    with elm_street.scoped():
        send(elm_street, HL7.format(control="88121"), now=right_now)
        send(elm_street, HL7.format(control="88122").replace("PID|", "ZID|"), now=right_now)


def visit(desktop, elm, morning, *, width, check, **options):
    """Each screen once, in each state that has an address."""
    page = desktop.sit_down(elm.diaz, width=width, **options)
    panel = f"/tasks/{morning['Basic metabolic panel'].pk}/"
    done = f"/tasks/{morning['Potassium'].pk}/complete/"
    for address in ("/queue/", "/queue/?view=hold", "/team/", "/escalations/", panel, done,
                    "/preferences/", "/search/", "/go/", "/more/", "/reach/", "/notices/",
                    "/messages/", "/nothing/", "/styleguide/"):  # fmt: skip
        page.goto(address)
        if page.locator("[data-list]").count() and width >= PANE_FROM and "guide" not in address:
            page.locator("#pane article").wait_for()
        check(page, address)
    page = desktop.sit_down(elm.ira, width=width, **options)
    for address in ("/messages/", "/feeds/", "/status/"):
        page.goto(address)
        check(page, address)
    page.goto("/messages/?view=quarantined")
    page.locator(".cell-link").first.click()
    page.get_by_role("button", name="Open the message").click()
    page.get_by_role("heading", name="As we read it").wait_for()
    check(page, "an opened message")
    page = desktop.sit_down(width=width, **options)
    page.goto("/accounts/login/")
    check(page, "sign in")


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_axe_finds_nothing(elm_street, morning, messages, desktop, scheme, width):
    axe, found = Axe(), []

    def check(page, address):
        results = axe.run(page, options=RULES).response["violations"]
        found.extend(f"{address}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in results)

    visit(desktop, elm_street, morning, width=width, check=check, color_scheme=scheme,
          bypass_csp=True)  # fmt: skip
    assert found == []


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_cut_off_or_too_small_to_hit(elm_street, morning, messages, desktop, width):
    """Under the real content policy: whatever it refuses is a complaint, and fails the test."""
    found = []

    def check(page, address):
        if page.evaluate(TOO_WIDE):
            found.append(f"{address} is wider than {width} px")
        found.extend(f"{address}: {one}" for one in page.evaluate(SMALL))

    visit(desktop, elm_street, morning, width=width, check=check, color_scheme="light")
    assert found == []


def test_the_pane_its_sheets_and_the_keys_are_clean_too(elm_street, morning, desktop):
    axe = Axe()
    page = desktop.sit_down(elm_street.diaz, bypass_csp=True)
    page.goto("/queue/")
    open_task(page, morning["Potassium"])
    for key, seen in (("e", "Who was told"), ("a", "Person or queue"), ("h", "Look again on")):
        page.keyboard.press(key)
        page.get_by_label(seen).wait_for()
        results = axe.run(page, options=RULES)
        assert results.violations_count == 0, (key, results.generate_report())
        page.keyboard.press("Escape")
        page.locator("#sheet:popover-open").wait_for(state="hidden")
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()
    assert axe.run(page, options=RULES).violations_count == 0


def test_a_list_prints_as_a_sheet_with_nothing_cut(elm_street, morning, desktop):
    page = desktop.sit_down(elm_street.diaz)
    page.goto("/queue/")
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden()
    assert page.locator(".actions").first.is_hidden()
    assert page.get_by_text("Printed by Dr Ana Diaz").is_visible()
    assert page.locator(".rows").evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert len(page.pdf()) > 10_000
