"""Calls that are written down, and late tasks taken by whoever does them now."""

from datetime import timedelta

import pytest

from accounts.permissions import PermissionRefused
from audit.models import AuditEvent
from charts.values import Severity
from escalation.models import Call, Clock
from escalation.operations import log_call
from routing import operations as routing
from routing.models import Task
from routing.operations import LostRace, OutcomeNeeded
from routing.states import TaskStatus
from tests.escalation.conftest import MONDAY_TEN, person
from tests.reports import bring, graded

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
NOW = MONDAY_TEN + MINUTE
CRITICAL, ABNORMAL, _, _ = Severity


@pytest.fixture
def task(elm, sweep):
    made = bring(graded(CRITICAL, key="L-1", at=MONDAY_TEN.hour), now=NOW)
    sweep(NOW)
    return made


def said(member):
    return {"caller": member, "actor": person(member)["actor"]}


def test_a_call_stops_no_clock_and_is_read_by_everybody(elm, task, sweep):
    log_call(task_id=task.pk, whom="", called=elm.diaz, outcome="no-answer", note="Voice mail",
             now=NOW, **said(elm.sam))  # fmt: skip
    sweep(NOW)
    call = Call.objects.get(task=task)
    assert (call.whom, call.outcome, call.took_it) == ("Dr Ana Diaz", "no-answer", False)
    assert Clock.objects.filter(task=task, ended_at=None).count() == 2
    event = AuditEvent.objects.get(action="call.logged")
    assert event.entity_id == task.pk
    assert "Voice mail" not in str(event.detail)


def test_a_caller_who_takes_the_task_acknowledges_it(elm, task, sweep):
    log_call(task_id=task.pk, whom="Dialysis unit", outcome="spoke", takes_it=True, now=NOW,
             **said(elm.nora))  # fmt: skip
    sweep(NOW)
    assert Task.objects.get(pk=task.pk).owner_id == elm.nora.pk
    assert list(Clock.objects.filter(task=task, ended_at=None).values_list("kind", flat=True)) == [
        "close"
    ]


def test_who_may_not_close_it_logs_the_call_but_cannot_take_it(elm, task):
    with pytest.raises(PermissionRefused, match="Only a nurse or physician"):
        log_call(task_id=task.pk, whom="Lab", outcome="spoke", takes_it=True, now=NOW,
                 **said(elm.sam))  # fmt: skip
    assert not Call.objects.exists()


@pytest.mark.parametrize(("whom", "outcome"), [("  ", "spoke"), ("Lab", "x")])
def test_a_call_says_whom_and_how_it_ended(elm, task, whom, outcome):
    with pytest.raises(OutcomeNeeded):
        log_call(task_id=task.pk, whom=whom, outcome=outcome, now=NOW, **said(elm.sam))


def test_taking_charge_claims_and_acknowledges_whoever_had_it(elm, task, sweep):
    routing.acknowledge(task_id=task.pk, now=NOW, **person(elm.diaz))
    taken = routing.take_charge(task_id=task.pk, now=NOW + MINUTE, **person(elm.nora))
    assert (taken.owner_id, taken.claimed_by_id) == (elm.nora.pk, elm.nora.pk)
    assert taken.status == TaskStatus.IN_PROGRESS
    sweep(NOW + MINUTE)
    assert not Clock.objects.filter(task=task, kind="acknowledge", ended_at=None).exists()


def test_taking_charge_of_what_waits_ends_the_wait(elm, task):
    routing.hold(task_id=task.pk, reason="Lab calls back", recheck_date=NOW.date(), now=NOW,
                 **person(elm.diaz))  # fmt: skip
    taken = routing.take_charge(task_id=task.pk, now=NOW + MINUTE, **person(elm.nora))
    assert (taken.status, taken.status_reason, taken.recheck_date) == ("in-progress", "", None)


def test_taking_what_is_mine_renews_the_lease_and_keeps_the_acknowledgement(elm, task):
    first = routing.take_charge(task_id=task.pk, now=NOW, **person(elm.diaz))
    again = routing.take_charge(task_id=task.pk, now=NOW + 8 * MINUTE, **person(elm.diaz))
    assert again.acknowledged_at == first.acknowledged_at
    assert again.claimed_until == NOW + 18 * MINUTE


def test_nobody_takes_what_has_ended(elm, task):
    routing.complete(task_id=task.pk, outcome="discussed", told="Patient", told_at=NOW, now=NOW,
                     **person(elm.diaz))  # fmt: skip
    with pytest.raises(LostRace):
        routing.take_charge(task_id=task.pk, now=NOW, **person(elm.nora))
    with pytest.raises(OutcomeNeeded):
        log_call(task_id=task.pk, whom="Lab", outcome="spoke", now=NOW, **said(elm.sam))
