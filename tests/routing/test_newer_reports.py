"""What a newer report of the same item does to its one task."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import operations as accounts
from accounts.roles import Role
from charts.models import ChartItem
from charts.values import (
    Code,
    ItemKind,
    ItemStatus,
    Severity,
)
from routing import operations as routing
from routing.models import Task, TaskTransition
from routing.operations.desk import Action
from tests.people import SETUP
from tests.reports import FEED, bring, file, graded, potassium, report, result

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
PHYSICIAN, NURSE, ASSISTANT = Role.PHYSICIAN, Role.NURSE, Role.MEDICAL_ASSISTANT
S = ItemStatus


def moves_of(task: Task) -> list[str]:
    return list(
        TaskTransition.objects.filter(task=task).order_by("version").values_list("move", flat=True)
    )


def close(elm, task: Task, now, *, by=None, outcome="discussed") -> None:
    """Done, by Dr Diaz unless told otherwise, with all that a critical one asks for."""
    who = by or elm.diaz
    routing.complete(
        task_id=task.pk,
        member=who,
        outcome=outcome,
        told="Patient, by phone",
        told_at=now,
        actor=SETUP,
        now=now,
    )


def test_preliminary_and_final_share_one_task_that_moves_as_it_gets_graver(elm_street, now):
    with elm_street.scoped():
        first = bring(result(S.PRELIMINARY, potassium(4.2), at=8), now=now)
        assert first.queue.role == ASSISTANT
        second = bring(result(S.FINAL, potassium(6.9, CRITICAL), at=9), now=now)
        assert second == first
        assert (second.queue.role, second.owner, second.priority) == (
            PHYSICIAN,
            elm_street.diaz,
            "stat",
        )
        assert moves_of(second) == ["create", "reroute"]


def test_the_same_values_again_are_no_news(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.PRELIMINARY, potassium(5.6, ABNORMAL), at=8), now=now)
        routing.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=SETUP, now=now)
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=9), now=now)
        assert task.status == "in-progress"
        assert moves_of(task) == ["create", "acknowledge"]


def test_a_graver_report_takes_the_acknowledgement_and_the_wait_away(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.PRELIMINARY, potassium(5.6, ABNORMAL), at=8), now=now)
        routing.hold(
            task_id=task.pk,
            member=elm_street.diaz,
            reason="call back",
            recheck_date=now.date(),
            actor=SETUP,
            now=now,
        )
        task = bring(result(S.FINAL, potassium(6.9, CRITICAL), at=9), now=now)
        assert (task.status, task.acknowledged_at, task.recheck_date, task.status_reason) == (
            "ready",
            None,
            None,
            "",
        )
        assert task.owner == elm_street.diaz


def test_a_milder_report_stays_with_whoever_works_on_it(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.PRELIMINARY, potassium(6.9, CRITICAL), at=8), now=now)
        routing.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=SETUP, now=now)
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=9), now=now)
        assert (task.status, task.owner, task.severity) == (
            "in-progress",
            elm_street.diaz,
            "abnormal",
        )
        assert moves_of(task)[-1] == "update"


def test_a_correction_goes_back_to_whoever_closed_it(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=8), now=now)
        close(elm_street, task, now, by=elm_street.nora)
        again = bring(result(S.CORRECTED, potassium(5.9, ABNORMAL), at=9), now=now)
        assert again == task
        assert (again.status, again.owner, again.priority) == ("ready", elm_street.nora, "urgent")
        assert again.queue.role == NURSE
        assert (again.outcome, again.ended_at, again.ended_by, again.told) == ("", None, None, "")
        assert again.decisions.order_by("at", "pk").last().facts["closed_before"] is True


def test_a_correction_that_is_no_longer_normal_goes_past_the_assistant_who_closed_it(
    elm_street, now
):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(), at=8), now=now)
        close(elm_street, task, now, by=elm_street.max, outcome="normal-quiet")
        still = bring(result(S.CORRECTED, potassium(4.3), at=9), now=now)
        assert (still.owner, still.queue.role) == (elm_street.max, ASSISTANT)
        close(elm_street, still, now, by=elm_street.max, outcome="normal-quiet")
        worse = bring(result(S.CORRECTED, potassium(5.9, ABNORMAL), at=10), now=now)
        assert (worse.owner, worse.queue.role) == (elm_street.diaz, PHYSICIAN)


def test_a_correction_after_the_closer_left_goes_to_whoever_ordered(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=8), now=now)
        close(elm_street, task, now, by=elm_street.nora)
        accounts.deactivate(membership=elm_street.nora, actor=SETUP, now=now)
        assert (
            bring(result(S.CORRECTED, potassium(5.9, ABNORMAL), at=9), now=now).owner
            == elm_street.diaz
        )


def test_a_result_withdrawn_before_anybody_saw_it_takes_its_task_along(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(6.9, CRITICAL), at=8), now=now)
        task = bring(
            result(S.WITHDRAWN, potassium(6.9, CRITICAL, status=S.WITHDRAWN), at=9), now=now
        )
        assert (task.status, task.status_reason) == ("cancelled", "withdrawn by the source")


@pytest.mark.parametrize("seen", ["closed", "acknowledged"])
def test_a_result_withdrawn_after_somebody_saw_it_is_work(elm_street, now, seen):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(5.6, ABNORMAL), at=8), now=now)
        if seen == "closed":
            close(elm_street, task, now)
        else:
            routing.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=SETUP, now=now)
        task = bring(
            result(S.WITHDRAWN, potassium(5.6, ABNORMAL, status=S.WITHDRAWN), at=9), now=now
        )
        assert task.is_open
        assert task.owner == elm_street.diaz


def test_a_late_preliminary_does_not_open_what_was_closed(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(), at=9), now=now)
        close(elm_street, task, now, outcome="normal-quiet")
        assert not bring(result(S.PRELIMINARY, potassium(6.9, CRITICAL), at=8), now=now).is_open


def test_a_late_report_with_a_graver_value_of_its_own_does(elm_street, now):
    other = potassium(6.9, CRITICAL, code=Code("2951-2", "Sodium", "loinc"))
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(), at=9), now=now)
        close(elm_street, task, now, outcome="normal-quiet")
        task = bring(result(S.PRELIMINARY, other, at=8), now=now)
        assert (task.is_open, task.severity, task.priority) == (True, "critical", "stat")


SOURCE_CLOSES = [
    (ItemKind.ORDER, S.DRAFT, S.ACTIVE),
    (ItemKind.DOCUMENT, S.PRELIMINARY, S.FINAL),
    (ItemKind.REFERRAL, S.ACTIVE, S.COMPLETED),
    (ItemKind.REFILL, S.DRAFT, S.COMPLETED),
    (ItemKind.APPOINTMENT, S.MISSED, S.ACTIVE),
    (ItemKind.MESSAGE, S.ACTIVE, S.COMPLETED),
]


@pytest.mark.parametrize(("kind", "opens", "closes"), SOURCE_CLOSES)
def test_what_the_source_closes_it_may_open_again(elm_street, now, kind, opens, closes):
    def at(status, hour):
        return replace(report(kind, status), issued_at=now - timedelta(hours=10 - hour))

    with elm_street.scoped():
        task = bring(at(opens, 1), now=now)
        closed = bring(at(closes, 2), now=now)
        assert (closed, closed.status, closed.outcome) == (task, "completed", "source-closed")
        if kind == ItemKind.DOCUMENT:
            return  # a signed document is not unsigned again by an older or equal report
        again = bring(at(opens, 3), now=now)
        assert (again, again.status) == (task, "ready")


def test_what_a_person_cancelled_stays_so_without_news(elm_street, now):
    with elm_street.scoped():
        task = bring(
            report(ItemKind.REFERRAL, S.ACTIVE, issued_at=now - timedelta(hours=3)), now=now
        )
        routing.cancel(
            task_id=task.pk, member=elm_street.cora, reason="sent twice", actor=SETUP, now=now
        )
        task = bring(
            report(ItemKind.REFERRAL, S.ACTIVE, issued_at=now - timedelta(hours=2)), now=now
        )
        assert task.status == "cancelled"


def test_two_reports_of_one_item_in_one_batch_are_both_heard(elm_street, now):
    with elm_street.scoped():
        task = bring(result(S.FINAL, potassium(4.2), at=8), now=now)
        close(elm_street, task, now, outcome="normal-quiet")
        worse = file(result(S.FINAL, potassium(5.9, ABNORMAL), at=9), now=now)
        same = file(result(S.FINAL, potassium(5.9, ABNORMAL), at=10), now=now)
        [placed] = routing.route([*worse, *same], actor=FEED, now=now)
        assert (placed.action, placed.task) == (Action.REOPEN, task)


def test_a_result_without_an_order_time_keeps_its_danger_first(elm_street, now):
    with elm_street.scoped():
        calm = bring(graded(NORMAL, key="1"), now=now)
        dire = bring(graded(CRITICAL, key="2"), now=now + timedelta(hours=1))
        urgent = bring(
            report(ItemKind.REQUEST, S.ACTIVE, details={"request": "prior-authorization"}), now=now
        )
        assert list(Task.objects.open().most_dangerous_first()) == [dire, urgent, calm]


def test_an_item_has_one_open_task_whatever_happens(elm_street, now):
    with elm_street.scoped():
        for hour, (status, value, severity) in enumerate([
            (S.PRELIMINARY, 4.2, NORMAL), (S.FINAL, 5.6, ABNORMAL), (S.CORRECTED, 6.9, CRITICAL),
            (S.WITHDRAWN, 6.9, CRITICAL), (S.FINAL, 4.2, NORMAL),
        ]):  # fmt: skip
            bring(result(status, potassium(value, severity), at=hour), now=now)
        assert ChartItem.objects.count() == Task.objects.count() == Task.objects.open().count() == 1
