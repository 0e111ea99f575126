"""The charts of a patient and of a visit in a real browser: calm at each width, usable by hand."""

import os
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from charts import encounters
from charts.values import Code, ItemKind, ItemStatus, Severity, VisitType
from routing import closing, operations
from tests.dashboards.browser.looking import RULES, SMALL, TOO_WIDE
from tests.people import SETUP
from tests.reports import DIAZ, bring, graded, patient, potassium, report, result


@pytest.fixture
def visit(elm_street, right_now):
    """A visit of this morning with a critical result, a draft note, an order and a referral."""
    now = right_now - timedelta(hours=6)
    with elm_street.scoped(), transaction.atomic():
        operations.install_checklists(actor=SETUP, now=now)
        made = encounters.record_visit(
            patient(), source="ehr", number="V-1", status="finished", attending=DIAZ,
            visit_type=VisitType.OFFICE, started_at=now, location_code="ELM", actor=SETUP, now=now,
        )  # fmt: skip
        at_visit = {"encounter": "V-1", "issued_at": now}
        bring(
            report(ItemKind.DOCUMENT, ItemStatus.PRELIMINARY, author=DIAZ,
                   code=Code("11506-3", "Progress note"), **at_visit),
            report(ItemKind.ORDER, ItemStatus.ACTIVE, key="O-1", code=Code("TSH", "TSH order"),
                   **at_visit),
            report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", orderer=DIAZ,
                   code=Code("C", "Cardiology, palpitations on exertion"), **at_visit),
            result(ItemStatus.FINAL, potassium(6.8, Severity.CRITICAL, flags=("HH",)),
                   encounter="V-1", at=None),
            graded(Severity.NORMAL, key="L-2", at=None),
            now=now,
        )  # fmt: skip
        task = bring(graded(Severity.ABNORMAL, key="L-3", at=None), now=now)
        operations.complete(task_id=task.pk, member=elm_street.diaz, outcome="discussed",
                            actor=SETUP, now=now)  # fmt: skip
        closing.sweep_practice(elm_street.practice.pk, now=right_now)
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_each_chart_is_calm_at_each_width(desktop, elm_street, visit, scheme, width):
    page = desktop.sit_down(elm_street.sam, width=width, height=1400, color_scheme=scheme)
    addresses = {
        "patient": f"/patients/{visit.patient_id}/", "encounter": f"/encounters/{visit.pk}/",
        "checklists": "/checklists/", "checklist": "/checklists/office/",
    }  # fmt: skip
    axe, found = Axe(), []
    for name, address in addresses.items():
        page.goto(address)
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png", full_page=True)
        assert not page.evaluate(TOO_WIDE), name
        assert page.evaluate(SMALL) == [], name
        found += [(name, one["id"]) for one in axe.run(page, options=RULES).response["violations"]]
    assert found == []


def test_a_checklist_is_ticked_and_a_chart_closed_by_hand(desktop, elm_street, visit, right_now):
    with elm_street.scoped(), transaction.atomic():
        made = encounters.record_visit(
            patient("900002"), source="ehr", number="V-2", status="finished", attending=DIAZ,
            visit_type=VisitType.OTHER, started_at=right_now, actor=SETUP, now=right_now,
        )  # fmt: skip
        bring(
            report(ItemKind.DOCUMENT, ItemStatus.FINAL, key="D-2", encounter="V-2"),
            now=right_now, of=patient("900002"),
        )  # fmt: skip
    page = desktop.sit_down(elm_street.diaz, width=320, java_script_enabled=False)
    page.goto(f"/encounters/{made.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_text("1 line of its checklist is not done").wait_for()
    page.get_by_role("button", name=re.compile("Tick.*Charges dropped")).click()
    page.get_by_text("Nothing keeps this chart open.").wait_for()
    page.get_by_role("button", name="Close this chart").click()
    page.get_by_text("Closed Today").wait_for()
    page.get_by_role("button", name="Open this chart again").click()
    page.get_by_text("Open again since Today").wait_for()
