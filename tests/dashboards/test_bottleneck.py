"""The sentence that a manager reads first, in each of its forms."""

from datetime import date, timedelta

import pytest

from dashboards import plotting
from dashboards.bottleneck import Pile, Standing, days, first_pile, lead, median_days
from dashboards.queries.board_bars import step
from dashboards.slices import AGES, NOBODY, Slice, age_of

PATEL = Slice(category="result-review", severity="abnormal", owner="p", late="yes")
POOL = Slice(category="referral", owner=NOBODY, queue="q", late="yes")
TODAY = date(2026, 11, 20)


def pile(late, where="Dr Patel", slice_=PATEL, what="Abnormal results"):
    return Pile(late, what, where, slice_)


def standing(**more):
    return Standing(**{"open": 90, "late": 23, "came": 10, "closed": 10} | more)


def said(now) -> str:
    return "".join(phrase.words for phrase in lead(now))


IN_TIME = "Nothing is past its close-by time. 90 open."
GROWS = "The backlog grows: 42 more tasks came than were closed in the last 7 days; 90 are open."
STUCK = "Abnormal results are stuck with Dr Patel: 14 of the 23 late tasks"

FORMS = {
    "nothing open": (
        standing(open=0, late=0, came=0, closed=0), "Nothing is open."),
    "nothing open any more": (
        standing(open=0, late=0, closed=12),
        "Nothing is open. 12 tasks were closed in the last 7 days."),
    "nothing late": (
        standing(late=0), IN_TIME),
    "nothing late, but it grows": (
        standing(late=0, came=52),
        f"Nothing is past its close-by time. {GROWS}"),
    "one person": (
        standing(piles=[pile(14), pile(9, "Nora Quinn")], waits=(3, 0)),
        f"{STUCK}, median wait 3 d against under a day in the practice."),
    "one person has all of it": (
        standing(late=14, piles=[pile(14)]),
        "Abnormal results are stuck with Dr Patel: all 14 late tasks."),
    "a queue nobody works": (
        standing(piles=[pile(6), pile(17, "Care coordinators", POOL, "Referrals")]),
        "Referrals wait in Care coordinators and nobody has taken them: 17 of the 23 late tasks."),
    "one person with work of several kinds": (
        standing(piles=[pile(5), pile(4, what="Refills"), pile(5, "B")],
                 places=[pile(10, what="Tasks of several kinds", slice_=Slice(owner="p"))]),
        "Tasks of several kinds are stuck with Dr Patel: 10 of the 23 late tasks."),
    "a third with each of three": (
        standing(piles=[pile(5), pile(4, "B")], came=52,
                 places=[pile(8, what="Tasks of several kinds")]),
        GROWS),
    "growth": (
        standing(piles=[pile(5), pile(4, "B")], came=52),
        GROWS),
    "in no one place": (
        standing(piles=[pile(5), pile(4, "B")]),
        "23 tasks are past their close-by time, in no one place; the most, 5 with Dr Patel."),
    "a silent feed": (
        standing(late=0, silent="Quest lab silent 3 h"),
        f"{IN_TIME} Quest lab silent 3 h, so these counts may be low."),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_the_sentence(form):
    now, sentence = FORMS[form]
    assert said(now) == sentence


def test_its_numbers_lead_to_the_rows_they_count():
    phrases = lead(standing(piles=[pile(14)], base=Slice(location="l")))
    links = {phrase.words: phrase.slice for phrase in phrases if phrase.slice}
    assert links == {"14": PATEL, "23 late tasks": Slice(location="l", late="yes")}


def test_a_wait_that_is_no_longer_than_elsewhere_is_not_told():
    assert "median" not in said(standing(piles=[pile(14)], waits=(2, 2)))
    assert "median" not in said(standing(piles=[pile(14)], waits=(None, None)))


def test_of_two_piles_alike_the_one_nobody_took_comes_first():
    mine, nobodys = pile(5), pile(5, "Nurses", POOL)
    assert first_pile([mine, nobodys]) == first_pile([nobodys, mine]) == nobodys
    assert first_pile([]) is None


def test_the_median_day_is_that_of_half_the_tasks():
    by_day = {TODAY: 1, TODAY - timedelta(days=3): 5, TODAY - timedelta(days=20): 2}
    assert median_days(by_day, TODAY) == 3
    assert median_days({}, TODAY) is None
    assert (days(0), days(3)) == ("under a day", "3 d")


@pytest.mark.parametrize(
    ("ago", "code"),
    [(-1, "today"), (0, "today"), (1, "1-2"), (2, "1-2"), (3, "3-7"), (7, "3-7"), (8, "8-14"),
     (14, "8-14"), (15, "15"), (700, "15")],
)  # fmt: skip
def test_every_day_lies_in_one_span(ago, code):
    day = TODAY - timedelta(days=ago)
    assert age_of(day, TODAY).code == code
    assert sum(span.days(TODAY)[0] <= day <= span.days(TODAY)[1] for span in AGES) == 1


def test_heat_has_five_steps_and_shows_what_is_there():
    assert [step(n, 100) for n in (0, 1, 20, 21, 60, 99, 100)] == [0, 1, 1, 2, 3, 5, 5]
    assert step(0, 0) == 0


@pytest.mark.parametrize(("most", "top"), [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (999, 1000)])
def test_the_scale_of_the_chart_ends_at_a_round_number(most, top):
    assert plotting.ceiling(most) == top


def test_labels_at_the_ends_of_lines_lie_neither_on_each_other_nor_on_the_days():
    drawn = plotting.plot([[4, 0], [2, 0]], ["Nov 19", "Nov 20"])
    first, second = (line.label_y for line in drawn.lines)
    assert abs(first - second) >= plotting.APART
    assert max(first, second) <= drawn.base
    assert drawn.lines[0].points == "40,12 548,174"
