"""Whoever covers, and whoever is asked to swap, hears of it; no word says of whom."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from escalation import operations
from escalation.duty import begins
from outbox import linter
from outbox.models import Channel, Intent
from outbox.operations import prefer
from tests.dashboards.duty_scene import by, rotation
from tests.escalation.conftest import MONDAY_TEN, phone
from tests.people import admit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def told(member) -> list[str]:
    rows = Intent.objects.filter(member=member, channel=Channel.IN_APP, task=None)
    assert [one for one in rows if linter.lint(f"{one.subject} {one.body}")] == []
    return list(rows.order_by("created_at", "pk").values_list("template", flat=True))


def away(elm, cover):
    return operations.record_absence(
        member_id=elm.diaz.pk, cover_id=cover.pk if cover else None, begins_at=MONDAY_TEN + DAY,
        ends_at=MONDAY_TEN + 2 * DAY, **by(elm.diaz, MONDAY_TEN),
    )  # fmt: skip


@pytest.fixture
def eve(elm):
    return admit("Dr Eve Roth", Role.PHYSICIAN, now=MONDAY_TEN)


def test_a_cover_hears_that_they_are_named_changed_and_free_again(elm, eve):
    lee = admit("Dr Lee Park", Role.PHYSICIAN, now=MONDAY_TEN)
    absence = away(elm, eve)
    assert told(eve) == ["cover"]
    change = by(elm.diaz, MONDAY_TEN + timedelta(hours=1))
    operations.change_cover(absence_id=absence.pk, cover_id=lee.pk, **change)
    assert (told(eve), told(lee)) == (["cover", "cover-ended"], ["cover"])
    operations.change_cover(absence_id=absence.pk, cover_id=lee.pk, **change)
    assert told(lee) == ["cover"]
    operations.end_absence(absence_id=absence.pk, **by(elm.diaz, MONDAY_TEN + timedelta(hours=2)))
    assert told(lee) == ["cover", "cover-ended"]


def test_without_cover_nobody_is_told(elm, eve):
    away(elm, None)
    assert told(eve) == []


def test_it_waits_for_no_quiet_hour_in_the_product_and_for_its_end_on_a_phone(elm, eve):
    phone(eve)
    prefer(member=eve, quiet=(9 * 60, 11 * 60), notices=[Channel.SMS], bundle_minutes=0,
           digest=True, actor=by(eve, MONDAY_TEN)["actor"], now=MONDAY_TEN)  # fmt: skip
    away(elm, eve)
    text = Intent.objects.get(member=eve, channel=Channel.SMS)
    assert text.next_at == MONDAY_TEN + timedelta(hours=1)


def test_the_colleague_asked_for_a_swap_is_told_and_then_whoever_asked(elm):
    weekly = rotation(elm, MONDAY_TEN)
    swap = operations.ask_swap(
        rotation_id=weekly.pk, offered_at=begins(weekly, 2), wanted_at=begins(weekly, 3),
        **by(elm.diaz, MONDAY_TEN),
    )  # fmt: skip
    assert (told(elm.nora), told(elm.diaz)) == (["swap-asked"], [])
    operations.agree_to_swap(swap_id=swap.pk, **by(elm.nora, MONDAY_TEN))
    assert (told(elm.nora), told(elm.diaz)) == (["swap-asked"], ["swap-answered"])


def test_a_request_taken_back_is_no_answer(elm):
    weekly = rotation(elm, MONDAY_TEN)
    swap = operations.ask_swap(
        rotation_id=weekly.pk, offered_at=begins(weekly, 2), wanted_at=begins(weekly, 3),
        **by(elm.diaz, MONDAY_TEN),
    )  # fmt: skip
    operations.decline_swap(swap_id=swap.pk, **by(elm.diaz, MONDAY_TEN))
    assert told(elm.diaz) == []
