"""A location's day, frozen at its moments."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import ProgrammingError, transaction

from charts.values import Severity
from escalation.models import Calendar, Holiday
from metrics import freezing
from metrics.models import DayFact
from metrics.moments import Moment
from routing.models import Task
from tenants.models import Topic, Wake
from tests.metrics.conftest import at
from tests.reports import bring, graded
from tests.routing.doing import do

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 17)
COLUMNS = ("location_id", "day", "moment", "at", "open", "open_by", "came", "closed", "quarters",
           "actions")  # fmt: skip

Step = tuple[datetime, Callable[[], object]]


def story(elm) -> Iterator[Step]:
    """Monday begins the history. On Tuesday three results come; one is closed at eleven, one after
    hours. On Wednesday all that was known of Tuesday changes."""

    def come(key: str, severity: Severity, now: datetime) -> Step:
        return now, lambda: bring(graded(severity, key=key), now=now)

    def act(move: str, key: str, now: datetime, **more) -> Step:
        def run() -> None:
            do(move, Task.objects.get(item__key=key), elm.diaz, now, **more)

        return now, run

    yield come("L-0", Severity.ABNORMAL, at(16, 10))
    yield come("L-1", Severity.ABNORMAL, at(17, 8))
    yield come("L-2", Severity.ABNORMAL, at(17, 9))
    yield come("L-3", Severity.NORMAL, at(17, 10))
    yield act("complete", "L-1", at(17, 11), outcome="discussed")
    yield act("assign", "L-2", at(17, 19), to=elm.diaz)
    yield act("complete", "L-2", at(17, 19, 30), outcome="discussed")
    yield come("L-3", Severity.CRITICAL, at(18, 9))
    yield act("assign", "L-3", at(18, 9, 30), to=elm.diaz)
    yield act("reopen", "L-1", at(18, 10), reason="one more call")
    yield act("reopen", "L-2", at(18, 10), reason="one more call")


def live(elm, *, until: datetime, engine_runs: bool) -> None:
    """The story; an engine that runs sweeps at each hour."""
    steps, now = list(story(elm)), at(16, 9)
    while now <= until:
        for when, run in steps:
            if now <= when < now + timedelta(minutes=30):
                with elm.scoped():
                    run()
        if engine_runs:
            sweep(now + timedelta(minutes=29))
        now += timedelta(minutes=30)


def sweep(now: datetime) -> None:
    freezing.plan(now=now)
    while freezing.sweep(now=now):
        pass


def facts(elm, **by) -> list[tuple]:
    with elm.scoped(), transaction.atomic():
        rows = DayFact.objects.filter(**by).order_by("location_id", "day", "at", "moment")
        return list(rows.values_list(*COLUMNS))


def fact(elm, moment: Moment) -> DayFact:
    """Tuesday's, of the one place that the work is at."""
    with elm.scoped(), transaction.atomic():
        return DayFact.objects.get(day=TUESDAY, moment=moment, came__gt=0)


def test_each_moment_keeps_what_stood_then(elm):
    live(elm, until=at(18, 11), engine_runs=False)
    sweep(at(18, 12))
    close, night = fact(elm, Moment.END_OF_CLINIC), fact(elm, Moment.NEXT_OPENING)
    assert (close.open, close.came, close.closed) == (3, 3, 1)
    assert (night.open, night.came, night.closed) == (2, 3, 2)
    assert close.actions == {}
    assert night.actions == {str(elm.diaz.pk): 2}
    assert close.quarters == {"32": [1, 0], "36": [1, 0], "40": [1, 0], "44": [0, 1]}
    assert close.at == at(17, 17)
    assert [severity for _, severity, *_ in close.open_by].count("critical") == 0


def test_an_engine_that_was_down_writes_what_one_that_ran_has_written(elm):
    with transaction.atomic():
        live(elm, until=at(18, 11), engine_runs=True)
        on_time = facts(elm, day=TUESDAY)
        transaction.set_rollback(True)
    live(elm, until=at(18, 11), engine_runs=False)
    assert facts(elm) == []
    sweep(at(25, 12))
    assert facts(elm, day=TUESDAY) == on_time
    assert {row[2] for row in on_time} == set(Moment)


def test_a_frozen_day_is_written_once_and_never_changed(elm):
    live(elm, until=at(17, 20), engine_runs=True)
    before = facts(elm)
    with elm.scoped(), transaction.atomic():
        Wake.objects.filter(topic=Topic.DAY).delete()
    sweep(at(17, 20, 29))
    assert facts(elm) == before
    with elm.scoped(), pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        DayFact.objects.update(open=0)


def test_a_holiday_and_a_weekend_have_no_day(elm):
    with elm.scoped(), transaction.atomic():
        for held in Calendar.objects.all():
            Holiday.objects.create(calendar=held, day=date(2026, 11, 19), name="Founders",
                                   approved_by=elm.sam, approved_at=at(16, 9))  # fmt: skip
    live(elm, until=at(17, 20), engine_runs=False)
    sweep(at(24, 9))
    days = {row[1].day for row in facts(elm)}
    assert days == {17, 18, 20, 23}


def test_the_night_before_a_closed_day_lasts_until_the_next_opening(elm):
    live(elm, until=at(17, 20), engine_runs=False)
    sweep(at(23, 9))
    with elm.scoped(), transaction.atomic():
        friday = DayFact.objects.filter(day=date(2026, 11, 20), moment=Moment.NEXT_OPENING)
        assert {one.at for one in friday} == {datetime(2026, 11, 23, 13, tzinfo=UTC)}


def test_a_pass_with_nothing_due_asks_one_question(elm, django_assert_num_queries):
    live(elm, until=at(17, 20), engine_runs=True)
    with django_assert_num_queries(1):
        assert freezing.sweep(now=at(17, 21)) == 0
