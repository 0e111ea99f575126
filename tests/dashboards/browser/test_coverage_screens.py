"""Being out today: three taps on a phone, no script needed."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from escalation.models import Absence


def absence_of(elm) -> Absence:
    with elm.scoped(), transaction.atomic():
        return Absence.objects.get(member=elm.diaz)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_out_today_takes_three_taps_on_a_phone(elm_street, morning, desktop, script):
    page = desktop.sit_down(
        elm_street.diaz, width=390, height=844, has_touch=True, java_script_enabled=script
    )
    page.goto("/queue/")
    page.locator(".tabbar").get_by_role("link", name="More").tap()
    page.get_by_role("link", name=re.compile("m out today")).tap()
    page.get_by_role("button", name="Nora Quinn").tap()
    expect(page.get_by_text("You are out until midnight.")).to_be_visible()
    expect(page.get_by_text("Nora Quinn covers you")).to_be_visible()
    absence = absence_of(elm_street)
    assert absence.cover_id == elm_street.nora.pk
    page.get_by_role("button", name=re.compile("m back")).tap()
    expect(page.get_by_text("You are in: your work comes to you.")).to_be_visible()
    assert absence_of(elm_street).ends_at < absence.ends_at
