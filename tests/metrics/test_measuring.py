"""CMS50 over the practice's own rows, and why each referral counts or not: counted by hand."""

import json
from collections import Counter
from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from audit.models import AuditEvent
from charts.encounters import record_visit
from charts.values import VisitType
from metrics import measuring, operations
from metrics.measures import editions
from metrics.measures.codes import from_table
from metrics.measures.dates import Days
from metrics.measuring import Why
from metrics.models import LoadedValueSet, ReferralTarget
from metrics.resources import OFFICE, OwnCodes
from referrals.states import Closure
from tests.metrics.loops.world import CORA, closed, day, opened, reported, say
from tests.metrics.measures.cases import CODES, GOLDEN
from tests.reports import patient

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("America/New_York")
YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))
OWN = OwnCodes.of(CODES, {})
NOW = day(12, 31)
TABLE = (GOLDEN / "codes.tsv").read_text()


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped(), transaction.atomic():
        yield elm_street


def seen(number: str, at, *, kind=VisitType.OFFICE, ended=True, status="finished", **more) -> None:
    record_visit(
        patient(number, **more), source="elm-ehr", number=f"V-{number}-{at:%m%d}", status=status,
        visit_type=kind, started_at=at, ended_at=at if ended else None, actor=CORA, now=at,
    )  # fmt: skip


def found(period=YEAR, codes=OWN):
    cases = measuring.cases_of(period, ZONE, now=NOW)
    return measuring.measured(codes, period, ZONE, cases)


def a_year() -> None:
    """Six patients; what each of their referrals comes to is in the list that the test asks for."""
    for number in ("1", "2", "3", "4", "5"):
        seen(number, day(2, 2))
    back = opened(day(2, 3), of="1")
    reported(back, day(3, 3))
    second = opened(day(4, 1), of="1")
    reported(second, day(5, 1))
    declined = opened(day(2, 4), of="2")
    say(declined, "sent", day(2, 5))
    closed(declined, Closure.PATIENT_DECLINED, day(2, 20))
    opened(day(2, 5), of="3")
    opened(day(11, 2), of="4")
    taken_back = opened(day(2, 6), of="5")
    closed(taken_back, Closure.WITHDRAWN, day(2, 7))
    unseen = opened(day(2, 6), of="6")
    reported(unseen, day(2, 20))


def test_a_year_by_hand(elm):
    a_year()
    one = found()
    assert (one.denominator, one.numerator) == (3, 1)
    assert one.why == Counter({
        Why.REPORTED: 1, Why.NOT_FIRST: 1, Why.ENDED: 1, Why.OPEN: 1, Why.TOO_LATE_IN_YEAR: 1,
        Why.NOT_SEEN: 1,
    })  # fmt: skip
    assert sum(one.why[each] for each in measuring.IN_DENOMINATOR) == one.denominator
    assert one.closed == 4


def test_a_report_after_the_year_counts_as_none_though_the_loop_is_closed(elm):
    seen("1", day(2, 2))
    one = opened(day(10, 30), of="1")
    reported(one, day(1, 4, year=2027))
    cases = measuring.cases_of(YEAR, ZONE, now=day(2, 1, year=2027))
    late = measuring.measured(OWN, YEAR, ZONE, cases)
    assert (late.denominator, late.numerator, late.closed) == (1, 0, 1)
    assert late.why == {Why.AFTERWARDS: 1}


def test_a_referral_of_october_that_was_sent_in_the_next_year_is_one_of_october(elm):
    seen("1", day(2, 2))
    one = opened(day(10, 30), of="1")
    say(one, "sent", day(1, 4, year=2027))
    cases = measuring.cases_of(YEAR, ZONE, now=day(2, 1, year=2027))
    assert measuring.measured(OWN, YEAR, ZONE, cases).why == {Why.OPEN: 1}


@pytest.mark.parametrize(
    "visit, counts",
    [
        ({}, True),
        ({"kind": VisitType.WELLNESS}, True),
        ({"kind": VisitType.WELLNESS, "born": date(2015, 2, 2)}, True),
        ({"kind": VisitType.WELLNESS, "born": None}, True),
        ({"ended": False}, True),
        ({"kind": VisitType.TELEHEALTH}, False),
        ({"kind": VisitType.PROCEDURE}, False),
        ({"kind": VisitType.OTHER}, False),
        ({"status": "in-progress"}, False),
        ({"status": "cancelled"}, False),
    ],
)
def test_which_visits_count(elm, visit, counts):
    seen("1", day(2, 2), **visit)
    opened(day(2, 3), of="1")
    assert found().denominator == counts


