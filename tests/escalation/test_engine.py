"""Clocks begin, pause and end with their tasks; ladders climb until somebody acts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import AuditEvent
from charts.values import Severity
from escalation import engine
from escalation.models import Clock, LadderStep, Policy, StepFired
from outbox.models import Channel, Contact, Intent
from routing import operations as routing
from routing.models import Task
from tenants import wake
from tenants.models import Topic, Wake
from tests.escalation.conftest import person
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
CRITICAL, ABNORMAL, _, NORMAL = Severity
ISSUED = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
NOW = ISSUED + MINUTE


def result(severity, *, key="L-1", now=NOW):
    return bring(graded(severity, key=key, at=ISSUED.hour), now=now)


def clocks(task) -> dict[str, Clock]:
    return {clock.kind: clock for clock in Clock.objects.filter(task=task, ended_at=None)}


def steps(task) -> list[tuple[int, int, str]]:
    rows = StepFired.objects.filter(clock__task=task).order_by("at", "step__position", "round")
    return list(rows.values_list("step__position", "round", "result"))


def test_targets_count_from_the_instant_the_result_was_issued(elm, sweep):
    task = result(CRITICAL)
    sweep(NOW)
    held = clocks(task)
    assert held["acknowledge"].due_at == ISSUED + 15 * MINUTE
    assert held["close"].due_at == ISSUED + 60 * MINUTE


def test_a_critical_result_is_counted_as_critical_whatever_its_rule_called_it(elm, sweep):
    task = result(CRITICAL)
    Task.objects.filter(pk=task.pk).update(priority="urgent")
    sweep(NOW)
    held = clocks(task)
    assert held["acknowledge"].due_at == ISSUED + 15 * MINUTE
    assert {clock.target.priority for clock in held.values()} == {"stat"}
    assert not held["close"].target.pauses


def test_a_normal_result_has_four_business_hours_and_no_clock_to_acknowledge(elm, sweep):
    task = result(NORMAL)
    sweep(NOW)
    held = clocks(task)
    assert set(held) == {"close"}
    assert held["close"].due_at == datetime(2026, 11, 16, 20, 0, tzinfo=UTC)  # lunch left out


def test_the_same_history_read_again_changes_nothing(elm, sweep):
    task = result(ABNORMAL)
    sweep(NOW)
    before = list(Clock.objects.values())
    wake.call(Topic.TASK, [(task.pk, NOW)] * 3)
    sweep(NOW)
    assert list(Clock.objects.values()) == before


def test_an_acknowledgement_ends_one_clock_and_a_close_the_other(elm, sweep):
    task = result(CRITICAL)
    sweep(NOW)
    routing.acknowledge(task_id=task.pk, now=NOW + MINUTE, **person(elm.diaz))
    sweep(NOW + MINUTE)
    assert set(clocks(task)) == {"close"}
    late = ISSUED + 61 * MINUTE
    routing.complete(task_id=task.pk, outcome="discussed", told="Patient", told_at=late, now=late,
                     **person(elm.diaz))  # fmt: skip
    sweep(late)
    ended = dict(Clock.objects.filter(task=task).values_list("kind", "end"))
    assert ended == {"acknowledge": "met", "close": "missed"}


def test_time_on_hold_is_given_back_whatever_changes_later(elm, sweep):
    task = result(ABNORMAL)
    sweep(NOW)
    assert clocks(task)["close"].due_at == datetime(2026, 11, 16, 17, 0, tzinfo=UTC)  # noon
    after_lunch = datetime(2026, 11, 16, 18, 30, tzinfo=UTC)
    routing.hold(task_id=task.pk, reason="waits for the patient", recheck_date=date(2026, 11, 17),
                 now=NOW, **person(elm.nora))  # fmt: skip
    sweep(NOW)
    assert clocks(task)["close"].next_at is None
    routing.resume(task_id=task.pk, now=NOW + 30 * MINUTE, **person(elm.nora))
    sweep(NOW + 30 * MINUTE)
    assert clocks(task)["close"].due_at == after_lunch
    routing.assign(task_id=task.pk, to=elm.diaz, now=NOW + 40 * MINUTE, **person(elm.nora))
    sweep(NOW + 40 * MINUTE)
    assert clocks(task)["close"].due_at == after_lunch


def test_critical_work_does_not_pause(elm, sweep):
    task = result(CRITICAL)
    sweep(NOW)
    routing.hold(task_id=task.pk, reason="waits", recheck_date=date(2026, 11, 17), now=NOW,
                 **person(elm.diaz))  # fmt: skip
    sweep(NOW)
    close = clocks(task)["close"]
    assert close.paused_since is None
    assert close.next_at is not None


def test_whoever_gets_it_anew_has_a_clock_of_their_own_to_acknowledge(elm, sweep):
    task = result(ABNORMAL)
    sweep(NOW)
    routing.acknowledge(task_id=task.pk, now=NOW, **person(elm.nora))
    sweep(NOW)
    later = NOW + 20 * MINUTE
    routing.assign(task_id=task.pk, to=elm.diaz, now=later, **person(elm.nora))
    sweep(later)
    assert clocks(task)["acknowledge"].begun_at == later


def test_giving_it_to_somebody_else_does_not_stop_a_clock_that_runs(elm, sweep):
    task = result(ABNORMAL)
    sweep(NOW)
    due = clocks(task)["acknowledge"].due_at
    routing.assign(task_id=task.pk, to=elm.diaz, now=NOW + 20 * MINUTE, **person(elm.nora))
    sweep(NOW + 20 * MINUTE)
    assert clocks(task)["acknowledge"].due_at == due


def test_a_critical_result_climbs_rung_by_rung_until_somebody_acknowledges(elm, sweep):
    task = result(CRITICAL)
    sweep(NOW)
    paged = Intent.objects.filter(task=task, channel=Channel.SMS)
    assert [one.member for one in paged] == [elm.diaz]
    sweep(ISSUED + 15 * MINUTE)
    assert elm.sam in [one.member for one in paged.all()]
    count = paged.count()
    routing.acknowledge(task_id=task.pk, now=ISSUED + 16 * MINUTE, **person(elm.diaz))
    sweep(ISSUED + 59 * MINUTE)
    assert paged.count() == count


def test_a_step_without_anybody_to_reach_is_skipped_and_the_next_one_fires_at_once(elm, sweep):
    Contact.objects.exclude(member=elm.sam).update(verified_at=None)
    task = result(CRITICAL)
    sweep(NOW)
    results = [row[2] for row in steps(task)]
    assert results.count("fired") >= 1
    assert "skipped" in results
    assert Intent.objects.filter(task=task, channel=Channel.SMS).get().member == elm.sam
    reasons = set(StepFired.objects.filter(result="skipped").values_list("reason", flat=True))
    assert "no verified contact that can ring" in reasons


def test_after_a_standstill_each_person_is_paged_once_and_not_by_every_step(elm, sweep):
    task = result(CRITICAL)
    sweep(ISSUED + 14 * MINUTE)
    rows = StepFired.objects.filter(clock__task=task, clock__kind="acknowledge")
    assert list(rows.order_by("step__position").values_list("step__receiver", "result")) == [
        ("owner", "fired"), ("orderer", "passed"), ("on-call", "skipped"), ("supervisor", "fired"),
    ]  # fmt: skip
    assert rows.get(result="passed").reason == "a later step paged them"
    paged = Intent.objects.filter(task=task, channel=Channel.SMS)
    assert sorted(one.member.name for one in paged) == sorted([elm.diaz.name, elm.sam.name])


def test_a_critical_result_that_comes_late_pages_whoever_can_judge_it(elm, sweep):
    late = ISSUED + 36 * MINUTE
    task = bring(graded(CRITICAL, at=ISSUED.hour), now=late)
    sweep(late)
    asked = Intent.objects.filter(task=task, channel=Channel.SMS, until="acknowledged")
    assert {one.member for one in asked} == {elm.diaz, elm.sam}
    sweep(late + 30 * MINUTE)
    assert asked.filter(member=elm.diaz).count() == 1, "no rung is climbed again"
    assert asked.filter(member=elm.sam).count() > 1


def test_notices_that_a_standstill_made_pointless_are_not_sent_after_it(elm, sweep):
    task = result(NORMAL)
    sweep(NOW)
    sweep(NOW + timedelta(days=10))
    rows = StepFired.objects.filter(clock__task=task, clock__kind="close")
    assert [row.step.receiver for row in rows.filter(result="fired")] == ["leads"]
    assert rows.filter(result="passed").count() == 2


def test_a_reminder_of_routine_work_waits_for_the_opening(elm, sweep):
    evening = datetime(2026, 11, 16, 21, 0, tzinfo=UTC)  # 16:00; an hour of it today
    task = bring(graded(NORMAL, at=21), now=evening)
    sweep(evening)
    for hour in range(22, 24):
        sweep(datetime(2026, 11, 16, hour, 30, tzinfo=UTC))
    assert steps(task) == []
    close = clocks(task)["close"]
    assert close.due_at == datetime(2026, 11, 17, 16, 0, tzinfo=UTC)
    sweep(close.next_at - MINUTE)
    assert steps(task) == []
    sweep(close.next_at)
    assert steps(task)[0][2] in ("fired", "skipped")


def test_a_clock_whose_policy_was_replaced_keeps_the_version_it_began_with(elm, sweep):
    from escalation import starter
    from tests.people import SETUP

    task = result(ABNORMAL)
    sweep(NOW)
    first = clocks(task)["close"].policy_id
    starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=NOW + MINUTE)
    routing.claim(task_id=task.pk, now=NOW + 2 * MINUTE, **person(elm.nora))
    sweep(NOW + 2 * MINUTE)
    assert clocks(task)["close"].policy_id == first


def test_a_row_that_fails_costs_itself_only(elm, sweep, caplog):
    bad, good = result(ABNORMAL, key="L-1"), result(ABNORMAL, key="L-2")
    sweep(NOW)
    bad_clock = clocks(bad)["acknowledge"]
    LadderStep.objects.filter(ladder=bad_clock.target.ladder, position=0).update(receiver="owner")
    Task.objects.filter(pk=bad.pk).update(location=None)
    from escalation.operations import firing

    real = firing.receivers

    def fails(step, task, roster):
        if task.pk == bad.pk:
            raise ValueError
        return real(step, task, roster)

    firing.receivers = fails
    try:
        sweep(ISSUED + 31 * MINUTE)
    finally:
        firing.receivers = real
    assert steps(good)
    assert not steps(bad)
    sweep(ISSUED + 33 * MINUTE)
    assert steps(bad)


def test_every_change_of_a_clock_and_every_step_is_audited(elm, sweep):
    task = result(CRITICAL)
    sweep(NOW)
    actions = set(
        AuditEvent.objects.filter(patient_id=task.patient_id).values_list("action", flat=True)
    )
    assert {"clock.begun", "step.fired"} <= actions


def wakes(topic) -> list:
    return list(Wake.objects.filter(topic=topic).values_list("about", "at"))


def test_what_falls_due_while_no_policy_is_in_force_is_kept_and_fires_under_the_next_one(
    elm, sweep
):
    task = result(CRITICAL)
    sweep(NOW)
    Policy.objects.update(effective_at=ISSUED + 60 * MINUTE)
    page = Intent.objects.filter(task=task, channel=Channel.SMS).first()
    for topic, about in ((Topic.TASK, task.pk), (Topic.UNREACHED, page.pk)):
        wake.call(topic, [(about, ISSUED + 20 * MINUTE)] * 3)
    held = {clock.pk for clock in clocks(task).values()}
    for minutes in range(20, 59):
        at = ISSUED + minutes * MINUTE
        sweep(at)
        engine.sweep_unreached(now=at)
        later = at + engine.RETRY_AFTER
        assert wakes(Topic.TASK) == [(task.pk, later)]
        assert wakes(Topic.UNREACHED) == [(page.pk, later)]
    assert {about for about, _ in wakes(Topic.CLOCK)} == held
    assert not StepFired.objects.filter(clock__task=task, at__gt=NOW).exists()
    sweep(ISSUED + 61 * MINUTE)
    assert StepFired.objects.filter(clock__task=task, result="fired", at__gt=NOW).exists()


def test_without_a_policy_nothing_is_looked_at_again_that_is_over(elm, sweep):
    task = result(CRITICAL)
    Policy.objects.update(effective_at=None)
    sweep(NOW)
    assert [about for about, _ in wakes(Topic.TASK)] == [task.pk]
    routing.complete(task_id=task.pk, outcome="discussed", told="Patient", told_at=NOW, now=NOW,
                     **person(elm.diaz))  # fmt: skip
    sweep(NOW + 2 * MINUTE)
    assert wakes(Topic.TASK) == []
