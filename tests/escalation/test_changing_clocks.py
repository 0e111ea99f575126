"""More time, overrides and policies that come later: what people do to clocks, each audited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.permissions import PermissionRefused
from audit.models import AuditEvent
from charts.values import ItemStatus, Severity
from escalation import operations as escalation
from escalation import policies, starter
from escalation.models import Clock, Extension, LadderStep, Policy, StepFired
from escalation.operations import CannotExtend
from outbox.models import Channel, Intent
from routing import operations as routing
from routing.models import Task
from routing.operations import LostRace, OutcomeNeeded
from tenants import wake
from tenants.models import Topic
from tests.escalation.conftest import person, phone
from tests.people import SETUP
from tests.reports import bring, graded, potassium
from tests.reports import result as report_of

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, _, NORMAL = Severity
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ISSUED = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def result(severity: Severity, *, key: str = "L-1", now=ISSUED) -> Task:
    return bring(graded(severity, key=key, at=ISSUED.hour), now=now)


def running(task: Task, kind: str = "close") -> Clock:
    return Clock.objects.get(task=task, kind=kind, ended_at=None)


def extend(task: Task, by, minutes: int, now: datetime, *, kind="close", reason="waits for lab"):
    return escalation.extend(clock_id=running(task, kind).pk, minutes=minutes, reason=reason,
                             now=now, **person(by))  # fmt: skip


def fired(task: Task, kind: str = "close") -> list[tuple[int, int]]:
    rows = StepFired.objects.filter(clock__task=task, clock__kind=kind, result="fired")
    return list(rows.order_by("at").values_list("lap", "step__position"))


def test_more_time_counts_in_the_clocks_own_hours_and_begins_the_ladder_anew(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    due = running(task).due_at
    soon = due - 10 * MINUTE
    sweep(soon)
    assert fired(task) == [(0, 0)]
    # It is due at noon, when lunch begins: an hour more is an hour after lunch.
    assert extend(task, elm.sam, 60, soon).due_at == due + 2 * HOUR
    routing.assign(task_id=task.pk, to=elm.nora, now=soon, **person(elm.sam))
    sweep(due)
    assert running(task).due_at == due + 2 * HOUR
    sweep(due + 2 * HOUR - 10 * MINUTE)
    sweep(due + 2 * HOUR)
    assert fired(task) == [(0, 0), (1, 0), (1, 1)]
    logged = AuditEvent.objects.get(action="clock.extended")
    assert (logged.actor_name, logged.detail["minutes"]) == ("Sam Ortiz", 60)


def test_a_result_that_becomes_critical_climbs_the_other_ladder_from_its_first_rung(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    sweep(running(task).due_at - 10 * MINUTE)
    assert fired(task) == [(0, 0)]
    worse = running(task).due_at - 9 * MINUTE
    corrected = graded(CRITICAL, key="L-1", at=ISSUED.hour)
    bring(replace(corrected, status=ItemStatus.CORRECTED, issued_at=worse), now=worse)
    sweep(worse)
    sweep(worse + 2 * MINUTE)
    pages = StepFired.objects.filter(clock__task=task, result="fired", lap=1)
    assert pages.filter(step__action="page", step__position=0).exists()


def test_of_a_late_clock_more_time_counts_from_now(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    late = datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    sweep(late)
    assert extend(task, elm.diaz, 30, late).due_at == late + 30 * MINUTE
    assert extend(task, elm.diaz, 15, late).due_at == late + 45 * MINUTE
    assert Extension.objects.count() == 2


def test_more_time_is_refused_for_critical_work_without_a_reason_and_to_who_does_not_lead(
    elm, sweep
):
    critical, abnormal = result(CRITICAL, key="C"), result(ABNORMAL, key="A")
    sweep(ISSUED)
    before = list(Clock.objects.order_by("pk").values())
    with pytest.raises(CannotExtend, match="Critical work gets no more time"):
        extend(critical, elm.diaz, 10, ISSUED)
    with pytest.raises(CannotExtend, match="Say why"):
        extend(abnormal, elm.sam, 10, ISSUED, reason="  ")
    for minutes in (0, -5, 15 * 24 * 60):
        with pytest.raises(CannotExtend, match="at most fourteen days"):
            extend(abnormal, elm.sam, minutes, ISSUED)
    with pytest.raises(PermissionRefused):
        extend(abnormal, elm.nora, 10, ISSUED)
    clock_id = running(abnormal).pk
    routing.complete(task_id=abnormal.pk, outcome="discussed", now=ISSUED, **person(elm.diaz))
    sweep(ISSUED)
    with pytest.raises(CannotExtend, match="does not run any more"):
        escalation.extend(clock_id=clock_id, minutes=5, reason="late", now=ISSUED,
                          **person(elm.sam))  # fmt: skip
    assert list(Clock.objects.filter(task=critical).order_by("pk").values()) == [
        one for one in before if one["task_id"] == critical.pk
    ]
    assert not Extension.objects.exists()


def test_only_a_physician_closes_by_override_and_says_why(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    for member in (elm.nora, elm.sam, elm.max):
        with pytest.raises(PermissionRefused, match="Only a physician"):
            routing.force_close(task_id=task.pk, reason="no need", now=ISSUED, **person(member))
    with pytest.raises(OutcomeNeeded, match="Say why"):
        routing.force_close(task_id=task.pk, reason=" ", now=ISSUED, **person(elm.diaz))
    closed = routing.force_close(task_id=task.pk, reason="seen on paper", now=ISSUED,
                                 **person(elm.diaz))  # fmt: skip
    assert (closed.status, closed.outcome, closed.ended_by) == ("completed", "override", elm.diaz)
    sweep(ISSUED)
    assert set(Clock.objects.values_list("end", flat=True)) == {"met"}
    logged = AuditEvent.objects.filter(action__startswith="task.", entity_id=task.pk)
    assert logged.latest("at", "id").action == "task.force-close"
    with pytest.raises(LostRace):
        routing.force_close(task_id=task.pk, reason="again", now=ISSUED, **person(elm.diaz))


@pytest.mark.parametrize("what", ["critical", "partial"])
def test_an_override_of_what_is_critical_and_unseen_or_partial_takes_a_sentence(elm, what):
    if what == "critical":
        task = result(CRITICAL)
    else:
        partial = report_of(ItemStatus.PRELIMINARY, potassium(6.0, ABNORMAL), at=15)
        task = bring(partial, now=ISSUED)
    with pytest.raises(OutcomeNeeded, match="in a sentence"):
        routing.force_close(task_id=task.pk, reason="ok", now=ISSUED, **person(elm.diaz))
    reason = "Patient is in the hospital, told there by phone."
    assert not routing.force_close(task_id=task.pk, reason=reason, now=ISSUED,
                                   **person(elm.diaz)).is_open  # fmt: skip


def test_the_engine_asks_a_physician_for_an_override_and_never_closes_work(elm, sweep):
    phone(elm.diaz, channel=Channel.EMAIL)
    task = result(ABNORMAL)
    routing.assign(task_id=task.pk, to=elm.nora, now=ISSUED, **person(elm.diaz))
    for hours in range(60):
        sweep(ISSUED + hours * HOUR)
    asked = Intent.objects.filter(task=task, template="force-close")
    assert {one.member for one in asked} == {elm.diaz}
    assert Task.objects.get(pk=task.pk).is_open
    reassigned = AuditEvent.objects.filter(action="task.assign", entity_id=task.pk)
    assert reassigned.exists()
    step = StepFired.objects.get(clock__task=task, step__action="force-close")
    assert (step.result, step.step.anchor) == ("fired", "zero-task-hour")


def test_a_rung_that_asks_for_an_override_skips_whoever_is_no_physician(elm, sweep):
    LadderStep.objects.filter(action="force-close").update(receiver="owner")
    task = result(ABNORMAL)
    routing.assign(task_id=task.pk, to=elm.nora, now=ISSUED, **person(elm.diaz))
    LadderStep.objects.filter(action="reassign").update(receiver="member", member=elm.nora)
    for hours in range(12):
        sweep(ISSUED + hours * HOUR)
    step = StepFired.objects.get(clock__task=task, step__action="force-close")
    assert (step.result, step.reason) == ("skipped", "no physician to decide on an override")


def test_work_that_came_before_any_policy_gets_its_clocks_when_one_is_published(elm_street, sweep):
    with elm_street.scoped():
        tasks = [result(severity, key=severity) for severity in (CRITICAL, ABNORMAL, NORMAL)]
        sweep(ISSUED + HOUR)
        assert not Clock.objects.exists()
        later = ISSUED + 2 * HOUR
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=later)
        sweep(later)
        assert {clock.task_id for clock in Clock.objects.all()} == {task.pk for task in tasks}
        assert running(tasks[0]).due_at == ISSUED + HOUR
        assert StepFired.objects.filter(clock__task=tasks[0]).exists()


def test_a_policy_published_for_tomorrow_leaves_todays_in_force(elm, sweep):
    tomorrow = ISSUED + 24 * HOUR
    today = policies.load(now=ISSUED).policy
    newest = starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=tomorrow)
    Policy.objects.filter(pk=newest.pk).update(effective_at=tomorrow)
    early = result(NORMAL, key="E")
    sweep(ISSUED)
    assert running(early).policy == today
    late = result(NORMAL, key="L", now=tomorrow)
    sweep(tomorrow)
    assert (running(late).policy, running(early).policy) == (newest, today)


def test_a_clock_that_a_change_made_moot_runs_again_when_it_is_asked_for_again(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    due = running(task, "acknowledge").due_at
    for priority, runs in (("routine", False), ("urgent", True), ("routine", False)):
        Task.objects.filter(pk=task.pk).update(priority=priority)
        wake.call(Topic.TASK, [(task.pk, ISSUED)])
        sweep(ISSUED)
        assert Clock.objects.filter(task=task, kind="acknowledge", ended_at=None).exists() is runs
    assert Clock.objects.get(task=task, kind="acknowledge").due_at == due


def test_what_was_done_between_two_sweeps_is_counted_as_if_they_had_come_in_time(elm, sweep):
    quick, slow = result(ABNORMAL, key="Q"), result(ABNORMAL, key="S")
    for task in (quick, slow):
        if task == slow:
            sweep(ISSUED)
        routing.acknowledge(task_id=task.pk, now=ISSUED + MINUTE, **person(elm.nora))
        routing.assign(task_id=task.pk, to=elm.diaz, now=ISSUED + 2 * MINUTE, **person(elm.nora))
        routing.complete(task_id=task.pk, outcome="discussed", now=ISSUED + 40 * MINUTE,
                         **person(elm.diaz))  # fmt: skip
    sweep(ISSUED + HOUR)
    columns = ("kind", "since_version", "begun_at", "due_at", "ended_at", "end")
    ends = [sorted(Clock.objects.filter(task=task).values_list(*columns)) for task in (quick, slow)]
    assert ends[0] == ends[1]
    assert [row[-1] for row in ends[0]] == ["met", "missed", "met"]