@pytest.mark.parametrize(
    "at, counts",
    [(day(1, 1, 4), False), (day(1, 1, 6), True), (day(12, 31, 23), True),
     (day(1, 1, 6, year=2027), False)],
)  # fmt: skip
def test_a_visit_at_the_edge_of_the_year_is_in_the_year_of_the_practices_clock(elm, at, counts):
    seen("1", at)
    opened(day(2, 3), of="1")
    assert found().denominator == counts


def test_our_own_resources_bear_the_codes_that_the_practice_chose(elm, now):
    rows = list(from_table(TABLE))
    operations.load_value_sets(rows=rows, actor=CORA, now=now)
    extra = (editions.CONSULTANT_REPORT, ("https://codes.example.test", "aaa"))
    operations.load_value_sets(rows=[*rows, extra], actor=CORA, now=now)
    seen("1", day(2, 2))
    reported(opened(day(2, 3), of="1"), day(3, 3))

    def task_code():
        codes = measuring.loaded()
        cases = {one.id: one for one in measuring.cases_of(YEAR, ZONE, now=NOW)}
        (record,) = measuring.records(codes, YEAR, ZONE, cases)
        assert found(codes=codes).numerator == 1
        return record.of("Task")[0].resource["code"]["coding"][0]["code"]

    assert task_code() == "aaa"
    chosen = ("https://codes.example.test", "what-i-found")
    operations.choose_code(value_set=editions.CONSULTANT_REPORT, coding=chosen, actor=CORA, now=now)
    assert task_code() == "what-i-found"
    operations.load_value_sets(rows=rows, actor=CORA, now=now)
    assert task_code() == "what-i-found"
    given = (editions.CONSULTANT_REPORT, ("http://loinc.org", "11488-4"))
    operations.load_value_sets(rows=[*rows, given], actor=CORA, now=now)
    assert task_code() == "11488-4"


def test_loading_and_choosing_are_audited_and_refuse_what_is_not_there(elm, now):
    with pytest.raises(operations.NotLoaded, match="names no code"):
        operations.load_value_sets(rows=[], actor=CORA, now=now)
    with pytest.raises(operations.NotChosen):
        operations.choose_code(value_set=OFFICE, coding=("x", "y"), actor=CORA, now=now)
    operations.load_value_sets(rows=[(OFFICE, ("x", "y"))], actor=CORA, now=now)
    with pytest.raises(operations.NotChosen):
        operations.choose_code(value_set=OFFICE, coding=("x", "z"), actor=CORA, now=now)
    operations.choose_code(value_set=OFFICE, coding=("x", "y"), actor=CORA, now=now)
    operations.choose_code(value_set=OFFICE, coding=("x", "y"), actor=CORA, now=now)
    assert LoadedValueSet.objects.get().url == "2.16.840.1.113883.3.464.1003.101.12.1001"
    actions = AuditEvent.objects.filter(action__startswith="measure.").order_by("at")
    assert [one.action for one in actions] == ["measure.codes-loaded", "measure.code-chosen"]


def test_a_target_is_a_percentage(elm, now):
    for wrong in (0, 101, -3):
        with pytest.raises(operations.NoTarget):
            operations.set_target(percent=wrong, actor=CORA, now=now)
    for percent in (70, 80):
        operations.set_target(percent=percent, actor=CORA, now=now)
    assert ReferralTarget.objects.get().percent == 80


def ask(*more, **options):
    out, said = StringIO(), StringIO()
    call_command("measure", "cms50", "--start", "2026-01-01", "--end", "2026-12-31", *more,
                 stdout=out, stderr=said, **options)  # fmt: skip
    return json.loads(out.getvalue()), said.getvalue()


def counts(report) -> list[int]:
    return [one["count"] for one in report["group"][0]["population"]]


def test_the_command_measures_a_practice(elm):
    a_year()
    codes = ("--codes", str(GOLDEN / "codes.tsv"))
    slug = elm.practice.slug
    report, _ = ask("--practice", slug, *codes)
    assert counts(report) == [3, 3, 1]
    bundle, _ = ask("--practice", slug, "--type", "individual", *codes)
    each = [counts(one["resource"]) for one in bundle["entry"]]
    assert sorted(each) == [[0, 0, 0]] * 3 + [[1, 1, 0]] * 2 + [[1, 1, 1]]
    operations.load_value_sets(rows=from_table(TABLE), actor=CORA, now=NOW)
    assert counts(ask("--practice", slug)[0]) == [3, 3, 1]


def test_the_command_refuses_what_it_cannot_measure(elm):
    slug = elm.practice.slug
    for more, says in (
        (["--practice", "nobody"], "No practice has this slug"),
        (["--practice", slug], "The codes lack what the measure needs"),
        (["--practice", slug, "--codes", "nowhere.tsv"], "cannot be read"),
        (["--bundle", str(GOLDEN / "practice.json")], "give --codes"),
        ([], "one of the arguments --bundle --practice is required"),
    ):
        with pytest.raises(CommandError, match=says):
            ask(*more)
