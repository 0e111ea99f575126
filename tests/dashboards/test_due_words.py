"""By when, in words: two clocks on rows and on the page of a task."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit.actors import Actor
from dashboards import due
from dashboards.due import Timer
from dashboards.queries import sources, worklist
from dashboards.queries.desk import Desk
from dashboards.words import Tone
from escalation import engine, starter
from routing import operations as routing
from tests.dashboards.clinic import Report, arrive
from tests.escalation.conftest import phone
from tests.people import SETUP

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY_NINE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MINUTES = {"critical": 12, "abnormal": 5}


def said(kind="acknowledge", *, at, now=FRIDAY_NINE, aim=timedelta(minutes=15), paused=None):
    return due.spell(Timer(kind, at, aim, paused), zone=NEW_YORK, now=now)


def test_what_is_due_soon_says_its_hour_and_how_long_that_is():
    one = said(at=FRIDAY_NINE + timedelta(minutes=12))
    assert (one.by, one.state, one.words) == ("Acknowledge by 09:12", "in 12 min", "12 min left")


@pytest.mark.parametrize(
    ("kind", "words"), [("acknowledge", "Late 20 min"), ("close", "Overdue 20 min")]
)
def test_what_is_late_says_since_when_in_the_words_of_its_clock(kind, words):
    one = said(kind, at=FRIDAY_NINE - timedelta(minutes=20))
    assert (one.words, one.state, one.tone) == (words, "20 min late", Tone.LATE)


@pytest.mark.parametrize(
    ("at", "words", "by"),
    [
        (datetime(2026, 11, 20, 22, 0, tzinfo=UTC), "8 h left", "17:00"),
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), "Mon 09:30", "Monday 09:30"),
        (datetime(2026, 11, 21, 14, 30, tzinfo=UTC), "Sat 09:30", "tomorrow 09:30"),
        (datetime(2026, 11, 30, 14, 30, tzinfo=UTC), "Nov 30", "Nov 30, 09:30"),
        (datetime(2027, 1, 4, 14, 30, tzinfo=UTC), "Jan 4, 2027", "Jan 4 2027, 09:30"),
        (datetime(2026, 11, 18, 22, 0, tzinfo=UTC), "Overdue 40 h", "Nov 18, 17:00"),
        (datetime(2026, 11, 19, 22, 0, tzinfo=UTC), "Overdue 16 h", "yesterday 17:00"),
    ],
)
def test_a_weekend_between_is_never_counted_in_hours(at, words, by):
    one = said("close", at=at, aim=timedelta(hours=4))
    assert (one.words, one.by) == (words, f"Close by {by}")


@pytest.mark.parametrize(
    ("left", "tone"), [(4, Tone.PLAIN), (3, Tone.SOON), (0, Tone.LATE), (-1, Tone.LATE)]
)
def test_the_last_quarter_is_soon_and_the_due_minute_is_late(left, tone):
    at = FRIDAY_NINE + timedelta(minutes=left)
    assert said(at=at, aim=timedelta(minutes=12)).tone is tone


def test_a_clock_that_stands_still_says_so_and_is_never_late():
    one = said("close", at=FRIDAY_NINE - timedelta(hours=1), paused=FRIDAY_NINE)
    assert (one.words, one.tone, one.counts) == ("Paused", Tone.PAUSED, False)
    assert "stands still" in one.state


def test_the_hour_is_that_of_the_place_on_both_sides_of_the_clock_change():
    before = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    assert said("close", at=datetime(2026, 11, 1, 5, 45, tzinfo=UTC), now=before).by.endswith(
        "01:45"
    )
    late = said("close", at=datetime(2026, 11, 1, 6, 15, tzinfo=UTC), now=before)
    assert late.by.endswith("01:15")
    assert late.exact.endswith("01:15 EST")


# ---- on the rows of a queue


@pytest.fixture
def elm(elm_street, right_now):
    """With the starter policy, and phones that can ring."""
    with elm_street.scoped():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=right_now)
        for member in (elm_street.diaz, elm_street.nora, elm_street.sam):
            phone(member, now=right_now)
        yield elm_street


def sweep(now):
    while engine.sweep_tasks(now=now) + engine.sweep_clocks(now=now):
        pass


def critical(now, *, ago=3, number=1):
    report = Report(0, "Potassium", "2823-3", ago, [("2823-3", 6.8, "HH")])
    return arrive(report, number, now=now)


def rows(member, now):
    desk = Desk(member, now)
    parts = sources.mine(desk, sources.pools(member), "mine")
    return worklist.in_order(desk, parts, after=None, back="").rows


def test_a_row_tells_both_clocks_and_the_rung_that_was_reached(elm, right_now):
    critical(right_now)
    sweep(right_now)
    (row,) = rows(elm.diaz, right_now)
    assert row.dues.acknowledge.words in {"11 min left", "12 min left"}
    assert row.dues.close.words in {"56 min left", "57 min left"}
    assert row.dues.rung == 1  # paged a minute after it was issued


def test_an_acknowledged_task_has_its_second_clock_only(elm, right_now):
    task = critical(right_now)
    sweep(right_now)
    routing.acknowledge(
        task_id=task.pk, member=elm.diaz, actor=Actor.person(elm.diaz), now=right_now
    )
    sweep(right_now + timedelta(seconds=1))
    (row,) = rows(elm.diaz, right_now + timedelta(seconds=2))
    assert row.dues.acknowledge is None
    assert row.acknowledged
    assert row.dues.close is not None


def test_a_practice_without_a_policy_says_how_long_work_waits(elm_street, right_now, signed_in):
    with elm_street.scoped():
        critical(right_now, ago=90)
    page = signed_in(elm_street.diaz).get("/queue/").text
    assert ">Waiting</th>" in page
    assert ">Acknowledge</th>" not in page


def test_the_words_of_a_row_can_be_counted_down_without_a_reload(elm, right_now, signed_in):
    critical(right_now)
    sweep(right_now)
    page = signed_in(elm.diaz).get("/queue/").text
    assert 'data-left="{} left" data-late="Late {}" data-soon="' in page
    assert 'data-late="Overdue {}"' in page
