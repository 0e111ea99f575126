"""When a referral is chased and for which fact: the built-in table, walked by the day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.cadence import Nudge, Row, turn, waiting
from referrals.cadences import ROUTINE, SOON, CadenceFault, built_in, kept, read
from referrals.lacking import Lack, View, lacks
from referrals.standing import Standing, standing
from referrals.states import VALUES, Axis, Closure
from referrals.works import WORKS, Work
from tests.referrals.test_standing import START, fact

DAY = 24 * 60
"""In minutes, as facts are told here."""


def walk(*facts, rows=ROUTINE, days=90, closed=None, pauses=False, hours=24):
    """What fires on which day, with these facts told in their time."""
    done, fired = set(), []
    for hour in range(0, days * 24, hours):
        now = START + timedelta(hours=hour)
        told = [one for one in facts if one.told_at <= now]
        view = View(standing(told), START, closed, now)
        found = turn(waiting(rows, view, done=done, pauses_booking=pauses), view)
        done |= {due.key for due in (*found.fires, *found.passed)}
        fired += [(hour // 24, due.row.name) for due in found.fires]
    return fired


def days(fired):
    return {name: day for day, name in fired}


SENT = fact("transmission", "sent", 1)
ACCEPTED = fact("acceptance", "accepted", 2 * DAY)


def booked(day, for_day):
    return fact("appointment", "booked", day * DAY,
                appointment_at=START + timedelta(days=for_day))  # fmt: skip


def test_where_nobody_says_anything_each_step_comes_once_on_its_day():
    assert walk(SENT) == [
        (1, "first-nudge"), (7, "second-nudge"), (7, "ask-specialist"), (14, "coordinate"),
        (30, "call-and-letter"), (60, "document"),
    ]  # fmt: skip


def test_what_was_not_sent_is_to_be_sent():
    assert days(walk())["send"] == 1


def test_a_booking_by_any_way_ends_the_patients_branch_and_not_the_specialists():
    fired = days(walk(SENT, booked(3, 20)))
    assert "second-nudge" not in fired
    assert "coordinate" not in fired
    assert (fired["reminder"], fired["attendance"], fired["document"]) == (18, 21, 60)
    assert "ask-specialist" not in fired  # who books says yes
    assert "ask-specialist" in days(walk(SENT))


def test_an_acceptance_ends_no_other_branch():
    fired = days(walk(SENT, ACCEPTED))
    assert "ask-specialist" not in fired
    assert {"second-nudge", "coordinate", "call-and-letter", "document"} <= set(fired)


def test_a_booking_without_a_date_is_asked_after():
    undated = fact("appointment", "booked", 3 * DAY)
    fired = days(walk(SENT, ACCEPTED, undated))
    assert (fired["date"], fired["seen-by-now"], fired["document"]) == (5, 33, 60)
    assert "reminder" not in fired
    assert "date" not in days(walk(SENT, ACCEPTED, undated, booked(4, 20)))


def test_who_missed_an_appointment_is_asked_again_from_that_day_on():
    missed = fact("attendance", "no-show", 20 * DAY)
    fired = days(walk(SENT, ACCEPTED, booked(3, 20), missed))
    assert (fired["nudge-again"], fired["rebook"], fired["call-again"]) == (21, 27, 41)
    assert "call-and-letter" not in fired
    again = days(walk(SENT, ACCEPTED, booked(3, 20), missed, booked(23, 40)))
    assert "rebook" not in again
    reminders = [day for day, name in walk(SENT, booked(3, 20), missed, booked(23, 40))
                 if name == "reminder"]  # fmt: skip
    assert reminders == [18, 38]


def test_a_report_that_does_not_come_after_the_visit_is_asked_for():
    fired = days(walk(SENT, booked(3, 10), fact("attendance", "seen", 10 * DAY)))
    assert (fired["report"], fired["document"]) == (24, 60)
    assert "attendance" not in fired


def test_after_a_late_visit_a_report_has_its_time_before_the_outcome_is_asked_for():
    late = [SENT, ACCEPTED, booked(40, 75)]
    seen = days(walk(*late, fact("attendance", "seen", 76 * DAY), days=120))
    assert (seen["report"], seen["document"]) == (90, 105)
    missed = days(walk(*late, fact("attendance", "no-show", 76 * DAY), days=120))
    assert (missed["rebook"], missed["call-again"], missed["document"]) == (83, 97, 105)
    cancelled = days(walk(*late, fact("appointment", "cancelled", 50 * DAY), days=120))
    assert cancelled["document"] == 60  # nothing is ahead that it could come after


def test_nobody_is_reminded_of_an_appointment_whose_time_has_come():
    told_late = days(walk(SENT, ACCEPTED, booked(20, 19)))
    assert "reminder" not in told_late
    assert told_late["attendance"] == 20


def test_whoever_misses_a_visit_after_everything_else_was_asked_is_not_forgotten():
    """The booking ended what the sixtieth day had asked for; that day does not come again."""
    missed = fact("attendance", "no-show", 76 * DAY)
    fired = walk(SENT, ACCEPTED, booked(62, 75), missed, days=150)
    assert [day for day, name in fired if name == "document"] == [60]
    assert [day for day, name in fired if name == "document-lost"] == [118]


@pytest.mark.parametrize(
    ("said", "row"),
    [
        (("acceptance", "declined"), "find-another"), (("acceptance", "question"), "answer"),
        (("authorization", "needed"), "authorize"), (("authorization", "denied"), "denied"),
    ],
)  # fmt: skip
def test_what_the_other_side_says_is_work_at_once(said, row):
    assert days(walk(SENT, fact(*said, 5 * DAY)))[row] == 5


def test_a_payer_who_waits_pauses_only_the_booking_and_only_where_that_is_wished():
    payer = [fact("authorization", "needed", 60), fact("authorization", "requested", DAY * 2)]
    fired = days(walk(SENT, *payer, pauses=True))
    assert not {"first-nudge", "second-nudge", "coordinate", "call-and-letter"} & set(fired)
    assert (fired["ask-specialist"], fired["ask-payer"], fired["document"]) == (7, 5, 60)
    assert days(walk(SENT, *payer))["first-nudge"] == 1
    approved = fact("authorization", "approved", 20 * DAY)
    fired = walk(SENT, *payer, approved, pauses=True)
    assert [row for row in fired if row[0] == 20] == [(20, "coordinate"), (20, "second-nudge")]


def test_after_a_long_silence_the_last_step_of_each_branch_is_enough():
    view = View(standing([SENT]), START, None, START + timedelta(days=90))
    found = turn(waiting(ROUTINE, view, done=set()), view)
    assert sorted(due.row.name for due in found.fires) == [
        "ask-specialist", "document", "second-nudge",
    ]  # fmt: skip
    assert {due.row.name for due in found.passed} == {"first-nudge", "coordinate",
                                                      "call-and-letter"}  # fmt: skip
    assert found.next_at is None


def test_a_closed_referral_asks_for_nothing_but_that_the_patient_be_told():
    report = fact("report", "received", DAY)
    assert walk(SENT, report, closed=Closure.REPORTED) == [(4, "tell-patient")]
    told = fact("told", "yes", 2 * DAY)
    assert walk(SENT, report, told, closed=Closure.REPORTED) == []
    assert walk(SENT, closed=Closure.PATIENT_DECLINED) == []


def test_an_urgent_one_is_chased_in_hours():
    fired = walk(SENT, rows=built_in("urgent"), hours=4)
    assert built_in("asap") == built_in("stat") == SOON
    assert [name for _, name in fired][:2] == ["first-nudge", "second-nudge"]
    assert days(fired)["coordinate"] == 2


def test_the_next_look_is_never_after_something_that_is_due_then():
    view = View(standing([SENT, booked(0, 20)]), START, None, START + timedelta(days=2))
    found = turn(waiting(ROUTINE, view, done=set()), view)
    assert found.next_at == START + timedelta(days=18)


def facts():
    """Any story, in any order."""
    told = st.sampled_from([(axis, value) for axis in Axis for value in VALUES[axis]])
    return st.lists(st.tuples(told, st.integers(0, 80 * DAY)), max_size=8)


@given(facts(), st.booleans())
def test_no_occasion_comes_twice_and_nothing_is_done_for_what_is_true(story, pause):
    told = [fact(axis, value.value, at, appointment_at=START + timedelta(minutes=at + 5 * DAY))
            for (axis, value), at in story]  # fmt: skip
    done: set[str] = set()
    for day in range(0, 100, 3):
        now = START + timedelta(days=day)
        view = View(standing([one for one in told if one.told_at <= now]), START, None, now)
        found = turn(waiting(ROUTINE, view, done=done, pauses_booking=pause), view)
        keys = [due.key for due in (*found.fires, *found.passed)]
        assert len(keys) == len(set(keys))
        assert not done & set(keys)
        assert all(lacks(due.row.tests, view) for due in found.fires)
        assert len({due.row.branch for due in found.fires}) == len(found.fires)
        assert found.next_at is None or found.next_at > now
        done |= set(keys)


@given(facts())
def test_an_open_loop_without_a_report_is_never_forgotten(story):
    """Whatever is told, somebody has been asked by the time all steps are over."""
    told = [fact(axis, value.value, at) for (axis, value), at in story if axis is not Axis.REPORT]
    now = START + timedelta(days=365)
    view = View(standing(told), START, None, now)
    assert turn(waiting(ROUTINE, view, done=set()), view).fires


def test_rows_are_kept_and_read_as_they_were():
    for rows in (ROUTINE, SOON):
        assert read(kept(rows)) == rows
        names = [row.name for row in rows]
        assert len(names) == len(set(names))


def changed(**more):
    return [{**kept(ROUTINE)[0], **more}]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (kept(ROUTINE)[:1] * 2, "same name"), (changed(tests="luck"), "no cadence knows"),
        (changed(does="pray"), "no cadence knows"), (changed(hours="soon"), "no cadence knows"),
        (changed(hours=-1), "a year"), (changed(hours=9000), "a year"),
        (changed(hours=float("inf")), "no cadence knows"),
        (changed(hours=float("nan")), "no cadence knows"), (changed(name=""), "short name"),
        (changed(name="a@b"), "short name"), ([{}], "no cadence knows"),
    ],
)  # fmt: skip
def test_what_is_no_cadence_is_refused_with_the_row(rows, says):
    with pytest.raises(CadenceFault, match=says):
        read(rows)


def test_each_work_of_the_cadence_is_about_what_its_row_tests():
    for row in ROUTINE:
        if isinstance(row.does, Work):
            assert WORKS[row.does].lack is row.tests


def test_every_lack_is_a_row_of_the_cadence():
    assert {row.tests for row in ROUTINE} == set(Lack)
    assert {row.does for row in ROUTINE if isinstance(row.does, Nudge)} == set(Nudge)


def test_nothing_lacks_of_an_empty_story_but_what_should():
    view = View(Standing(), START, None, datetime(2026, 12, 1, tzinfo=UTC))
    assert {lack for lack in Lack if lacks(lack, view)} == {Lack.SENT, Lack.ACCEPTED, Lack.BOOKED,
                                                            Lack.REPORTED}  # fmt: skip
    assert all(isinstance(row, Row) for row in ROUTINE)
