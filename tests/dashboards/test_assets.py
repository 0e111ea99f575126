"""What the browser is sent: vendored files as published, budgets, no inline code, our words."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dashboards.browser import drawing

ROOT = Path(__file__).parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
VENDOR = STATIC / "vendor"
PAGES = sorted(TEMPLATES.rglob("*.html"))

NEVER_SAID = (
    "successfully", "oops", "sorry", "please", "resolve", "dismiss", "archive", "sign off",
    "click here",
)  # fmt: skip


def sums():
    lines = (VENDOR / "SHA256SUMS").read_text().split("\n")
    return dict(reversed(line.split("  ")) for line in lines if line)


def test_vendored_files_are_the_published_ones():
    for name, digest in sums().items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_every_vendored_file_is_summed_or_a_licence():
    files = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    kept = {name for name in files if not name.endswith(("LICENSE", "SHA256SUMS"))}
    assert kept == set(sums())


def test_the_pinned_htmx_is_the_vendored_one():
    pinned = json.loads((ROOT / "package.json").read_text())["dependencies"]["htmx.org"]
    assert f'"{pinned}"' in (VENDOR / "htmx" / "htmx.min.js").read_text()


def checked(*paths):
    checker = VENDOR / "htmx" / "upgrade_check.py"
    run = subprocess.run(
        [sys.executable, checker, *paths], capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr


def test_templates_and_script_speak_the_htmx_that_is_vendored():
    assert "Found 0 issue(s)" in checked(TEMPLATES, STATIC / "js")


def test_the_checker_finds_words_of_the_htmx_before(tmp_path):
    (tmp_path / "old.html").write_text(
        '<a hx-get="/x" hx-on="htmx:afterSwap: y()" hx-vars="a:1"></a>'
    )
    assert "Found 0 issue(s)" not in checked(tmp_path)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("css/app.css", 15_000),
        ("js/app.js", 8_000),
        ("icons.svg", 3_000),
        ("vendor/htmx/htmx.min.js", 15_000),
    ],
)
def test_files_stay_within_their_budgets(name, limit):
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= limit


def test_no_font_is_heavy():
    assert all(path.stat().st_size <= 60_000 for path in VENDOR.rglob("*.woff2"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_no_template_holds_code_or_style(page):
    text = page.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|hx-boost|js:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_posted_form_carries_its_token(page):
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page.read_text(), re.DOTALL):
        assert "csrf_token" in form or "csrf_input" in form


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_the_words_are_ours(page):
    text = words_of(page)
    for word in NEVER_SAID:
        assert word not in text, word
    assert "!" not in text
    assert not re.search(r"\d\d/\d\d/\d\d", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_button_says_what_it_does(page):
    for button in re.findall(r"<button.*?</button>", page.read_text(), re.DOTALL):
        said = " ".join(without_tags(button).split())
        assert not re.match(r"(ok|submit|yes)\b", said), said


def words_of(page):
    return without_tags(page.read_text())


def without_tags(text):
    """What people read: the words between the tags and those handed to be translated."""
    text = re.sub(r"""{%\s*translate\s+(["'])(.*?)\1.*?%}""", r" \2 ", text)
    text = re.sub(r"""{{[^}]*?_\((["'])(.*?)\1\).*?}}""", r" \2 ", text)
    return re.sub(r"{[%{#].*?[%}#]}|<[^>]*>", " ", text, flags=re.DOTALL).lower()


def test_the_script_evaluates_nothing():
    text = (STATIC / "js" / "app.js").read_text()
    assert not re.search(
        r"\beval\b|new Function|setAttribute\(.on|insertAdjacentHTML|document\.write", text
    )


def test_the_pictures_of_the_screens_are_those_that_their_page_lists():
    page = (drawing.FOLDER / "README.md").read_text()
    pictures = {path.name: path.stat().st_size for path in drawing.FOLDER.glob("*.png")}
    assert page == drawing.index()
    assert set(re.findall(r"\(([^)]+\.png)\)", page)) == set(pictures)
    assert sum(pictures.values()) < 16_000_000
