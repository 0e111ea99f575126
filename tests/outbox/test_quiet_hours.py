"""Quiet hours end at a time that a clock on the wall shows, in nights of any length."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from outbox.choosing import after_quiet_hours
from outbox.models import Preference
from tenants.ids import uuid7

ZONE = "America/New_York"


def local(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(ZONE), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "ends"),
    [
        ((22, 7), local(2026, 11, 16, 23, 30), local(2026, 11, 17, 7)),
        ((22, 7), local(2026, 10, 31, 23, 30), local(2026, 11, 1, 7)),
        ((22, 7), local(2027, 3, 13, 23, 30), local(2027, 3, 14, 7)),
        ((0, 1.75), local(2026, 11, 1, 1, 30), local(2026, 11, 1, 1, 45)),
        ((0, 1.75), local(2026, 11, 1, 1, 30, fold=1), local(2026, 11, 1, 1, 45, fold=1)),
        ((0, 2.5), local(2027, 3, 14, 1, 30), local(2027, 3, 14, 3, 30)),
        ((22, 7), local(2026, 11, 17, 7), local(2026, 11, 17, 7)),
    ],
    ids=["any night", "autumn", "spring", "first time", "second time", "no such hour", "over"],
)
def test_a_notice_waits_until_the_quiet_hours_end_on_the_wall(hours, now, ends):
    begin, end = (round(hour * 60) for hour in hours)
    wish = Preference(practice_id=uuid7(), quiet_from=begin, quiet_until=end)
    assert after_quiet_hours(wish, ZONE, now) == ends
