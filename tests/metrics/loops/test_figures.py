"""Cohorts, medians, leaks and scorecards against worlds that were counted by hand."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from metrics.loops import reading
from metrics.loops.cases import Case, Stop
from metrics.loops.figures import Fate, cohort, fate, leaks, of_period, steps
from metrics.loops.periods import Length, Period, last
from metrics.loops.scorecards import scorecards
from referrals.states import Closure
from tests.metrics.loops.world import closed, day, opened, reported, say, walked

ZONE = ZoneInfo("America/New_York")
Q1 = Period(date(2026, 1, 1), Length.QUARTER)
DEADLINE = Q1.deadline(ZONE)


def case(**more) -> Case:
    return Case(id=uuid4(), **({"ordered_at": day(2, 1), "sent_at": day(2, 2)} | more))


def test_periods_have_names_ends_and_neighbours():
    assert (Q1.name, Q1.moved(1).name, Q1.moved(-1).name) == ("2026-Q1", "2026-Q2", "2025-Q4")
    assert Q1.ends(ZONE).isoformat() == "2026-04-01T00:00:00-04:00"
    assert DEADLINE.isoformat() == "2026-07-01T00:00:00-04:00"
    assert Period.of(date(2026, 12, 31), Length.QUARTER).name == "2026-Q4"
    assert [one.name for one in last(3, Length.MONTH, today=date(2026, 1, 9))] == [
        "2025-11", "2025-12", "2026-01",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["2026-Q1", "2026-12", "2026"])
def test_a_period_is_read_by_its_name(name):
    assert Period.read(name).name == name


@pytest.mark.parametrize(
    "name",
    ["", "2026-Q5", "2026-13", "2026-0", "26-Q1", "x", "2026-1", "0000", "9999", "2026-Q\uff11"],
)
def test_no_other_name_is_one(name):
    assert Period.read(name) is None


@pytest.mark.parametrize(
    "more, now, expected",
    [
        ({}, day(6, 30), Fate.NOT_DUE),
        ({}, day(7, 1), Fate.OVERDUE),
        ({"reported_at": DEADLINE - timedelta(seconds=1)}, day(12, 1), Fate.BACK),
        ({"reported_at": DEADLINE}, day(12, 1), Fate.LATE),
        ({"closed_because": "patient-declined"}, day(3, 1), Fate.ENDED),
        ({"closed_because": "patient-declined", "reported_at": day(3, 1)}, day(9, 1), Fate.BACK),
        ({"closed_because": "withdrawn"}, day(9, 1), Fate.TAKEN_BACK),
        ({"closed_because": "duplicate", "sent_at": None}, day(9, 1), Fate.TAKEN_BACK),
        ({"sent_at": None}, day(9, 1), Fate.NOT_SENT),
        ({"sent_at": None, "booked_at": day(2, 3)}, day(9, 1), Fate.OVERDUE),
    ],
)
def test_each_referral_has_one_fate(more, now, expected):
    assert fate(case(**more), DEADLINE, now=now) is expected


def test_a_cohort_by_hand():
    """Ten sent in the first quarter: 4 back, 1 late, 2 ended, 3 open; one was never sent."""
    ten = [
        *(case(reported_at=day(3, number)) for number in range(1, 5)),
        case(reported_at=day(8, 1)),
        case(closed_because="patient-declined"), case(closed_because="unreachable"),
        case(), case(), case(accepted_at=day(2, 9)),
        case(sent_at=None), case(closed_because="withdrawn"),
        case(sent_at=day(4, 2)), case(ordered_at=day(1, 1, 3), sent_at=None),
    ]  # fmt: skip
    early = cohort(ten, Q1, ZONE, now=day(5, 1))
    assert (early.sent, early.is_over, early.of(Fate.NOT_DUE)) == (10, False, 3)
    assert (early.back, early.at_most) == (0.4, 0.7)
    over = cohort(ten, Q1, ZONE, now=day(7, 2))
    assert (over.is_over, over.of(Fate.OVERDUE), over.back, over.at_most) == (True, 3, 0.4, 0.4)
    assert (over.closed, over.of(Fate.NOT_SENT), over.of(Fate.TAKEN_BACK)) == (0.7, 1, 1)
    assert cohort([], Q1, ZONE, now=day(7, 2)).back is None


def test_midnight_of_the_practice_parts_quarters():
    before, after = case(sent_at=day(4, 1, 3)), case(sent_at=day(4, 1, 4))
    assert of_period([before, after], Q1, ZONE) == [before]


def test_medians_count_only_steps_whose_two_ends_are_known_and_in_order():
    walk = {"sent_at": day(2, 2), "accepted_at": day(2, 4), "booked_at": day(2, 5)}
    cases = [
        case(**walk), case(**(walk | {"accepted_at": day(2, 8)})),
        case(**(walk | {"accepted_at": day(2, 3)})), case(accepted_at=day(2, 1)),
        case(accepted_at=None), case(closed_because="withdrawn", accepted_at=day(2, 28)),
    ]  # fmt: skip
    found = steps(cases)
    assert (found["accepted"].days, found["accepted"].many) == (2, 3)
    assert (found["booked"].days, found["booked"].many) == (1.5, 2)
    assert (found["told"].days, found["told"].many) == (None, 0)


def test_leaks_count_each_lost_referral_at_one_place_and_none_that_is_not_due():
    cardio = [
        case(specialty="cardiology", sent_at=None), case(specialty="cardiology", is_declined=True),
        case(specialty="cardiology"), case(specialty="cardiology", booked_at=day(2, 3)),
        case(specialty="cardiology", seen_at=day(3, 1)),
        case(specialty="cardiology", reported_at=day(3, 1)),
        case(specialty="cardiology", is_missed=True, closed_because="patient-declined"),
    ]  # fmt: skip
    other = [case(specialty="neurology", reported_at=day(9, 1)), case(closed_because="duplicate")]
    rows = leaks([*cardio, *other], Q1, ZONE, now=day(7, 2))
    assert [(row.specialty, row.due, row.lost) for row in rows] == [
        ("cardiology", 7, 6), ("neurology", 1, 0),
    ]  # fmt: skip
    assert rows[0].stops == Counter(dict.fromkeys(Stop, 1))
    (early,) = leaks([*cardio], Q1, ZONE, now=day(5, 1))
    assert (early.due, early.lost) == (2, 1)


def test_a_scorecard_by_hand():
    hart = [
        case(specialist="Hart", accepted_at=day(2, 3), seen_at=day(2, 13), reported_at=day(2, 15),
             answered="yes"),
        case(specialist="Hart", accepted_at=day(2, 5), seen_at=day(2, 11), reported_at=day(2, 18),
             answered="no"),
        case(specialist="Hart", is_declined=True, decline_reason="no-capacity"),
        case(specialist="Hart", is_declined=True, decline_reason="no-capacity"),
        case(specialist="Hart", is_missed=True),
        case(specialist="Hart", sent_at=None), case(specialist="Hart", closed_because="withdrawn"),
        case(specialist="Ng", sent_at=None), case(),
    ]  # fmt: skip
    (card,) = scorecards(hart)
    assert (card.specialist, card.sent, card.is_few) == ("Hart", 5, True)
    assert (card.accept.days, card.accept.many) == (2, 2)
    assert (card.visit.days, card.report.days) == (8, 4.5)
    assert (card.reported, card.declined, card.missed) == (2, 2, 1)
    assert card.reasons == (("no-capacity", 2),)
    assert (card.asked, card.answered) == (2, 1)


INSTANTS = st.none() | st.datetimes(
    day(1, 1).replace(tzinfo=None), day(12, 30).replace(tzinfo=None)
)
CASES = st.lists(
    st.builds(
        lambda sent, reported, because, ordered: case(
            ordered_at=day(1, 5) + timedelta(days=ordered),
            sent_at=sent and sent.replace(tzinfo=ZONE),
            reported_at=reported and reported.replace(tzinfo=ZONE), closed_because=because,
        ),
        INSTANTS, INSTANTS, st.sampled_from(["", *Closure]), st.integers(0, 350),
    ),
    max_size=30,
)  # fmt: skip


@given(cases=CASES, at=st.integers(0, 400))
def test_every_referral_is_in_one_cohort_with_one_fate_and_shares_stay_shares(cases, at):
    now = day(1, 5) + timedelta(days=at)
    found = [cohort(cases, Q1.moved(n), ZONE, now=now) for n in range(4)]
    assert sum(one.counts.total() for one in found) == len(cases)
    for one in (each for each in found if each.sent):
        assert 0 <= one.back <= one.at_most <= 1
        assert not one.is_over or one.of(Fate.NOT_DUE) == 0
    for n in range(4):
        rows = leaks(cases, Q1.moved(n), ZONE, now=now)
        stopped = [one for one in of_period(cases, Q1.moved(n), ZONE) if one.stop]
        assert sum(row.lost for row in rows) <= len(stopped)
        assert all(row.lost <= row.due for row in rows)


@given(cases=CASES)
def test_more_reports_never_lower_a_cohort(cases):
    now = day(12, 31)
    before = cohort(cases, Q1, ZONE, now=now)
    sent = [one for one in cases if not one.is_taken_back and one.was_sent]
    better = [replace(one, reported_at=one.begun_at) if one in sent else one for one in cases]
    after = cohort(better, Q1, ZONE, now=now)
    assert after.sent == before.sent
    assert (after.back or 0) >= (before.back or 0)


@pytest.mark.django_db
def test_a_small_practice_by_real_operations(elm_street):
    """Sent in the first quarter: one whole, one declined by the patient, one silent."""
    with elm_street.scoped(), transaction.atomic():
        walked(day(1, 20))
        ended, silent = opened(day(2, 1), specialty="neurology"), opened(day(3, 1))
        for one in (ended, silent):
            say(one, "sent", one.ordered_at + timedelta(days=1))
        closed(ended, Closure.PATIENT_DECLINED, day(2, 20))
        opened(day(3, 5))
        late = opened(day(3, 30))
        say(late, "sent", day(4, 2))
        reported(late, day(4, 20))
        cases = reading.cases(day(1, 1), day(12, 1))
    first, second = (cohort(cases, one, ZONE, now=day(10, 2)) for one in (Q1, Q1.moved(1)))
    assert (first.sent, first.of(Fate.NOT_SENT), second.sent, second.back) == (3, 1, 1, 1.0)
    assert round(first.back, 2) == 0.33
    assert round(first.closed, 2) == 0.67
    took = steps(of_period(cases, Q1, ZONE))
    assert {name: one.days for name, one in took.items()} == {
        "sent": 1, "accepted": 2, "booked": 3, "seen": 10, "reported": 4, "told": 1, "whole": 20,
    }  # fmt: skip
    assert [one.many for one in took.values()] == [3, 1, 1, 1, 1, 1, 1]
    assert [(row.specialty, row.due, dict(row.stops)) for row in
            leaks(cases, Q1, ZONE, now=day(10, 2))] == [
        ("cardiology", 3, {Stop.NEVER_SENT: 1, Stop.NEVER_BOOKED: 1}),
        ("neurology", 1, {Stop.NEVER_BOOKED: 1}),
    ]  # fmt: skip
