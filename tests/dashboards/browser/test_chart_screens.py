"""The chart of a visit in a real browser: its checklist by hand, without scripts."""

import re
from datetime import timedelta

from django.db import transaction

from charts import encounters
from charts.values import ItemKind, ItemStatus, VisitType
from routing import operations
from tests.people import SETUP
from tests.reports import DIAZ, bring, patient, report


def test_a_checklist_is_ticked_and_a_chart_closed_by_hand(desktop, elm_street, right_now):
    with elm_street.scoped(), transaction.atomic():
        operations.install_checklists(actor=SETUP, now=right_now - timedelta(hours=6))
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
