"""T1 to T5 and T7: clocks and ladders keep to the hours of a place."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from charts.values import Severity
from escalation import operations as escalation
from escalation import starter
from escalation.models import Calendar, Clock, Policy, StepFired, Target
from outbox.models import Intent, Urgency
from routing import operations as routing
from routing.models import Task
from tenants import wake
from tenants.models import Topic
from tests.escalation.conftest import person
from tests.people import SETUP
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, _, NORMAL = Severity
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")
TODAY = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK).astimezone(UTC)


def result(severity: Severity, issued: datetime, *, key: str = "L-1", now=None) -> Task:
    report = replace(graded(severity, key=key), issued_at=issued)
    return bring(report, now=now or issued)


def due(task: Task, kind: str = "close") -> datetime:
    return Clock.objects.get(task=task, kind=kind, ended_at=None).due_at


def fired(task: Task) -> list[tuple[int, datetime]]:
    rows = StepFired.objects.filter(clock__task=task, result="fired").order_by("at")
    return list(rows.values_list("step__position", "at"))


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        # Clocks go forward at 2:00: of 1:00 to 3:00 there is one hour, then three after the break.
        (local(2026, 3, 8, 1, 0), datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
        # Clocks go back at 2:00: of 1:00 to 3:00 there are three, then one after the break.
        (local(2026, 11, 1, 1, 0), datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        # On a plain Sunday, two and two.
        (local(2026, 11, 8, 1, 0), datetime(2026, 11, 8, 10, 30, tzinfo=UTC)),
    ],
)
def test_t1_hours_are_those_of_the_wall_clock_with_breaks_through_both_changes(
    elm, sweep, issued, expected
):
    night = [[60, 180], [210, 600]]
    Calendar.objects.update(week=[*starter.WEEK[:6], night])
    task = result(NORMAL, issued, now=TODAY)
    sweep(TODAY)
    assert due(task) == expected


def test_t2_what_comes_outside_of_hours_is_counted_from_the_next_opening(elm, sweep):
    saturday = local(2026, 11, 21, 12, 0)
    normal, abnormal = (
        result(NORMAL, saturday, key="N"), result(ABNORMAL, saturday, key="A")
    )  # fmt: skip
    sweep(saturday)
    assert due(normal) == local(2026, 11, 23, 12, 0)
    assert due(abnormal, "acknowledge") == local(2026, 11, 23, 8, 30)
    assert all(clock.due_at > saturday for clock in Clock.objects.all())


def test_t3_a_minute_before_closing_leaves_the_rest_for_the_next_working_day(elm, sweep):
    friday = local(2026, 11, 20, 16, 59)
    task = result(ABNORMAL, friday)
    for hours in range(64):
        sweep(min(friday + hours * HOUR, local(2026, 11, 23, 7, 59)))
    assert due(task, "acknowledge") == local(2026, 11, 23, 8, 29)
    assert due(task) == local(2026, 11, 23, 9, 59)
    assert fired(task) == []
    sweep(local(2026, 11, 23, 8, 19))
    assert fired(task) == [(0, local(2026, 11, 23, 8, 19))]


def test_t4_a_step_that_a_closed_window_put_off_fires_at_the_opening_exactly_once(elm, sweep):
    issued, opening = local(2026, 11, 16, 16, 30), local(2026, 11, 17, 8, 0)
    task = result(ABNORMAL, issued)
    sweep(issued)
    assert due(task, "acknowledge") == local(2026, 11, 16, 17, 0)
    sweep(local(2026, 11, 16, 16, 50))
    for hours in range(15):
        sweep(local(2026, 11, 16, 17, 0) + hours * HOUR - MINUTE * (hours == 14))
    assert [position for position, _ in fired(task)] == [0]
    for seconds in (0, 0, 1, 60):
        sweep(opening + timedelta(seconds=seconds))
    assert fired(task)[1:] == [(1, opening)]


def test_t5_pauses_are_kept_when_status_owner_priority_and_policy_change(elm, sweep):
    issued = local(2026, 11, 17, 8, 0)
    task = result(ABNORMAL, issued)
    sweep(issued)
    routing.hold(task_id=task.pk, reason="waits for the patient", recheck_date=date(2026, 11, 18),
                 now=issued, **person(elm.nora))  # fmt: skip
    sweep(issued)
    resumed = issued + 30 * MINUTE
    routing.resume(task_id=task.pk, now=resumed, **person(elm.nora))
    sweep(resumed)
    paused = due(task)
    assert paused == local(2026, 11, 17, 10, 30)
    routing.assign(task_id=task.pk, to=elm.diaz, now=resumed, **person(elm.nora))
    sweep(resumed)
    assert due(task) == paused
    Task.objects.filter(pk=task.pk).update(priority="routine")
    wake.call(Topic.TASK, [(task.pk, resumed)])
    sweep(resumed)
    assert due(task) == local(2026, 11, 17, 13, 30)  # four hours and the pause, without lunch
    Task.objects.filter(pk=task.pk).update(priority="urgent")
    wake.call(Topic.TASK, [(task.pk, resumed)])
    sweep(resumed)
    assert due(task) == paused
    starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=resumed)
    newest = Policy.objects.get(status="published")
    Target.objects.filter(policy=newest, priority="urgent").update(close_amount=180)
    escalation.rebase([task.pk], now=resumed, **person(elm.sam))
    assert due(task) == paused + HOUR


def test_t7_nothing_is_said_at_night_or_at_weekends_unless_the_step_says_so(elm, sweep):
    friday = local(2026, 11, 20, 16, 0)
    quiet = [result(NORMAL, friday, key="N"), result(ABNORMAL, friday, key="A")]
    critical = result(CRITICAL, friday + 8 * HOUR, key="C", now=friday)
    for half_hours in range(150):
        sweep(friday + half_hours * 30 * MINUTE)
    said = StepFired.objects.filter(clock__task__in=quiet, result="fired")
    assert said.count() >= 4
    for row in said:
        at = row.at.astimezone(NEW_YORK)
        assert at.weekday() < 5, row.step.position
        assert 8 * 60 <= at.hour * 60 + at.minute <= 18 * 60, row.step.position
    paged = Intent.objects.filter(task=critical, urgency=Urgency.PAGE)
    nights = {one.created_at.astimezone(NEW_YORK).date() for one in paged}
    assert {date(2026, 11, 21), date(2026, 11, 22)} <= nights
