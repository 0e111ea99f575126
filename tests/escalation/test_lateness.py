"""What clocks and ladders say of a task is kept on the task, and follows them."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from charts.values import Severity
from escalation import lateness
from escalation import operations as escalation
from escalation.models import Clock, ClockKind
from routing import operations as routing
from routing.models import Task
from tests.escalation.conftest import MONDAY_TEN, person
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(elm):
    return bring(graded(Severity.ABNORMAL, at=MONDAY_TEN.hour), now=MONDAY_TEN)


def marks(task) -> tuple[bool, bool]:
    with transaction.atomic():
        held = Task.objects.get(pk=task.pk)
    return held.is_late, held.is_escalated


def close_by(task):
    with transaction.atomic():
        return Clock.objects.get(task=task, kind=ClockKind.CLOSE, ended_at=None).due_at


def test_time_alone_makes_a_task_late(elm, task, sweep):
    sweep(MONDAY_TEN)
    due = close_by(task)
    assert lateness.sweep(now=due - timedelta(seconds=1)) == 0
    assert marks(task)[0] is False
    assert lateness.sweep(now=due) == 1
    assert marks(task)[0] is True
    assert lateness.sweep(now=due + timedelta(seconds=15)) == 0


def test_what_a_standstill_missed_is_found_by_looking_back(elm, task, sweep):
    sweep(MONDAY_TEN)
    later = close_by(task) + timedelta(days=3)
    assert lateness.sweep(now=later) == 0
    assert lateness.look_back(now=later) == 1
    assert marks(task)[0] is True


def test_a_step_that_tells_somebody_escalates_it(elm, task, sweep):
    sweep(MONDAY_TEN)
    assert marks(task) == (False, False)
    sweep(close_by(task) + timedelta(days=1))
    assert marks(task) == (True, True)


def test_on_hold_its_time_stands_still_and_it_is_not_late(elm, task, sweep):
    sweep(MONDAY_TEN)
    late = close_by(task) + timedelta(minutes=1)
    lateness.sweep(now=late)
    routing.hold(task_id=task.pk, reason="sample is repeated",
                 recheck_date=date(2027, 3, 1), now=late, **person(elm.diaz))  # fmt: skip
    sweep(late)
    assert marks(task) == (False, False)


def test_more_time_makes_it_early_again(elm, task, sweep):
    sweep(MONDAY_TEN)
    late = close_by(task) + timedelta(minutes=1)
    lateness.sweep(now=late)
    with transaction.atomic():
        clock = Clock.objects.get(task=task, kind=ClockKind.CLOSE, ended_at=None)
    escalation.extend(clock_id=clock.pk, minutes=300, reason="waits for lab", now=late,
                      **person(elm.sam))  # fmt: skip
    sweep(late)
    assert marks(task)[0] is False


def test_a_task_that_was_closed_late_still_says_so(elm, task, sweep):
    sweep(MONDAY_TEN)
    late = close_by(task) + timedelta(minutes=1)
    lateness.sweep(now=late)
    routing.complete(task_id=task.pk, outcome="discussed", now=late, **person(elm.diaz))
    sweep(late)
    assert marks(task)[0] is True
