"""By when, in words: two clocks on rows and on the page of a task."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from audit.actors import Actor
from dashboards import due
from dashboards.due import Timer
from dashboards.queries import escalations, sources, worklist
from dashboards.queries.by_due import DuePlace
from dashboards.queries.desk import Desk
from dashboards.queries.sources import Place
from dashboards.words import Tone
from escalation import engine, starter
from routing import operations as routing
from routing.models import Task
from tests.dashboards.clinic import Report, arrive
from tests.escalation.conftest import phone
from tests.people import SETUP

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY_NINE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def said(kind="acknowledge", *, at, now=FRIDAY_NINE, aim=timedelta(minutes=15), paused=None):
    return due.spell(Timer(kind, at, aim, paused), zone=NEW_YORK, now=now)


def test_what_is_due_soon_says_its_hour_and_how_long_that_is():
    one = said(at=FRIDAY_NINE + timedelta(minutes=12))
    assert (one.by, one.state, one.words) == (
        "Acknowledge by 09:12",
        "in 12 min",
        "Acknowledge in 12 min",
    )


@pytest.mark.parametrize(
    ("kind", "words"), [("acknowledge", "Late to acknowledge 20 min"), ("close", "Overdue 20 min")]
)
def test_what_is_late_says_since_when_in_the_words_of_its_clock(kind, words):
    one = said(kind, at=FRIDAY_NINE - timedelta(minutes=20))
    assert (one.words, one.state, one.tone) == (words, "20 min late", Tone.LATE)


@pytest.mark.parametrize(
    ("at", "words", "by"),
    [
        (datetime(2026, 11, 20, 22, 0, tzinfo=UTC), "Close in 8 h", "17:00"),
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), "Close Mon 09:30", "Monday 09:30"),
        (datetime(2026, 11, 21, 14, 30, tzinfo=UTC), "Close Sat 09:30", "tomorrow 09:30"),
        (datetime(2026, 11, 30, 14, 30, tzinfo=UTC), "Close Nov 30", "Nov 30, 09:30"),
        (datetime(2027, 1, 4, 14, 30, tzinfo=UTC), "Close Jan 4, 2027", "Jan 4 2027, 09:30"),
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
    assert (one.words, one.tone, one.counts) == ("Close paused", Tone.PAUSED, False)
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
        long_ago = right_now - timedelta(days=500)
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=long_ago)
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
    assert row.dues.acknowledge.words in {"Acknowledge in 11 min", "Acknowledge in 12 min"}
    assert row.dues.close.words in {"Close in 56 min", "Close in 57 min"}
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
    assert row.dues.close is not None


def test_a_practice_without_a_policy_says_how_long_work_waits(elm_street, right_now, signed_in):
    with elm_street.scoped():
        critical(right_now, ago=90)
    page = signed_in(elm_street.diaz).get("/queue/").text
    assert ">Waiting</th>" in page
    assert ">Due</th>" not in page


def test_the_words_of_a_row_can_be_counted_down_without_a_reload(elm, right_now, signed_in):
    critical(right_now)
    sweep(right_now)
    page = signed_in(elm.diaz).get("/queue/").text
    assert 'data-left="Acknowledge in {}" data-late="Late to acknowledge {}" data-soon="' in page
    assert 'data-late="Overdue {}"' in page


def in_due_order(member, now, *, after=None):
    desk = Desk(member, now)
    parts = sources.mine(desk, sources.pools(member), "due")
    return worklist.in_due_order(desk, parts, after=after, back="")


def result(who, title, code, value, flag, now, *, ago, number):
    return arrive(Report(who, title, code, ago, [(code, value, flag)]), number, now=now)


def test_t19_overdue_tasks_stay_completable_and_undated_ones_are_sorted_last(
    elm, right_now, signed_in
):
    month = 60 * 24 * 40
    late = result(1, "Hemoglobin A1c", "4548-4", 9.4, "H", right_now, ago=month, number=1)
    soon = critical(right_now, number=2)
    later = result(2, "TSH", "3016-3", 7.8, "H", right_now, ago=0, number=3)
    sweep(right_now)
    # What came after the last sweep has no clock yet, however dangerous it is.
    undated = critical(right_now, number=4)
    titles = [UUID(row.id) for row in in_due_order(elm.diaz, right_now).rows]
    assert titles == [late.pk, soon.pk, later.pk, undated.pk]
    client = signed_in(elm.diaz)
    page = client.get("/queue/?view=due").text
    assert "Overdue first, then due soonest; undated last." in page
    done = client.post(f"/tasks/{late.pk}/complete/", {"outcome": "follow-up"})
    assert done.status_code == 302
    assert not Task.objects.get(pk=late.pk).is_open
    assert [UUID(row.id) for row in in_due_order(elm.diaz, right_now).rows] == titles[1:]


def test_pages_by_due_time_follow_each_other_without_gap_or_repeat(elm, right_now, monkeypatch):
    monkeypatch.setattr(worklist, "PAGE", 3)
    for number in range(8):
        result(1, "TSH", "3016-3", 7.8, "H", right_now, ago=number % 3, number=number)
    sweep(right_now)
    for number in range(8, 12):
        result(1, "TSH", "3016-3", 7.8, "H", right_now, ago=0, number=number)
    seen, after = [], None
    while True:
        found = in_due_order(elm.diaz, right_now, after=after)
        seen += [row.id for row in found.rows]
        if found.next_place is None:
            break
        text = str(found.next_place)
        after = DuePlace.read(text) or Place.read(text)
    assert len(seen) == len(set(seen)) == 12


@pytest.mark.parametrize("text", ["", "due_x_y", "due_2026-11-23T15:00:00_x", "0_1_2", "9" * 300])
def test_a_due_place_that_we_did_not_write_is_the_top_of_the_list(text):
    assert DuePlace.read(text) is None


def test_what_waits_has_no_due_time_and_comes_after_what_has(elm, right_now):
    held = result(1, "Hemoglobin A1c", "4548-4", 9.4, "H", right_now, ago=60, number=1)
    other = result(2, "TSH", "3016-3", 7.8, "H", right_now, ago=0, number=2)
    sweep(right_now)
    routing.hold(task_id=held.pk, member=elm.diaz, reason="Lab calls back", now=right_now,
                 recheck_date=right_now.date() + timedelta(days=2),
                 actor=Actor.person(elm.diaz))  # fmt: skip
    sweep(right_now)
    assert [UUID(row.id) for row in in_due_order(elm.diaz, right_now).rows] == [other.pk]
    desk = Desk(elm.diaz, right_now)
    waits = worklist.in_order(desk, sources.mine(desk, [], "hold"), after=None, back="").rows
    assert "paused" in waits[0].dues.close.words


def test_t20_counts_and_lists_know_no_window_of_time(elm, right_now, signed_in):
    for number, days in enumerate((8, 31, 95, 400)):  # beyond any weekend
        result(1, "TSH", "3016-3", 7.8, "H", right_now, ago=60 * 24 * days, number=number)
    sweep(right_now)
    desk = Desk(elm.diaz, right_now)
    assert worklist.counts(desk, sources.pools(elm.diaz))["mine"] == "4"
    assert len(rows(elm.diaz, right_now)) == 4
    assert len(in_due_order(elm.diaz, right_now).rows) == 4
    assert escalations.find(Desk(elm.sam, right_now)).total == 4
    assert "4 tasks" in signed_in(elm.diaz).get("/queue/").text
    (unclaimed,) = sources.counts([sources.team(desk, worklist.all_queues(), "owned", [elm.diaz])])
    assert unclaimed == 4
