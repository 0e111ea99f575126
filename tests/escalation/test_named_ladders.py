"""T9, T11, T12, T15 and T17: ladders, whatever happens on them."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import AuditEvent
from charts.values import Priority, Severity
from escalation import operations as escalation
from escalation import policies, starter
from escalation.models import Absence, Clock, LadderStep, Policy, StepFired, Target
from outbox.models import Channel, Contact, Intent, Urgency
from routing import operations as routing
from routing.categories import Category
from routing.models import Task
from tests.escalation.conftest import person
from tests.people import SETUP
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, _, NORMAL = Severity
MINUTE = timedelta(minutes=1)
ISSUED = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def result(severity: Severity, *, key: str = "L-1") -> Task:
    return bring(graded(severity, key=key, at=ISSUED.hour), now=ISSUED)


def running(task: Task, kind: str = "close") -> Clock:
    return Clock.objects.get(task=task, kind=kind, ended_at=None)


def publish_with(now: datetime, **changes) -> Policy:
    """The next version of the starter policy, its urgent targets changed."""
    policy = starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=now)
    Target.objects.filter(policy=policy, priority=Priority.URGENT).update(**changes)
    return policy


def test_t9_a_clock_keeps_its_version_until_a_person_moves_it_and_that_is_logged(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    first, due = running(task).policy, running(task).due_at
    later = ISSUED + 5 * MINUTE
    newest = publish_with(later, close_amount=600, lapse_minutes=None)
    routing.acknowledge(task_id=task.pk, now=later, **person(elm.nora))
    routing.assign(task_id=task.pk, to=elm.diaz, now=later, **person(elm.nora))
    sweep(later)
    assert (running(task).policy, running(task).due_at) == (first, due)
    assert running(task, "acknowledge").policy == first
    assert escalation.rebase([task.pk], now=later, **person(elm.sam)) == 2
    sweep(later)
    assert running(task).policy == newest
    assert running(task).due_at > due
    assert escalation.rebase([task.pk], now=later, **person(elm.sam)) == 0
    logged = AuditEvent.objects.filter(action="clock.rebased")
    assert [row.detail for row in logged] == [{"from": 1, "to": 2}] * 2
    assert {row.actor_name for row in logged} == {"Sam Ortiz"}


def test_t11_a_task_that_was_claimed_and_not_started_goes_back_to_the_pool(elm, sweep):
    task = result(ABNORMAL)
    sweep(ISSUED)
    due = running(task, "acknowledge").due_at
    routing.assign(task_id=task.pk, to=elm.nora, now=ISSUED, **person(elm.diaz))
    routing.claim(task_id=task.pk, now=due - 5 * MINUTE, **person(elm.nora))
    sweep(due - MINUTE)
    assert Task.objects.get(pk=task.pk).claimed_by == elm.nora
    sweep(due)
    held = Task.objects.get(pk=task.pk)
    assert (held.claimed_by, held.owner) == (None, None)
    assert running(task, "acknowledge").due_at == due
    assert held.transitions.latest("version").reason.startswith("not started in time")


def test_t11_an_acknowledgement_that_nothing_follows_lapses_and_is_asked_for_again(elm, sweep):
    task = result(CRITICAL)
    sweep(ISSUED)
    taken = ISSUED + 10 * MINUTE
    routing.acknowledge(task_id=task.pk, now=taken, **person(elm.diaz))
    sweep(taken + 59 * MINUTE)
    assert Task.objects.get(pk=task.pk).owner == elm.diaz
    lapsed = taken + 60 * MINUTE
    sweep(lapsed)
    held = Task.objects.get(pk=task.pk)
    assert (held.owner, held.acknowledged_at, held.status) == (None, None, "ready")
    asked = running(task, "acknowledge")
    assert (asked.begun_at, asked.due_at) == (lapsed, lapsed + 15 * MINUTE)
    assert AuditEvent.objects.filter(action="clock.lapsed").count() == 1


def test_t12_a_step_whose_target_is_empty_away_or_unverified_falls_through_and_says_so(elm, sweep):
    Contact.objects.filter(member=elm.diaz).update(verified_at=None)
    Absence.objects.create(member=elm.nora, begins_at=ISSUED - MINUTE, cover=None)
    task = result(CRITICAL)
    sweep(ISSUED + MINUTE)
    skipped = StepFired.objects.filter(clock__task=task, result="skipped")
    reasons = set(skipped.values_list("step__receiver", "reason"))
    assert ("ordering", "") not in reasons
    assert ("on-call", "nobody is on call") in reasons
    assert ("orderer", "no verified contact that can ring") in reasons
    paged = Intent.objects.filter(task=task, channel=Channel.SMS)
    assert {one.member for one in paged} == {elm.sam}
    logged = AuditEvent.objects.filter(action="step.skipped")
    assert {row.detail["reason"] for row in logged} >= {"nobody is on call"}


def test_t12_the_last_step_reaches_somebody_though_no_phone_can_ring(elm, sweep, caplog):
    Contact.objects.update(verified_at=None)
    task = result(CRITICAL)
    sweep(ISSUED + MINUTE)
    told = Intent.objects.filter(task=task, channel=Channel.IN_APP, urgency=Urgency.PAGE)
    assert elm.sam in [one.member for one in told]
    assert "the last step of a ladder reached nobody" in caplog.messages
    assert running(task, "acknowledge").next_at is not None


def test_t15_after_downtime_the_highest_due_step_fires_and_each_person_is_paged_once(elm, sweep):
    tasks = [result(CRITICAL, key=f"L-{number}") for number in range(3)]
    sweep(ISSUED)
    before = Intent.objects.filter(urgency=Urgency.PAGE, channel=Channel.SMS).count()
    sweep(ISSUED + 5 * 60 * MINUTE)
    for task in tasks:
        clock = Clock.objects.get(task=task, kind="acknowledge")
        after = StepFired.objects.filter(clock=clock, at__gt=ISSUED)
        fired = after.filter(result="fired").order_by("step__position")
        assert [one.step.receiver for one in fired] == ["owner", "leads"]
        assert [one.member for one in fired] == [elm.diaz, elm.sam]
        assert after.filter(result="passed").count() == 2, "they would page the same people"
    pages = Intent.objects.filter(urgency=Urgency.PAGE, channel=Channel.SMS).count() - before
    assert pages == 3 * len(tasks)  # the physician and the lead, and the lead to close it
    assert Clock.objects.filter(ended_at=None, next_at=None).count() == 0


def test_t15_the_last_page_is_repeated_until_somebody_acknowledges(elm, sweep):
    task = result(CRITICAL)
    sweep(ISSUED)
    for minutes in range(1, 600, 5):
        sweep(ISSUED + minutes * MINUTE)
    leads = StepFired.objects.filter(clock__task=task, clock__kind="acknowledge", result="fired",
                                     step__receiver="leads")  # fmt: skip
    assert leads.count() > 50
    routing.acknowledge(task_id=task.pk, now=ISSUED + 600 * MINUTE, **person(elm.diaz))
    count = leads.count()
    for minutes in range(601, 660, 5):
        sweep(ISSUED + minutes * MINUTE)
    assert leads.count() == count


def test_t17_low_urgency_is_counted_and_climbs_too(elm, sweep):
    book = policies.load(now=ISSUED)
    for category in Category:
        for priority in Priority:
            task = Task(category=category, priority=priority, queue_id=elm.practice.pk)
            target = book.target_of(task)
            assert target is not None, (category, priority)
            assert target.aim("close") is not None, (category, priority)
            last = LadderStep.objects.filter(ladder=target.ladder).last()
            assert last.receiver == "leads", (category, priority)
    task = result(NORMAL)
    for days in range(4):
        sweep(ISSUED + timedelta(days=days))
    told = StepFired.objects.filter(clock__task=task, result="fired")
    assert "leads" in told.values_list("step__receiver", flat=True)
