"""The tester tells what the engine does, and every step of its reasoning adds up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.actors import Actor
from charts.values import Severity
from escalation import operations, policies
from escalation.calendar import Hours
from escalation.forecast import forecast
from escalation.ladder import Aim, Measure, Place
from escalation.models import Calendar, Clock
from escalation.reckoning import Teller, reckon
from routing.models import Queue, Task
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

OFFICE = ((480, 720), (780, 1020))
THANKSGIVING = date(2026, 11, 26)
PLACE = Place(Hours("America/New_York", (OFFICE,) * 5 + ((), ()), frozenset({THANKSGIVING})), {})
TELLER = Teller(PLACE, {THANKSGIVING: "Thanksgiving Day"})


def new_york(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("hour", [1, 13, 21])
def test_the_tester_says_what_the_engine_does(elm, sweep, severity, hour):
    issued = datetime(2026, 11, 17, hour, 30, tzinfo=UTC)
    task = bring(graded(severity, at=None), now=issued)
    Task.objects.filter(pk=task.pk).update(issued_at=issued)
    sweep(issued)
    task.refresh_from_db()
    told = forecast(policies.load(now=issued), task)
    held = {clock.kind: clock for clock in Clock.objects.filter(task=task)}
    assert {one.kind: one.due_at for one in told.clocks} == {
        kind: clock.due_at for kind, clock in held.items()
    }
    soonest = min(clock.next_at for clock in held.values() if clock.next_at)
    assert min(rung.at for rung in told.rungs) == max(soonest, issued)


def test_business_hours_are_told_stretch_by_stretch():
    told = reckon(Aim(270, Measure.BUSINESS), TELLER, new_york(25, 16, 30))
    assert told.due_at == new_york(27, 12)
    assert told.reasons == (
        "Issued Wed Nov 25, 16:30, in open hours.",
        "Wed Nov 25, 16:30 to 17:00: 30 min counted, 4 h left.",
        "Closed from 17:00: counting rests until Fri Nov 27, 08:00.",
        "Thu Nov 26 is a holiday: Thanksgiving Day.",
        "Fri Nov 27, 08:00 to 12:00: 4 h counted.",
    )


def test_working_days_leave_holidays_out():
    told = reckon(Aim(1, Measure.BUSINESS_DAYS), TELLER, new_york(25, 10))
    assert told.due_at == new_york(27, 10)
    assert "Thu Nov 26 is a holiday: Thanksgiving Day." in told.reasons
    assert told.reasons[1] == "The next working day is Fri Nov 27."
    ends = reckon(Aim(0, Measure.END_OF_BUSINESS_DAY), TELLER, new_york(26, 9))
    assert ends.due_at == new_york(27, 17)
    assert ends.reasons[0].endswith("counting begins Fri Nov 27, 08:00.")


def test_many_stretches_are_folded_and_none_is_lost():
    told = reckon(Aim(60 * 40, Measure.BUSINESS), TELLER, new_york(2, 8))
    assert told.due_at == new_york(6, 17)
    assert any("more stretches of open hours" in one for one in told.reasons)
    assert len(told.reasons) < 15


def test_a_change_of_hours_changes_what_the_tester_says(elm):
    nurses = Queue.objects.get(role="nurse")
    task = Task(queue=nurses, category="refill", priority="routine", location=elm.main,
                issued_at=new_york(20, 10))  # fmt: skip
    held = Calendar.objects.get(location=elm.main)
    before = forecast(policies.load(now=new_york(20, 10)), task)
    operations.approve_holiday(
        calendar_id=held.pk, day=date(2026, 11, 23), name="Staff day",
        actor=Actor.person(elm.sam), now=new_york(20, 10),
    )  # fmt: skip
    after = forecast(policies.load(now=new_york(20, 10)), task)
    assert after.clocks[0].due_at - before.clocks[0].due_at == timedelta(days=1)
    assert "Mon Nov 23 is a holiday: Staff day." in after.clocks[0].reasons
