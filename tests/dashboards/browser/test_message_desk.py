"""The IT person's work in the browser, counted; and a feed from nothing to its first message."""

import subprocess

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from integrations import intake
from integrations.models import Feed, InboundMessage, MessageState
from tests.dashboards.clinic import HL7, send
from tests.dashboards.test_messages import MENDED, set_aside

FOUR = 4


@pytest.fixture
def held(elm_street, right_now):
    """Three that an older release could not read, one that names nobody, one that is well."""
    with elm_street.scoped(), transaction.atomic():
        send(elm_street, HL7.format(control="700"), now=right_now)
        send(elm_street, HL7.format(control="709").replace("PID|", "ZID|"), now=right_now)
        again = HL7.format(control="700").replace("|700|P|", "|701|P|")
        return [
            set_aside(elm_street, text, now=right_now)
            for text in (again, HL7.format(control="702"), HL7.format(control="703"))
        ]


def test_a_message_is_found_by_its_accession_and_replayed_in_four_actions(
    elm_street, held, desktop
):
    """An action is a click, or a field filled and sent by Enter."""
    page, actions = desktop.sit_down(elm_street.ira), 0
    page.goto("/")
    page.get_by_label("Number of a message").fill("F702")
    page.keyboard.press("Enter")
    actions += 1  # 1: the accession, and Enter
    page.locator("tr[data-row] .cell-link").first.click()
    actions += 1  # 2: the message
    page.get_by_role("button", name="Test a replay").click()
    expect(page.get_by_text("1 will create a task.")).to_be_visible()
    actions += 1  # 3: what would it come to?
    page.get_by_role("button", name="Replay message").click()
    actions += 1  # 4: so be it
    expect(page.get_by_text("Replayed: it is processed now.")).to_be_visible()
    assert actions <= FOUR
    assert "F702" not in page.url
    with elm_street.scoped(), transaction.atomic():
        assert InboundMessage.objects.get(pk=held[1].pk).state == MessageState.PROCESSED


def test_a_new_feed_from_nothing_to_its_first_message(elm_street, desktop, live_server, tmp_path):
    """What the page shows is pasted into a shell as it stands."""
    page = desktop.sit_down(elm_street.ira)
    page.goto("/feeds/")
    page.get_by_role("link", name="Connect a feed").first.click()
    page.get_by_label("Name").fill("County lab")
    page.get_by_role("button", name="Make the feed").click()
    expect(page.get_by_text("Waiting for the first message")).to_be_visible()
    lines = [page.locator(f"#{part}").inner_text() for part in ("make", "send")]
    run = subprocess.run(
        ["bash", "-ec", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "MSA|AA|FIRST-" in run.stdout, run.stderr + run.stdout
    with elm_street.scoped(), transaction.atomic():
        feed = Feed.objects.get(name="County lab")
    expect(page.locator("#first")).to_contain_text("It is being read.")
    intake.sweep_practice(feed.practice_id, now=timezone.now())
    expect(page.locator("#first")).to_contain_text("marked as a test")
    page.get_by_role("link", name="Open the message").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ORU^R01")
    page.go_back()
    expect(page.locator("#secret")).to_have_count(0)


def test_keys_go_to_the_search_and_from_row_to_row(elm_street, held, desktop):
    page = desktop.sit_down(elm_street.ira)
    page.goto("/messages/?view=quarantined")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == first
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jk/")
    expect(page.locator("#q")).to_have_value("jk/")
    page.goto("/messages/?view=quarantined")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")


def test_a_field_marks_itself_on_the_other_side(elm_street, held, desktop):
    page = desktop.sit_down(elm_street.ira)
    page.goto(f"/messages/{held[1].pk}/")
    page.get_by_role("button", name="Open the message").click()
    raw = page.locator("ol.raw a", has_text="MARTIN^CLAIRE")
    raw.hover()
    expect(page.locator(".pf.is-pair")).to_contain_text("PID-5")
    expect(raw).to_have_attribute("data-name", "PID-5 Patient Name")
    assert page.locator("ol.raw a[tabindex='0']").count() == 1
    page.locator("ol.raw a[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("ol.raw a:focus")).to_have_attribute(
        "data-name", "PID-3 Patient Identifier List"
    )
    expect(page.locator(".pf.is-pair")).to_contain_text("508790")
    page.locator(".pf", has_text="PID-7").hover()
    expect(page.locator("ol.raw a.is-pair")).to_have_text("19700811")


def test_without_scripts_a_group_is_tried_and_replayed(elm_street, held, desktop):
    page = desktop.sit_down(elm_street.ira, java_script_enabled=False)
    page.goto("/messages/")
    page.get_by_role("link", name=MENDED.capitalize()).click()
    page.get_by_role("button", name="Test a replay of 3 messages").click()
    said = "2 will create tasks, 1 exists and is skipped."
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("button", name="Replay 3 messages").click()
    expect(page.get_by_text("2 created tasks, 1 existed and was skipped.")).to_be_visible()
    page.goto(f"/messages/{held[1].pk}/")
    page.get_by_role("button", name="Open the message").click()
    page.locator("ol.raw a", has_text="MARTIN^CLAIRE").click()
    assert page.url.endswith("#p-2-5")
