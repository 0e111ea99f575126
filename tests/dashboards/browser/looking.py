"""What a page must never have, asked of the page itself: by axe, by its boxes, by its document."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.dashboards.clinic import PEOPLE

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
BY_LOOKS = RULES | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}, "preload": False,
}  # fmt: skip
"""All that a width or a scheme alone can break."""

RUN_AXE = """
async rules => (await axe.run(document, rules)).violations.flatMap(
  one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 120)}: ` +
    [...node.any, ...node.all, ...node.none].map(check => check.message).join(' ')))
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """
least => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter(one => !one.matches('[tabindex="-1"], #main, .skip, p a, dd a, li a, .raw, .place, pre'))
  .map(one => (one.matches('.tick input') ? one.closest('label') : one))
  .map(one => (one.matches('.c-task a') ? one.closest('tr') : one))
  .map(one => one.matches(':is(.outcome, .check, .ticks) input') ? one.closest('label') : one)
  .map(one => ({one, box: one.getBoundingClientRect()}))
  .filter(({box}) => box.width && (box.width < least || box.height < least))
  .map(({one, box}) => `${box.width} x ${box.height} ${one.outerHTML.slice(0, 90)}`)
"""
CUT = """
() => [...document.querySelectorAll('main *')]
  .filter(one => one.checkVisibility() && one.clientWidth > 1 && one.clientHeight > 1)
  .filter(one => {
    const style = getComputedStyle(one);
    return !/visible/.test(style.overflowX + style.overflowY) &&
      (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1);
  })
  .map(one => one.outerHTML.slice(0, 90))
"""
"""What would not be on paper though it is in the page."""
DOCUMENT = """
() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  const headings = [...document.querySelectorAll('h1')].filter(one => one.checkVisibility());
  const kept = [document.title, location.href, JSON.stringify({...localStorage}),
                JSON.stringify({...sessionStorage})].join(' ');
  return {lang: document.documentElement.lang, headings: headings.length, kept,
          twice: ids.filter((id, at) => ids.indexOf(id) !== at)};
}
"""
SETTLED = """
([width, media]) => new Promise(done => {
  const asked = matchMedia(media);
  const look = () => requestAnimationFrame(
    innerWidth === width && asked.matches ? () => requestAnimationFrame(done) : look);
  look();
})
"""
STYLED_ANEW = """
() => new Promise(done => {
  const all = document.documentElement, sheets = [...document.styleSheets];
  sheets.forEach(sheet => { sheet.disabled = true; });
  all.offsetWidth;
  sheets.forEach(sheet => { sheet.disabled = false; });
  all.offsetWidth;
  requestAnimationFrame(() => requestAnimationFrame(done));
})
"""
LAID_OUT_ANEW = """
() => {
  const all = document.documentElement;
  all.hidden = true; all.offsetWidth; all.hidden = false;
}
"""
"""As a printer does: a window that turns to paper keeps the columns of a subgrid for a while."""
DESK = 1024
"""Pixels of the narrowest window that has a mouse."""
PAPER = 718
"""Pixels between the margins of a page."""
NAMES = {family.casefold() for family, *_ in PEOPLE}


@dataclass(frozen=True)
class View:
    """A window: pixels wide, light or dark, and what axe is asked there."""

    width: int
    scheme: str
    rules: dict[str, Any] | None

    @property
    def is_touched(self) -> bool:
        """By a finger, which is as wide as 44 pixels."""
        return self.width < DESK

    @property
    def least(self) -> int:
        """Pixels of the smallest thing to hit."""
        return 44 if self.is_touched else 24

    def of(self, page: Page) -> None:
        _touch(page, self.is_touched)
        page.set_viewport_size({"width": self.width, "height": 900})
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")
        page.evaluate(SETTLED, [self.width, f"(prefers-color-scheme: {self.scheme})"])


FIRST, LAST = View(1440, "light", RULES), View(390, "dark", RULES)
EVERY_VIEW = (
    FIRST, View(1440, "dark", BY_LOOKS), View(820, "dark", BY_LOOKS), View(820, "light", BY_LOOKS),
    View(390, "light", BY_LOOKS), LAST,
)  # fmt: skip
"""Three widths in two schemes. What is in a page is asked twice, how it looks in each."""
VIEWS = (*(one for one in EVERY_VIEW if one.width != 820), View(820, "light", None))
"""The gate's: between the ends there are no colours of its own, so only boxes are looked at."""
NARROWEST = View(320, "light", BY_LOOKS)
"""Also 1280 pixels at 400 %."""


def faults_of(page: Page, views: tuple[View, ...] = VIEWS) -> list[str]:
    """Everything that is wrong with the page as it stands, in each of the views."""
    page.evaluate(AXE)
    found = list(_of_the_document(page))
    for view in views:
        view.of(page)
        where = f"{view.width} {view.scheme}"
        found += [f"{where}: {one}" for one in _of_axe(page, view)]
        found += [f"{where}: {one}" for one in _of_its_boxes(page, view)]
    found += [f"cut on paper: {one}" for one in _cut_on_paper(page)]
    NARROWEST.of(page)
    found += [f"{NARROWEST.width}: {one}" for one in _of_its_boxes(page, NARROWEST)]
    FIRST.of(page)
    return found


def _of_axe(page: Page, view: View) -> list[str]:
    """Asked again when it says something: a busy renderer may have left a colour of the last scheme
    in a corner of the page."""
    if view.rules is None:
        return []
    found = page.evaluate(RUN_AXE, view.rules)
    if found:
        page.evaluate(STYLED_ANEW)
        found = page.evaluate(RUN_AXE, view.rules)
    return found


def _touch(page: Page, on: bool) -> None:
    """What a style sheet asks for as `pointer: coarse`."""
    _wire(page).send("Emulation.setTouchEmulationEnabled", {"enabled": on, "maxTouchPoints": 1})


@lru_cache(maxsize=1)
def _wire(page: Page) -> CDPSession:
    """What was set by it ends with it."""
    return page.context.new_cdp_session(page)


def _cut_on_paper(page: Page) -> list[str]:
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    page.evaluate(SETTLED, [PAPER, "print"])
    page.evaluate(LAID_OUT_ANEW)
    cut: list[str] = page.evaluate(CUT) + (["the page itself"] if page.evaluate(TOO_WIDE) else [])
    page.emulate_media(media="screen")
    return cut


def _of_its_boxes(page: Page, view: View) -> Iterator[str]:
    if page.evaluate(TOO_WIDE):
        yield "wider than the window"
    for one in page.evaluate(SMALL, view.least):
        yield f"too small to hit: {one}"


def _of_the_document(page: Page) -> Iterator[str]:
    seen = page.evaluate(DOCUMENT)
    kept = seen["kept"].casefold()
    checks = (
        ("no language", not seen["lang"]),
        (f"{seen['headings']} headings of the first level", seen["headings"] != 1),
        (f"ids twice: {seen['twice']}", bool(seen["twice"])),
        ("a patient in title, address or storage", any(one in kept for one in NAMES)),
    )
    return (fault for fault, holds in checks if holds)
