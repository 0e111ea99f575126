"""What people do with a task: each move with its refusal beside it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts import operations as accounts
from accounts.permissions import PermissionRefused
from charts.values import ItemStatus, Severity
from routing import operations as routing
from routing.models import Queue, TaskCopy
from routing.operations import LostRace, OutcomeNeeded
from routing.operations.moves import UNDO_WITHIN
from routing.states import MoveNotAllowed
from tests.people import SETUP
from tests.reports import bring, graded, potassium, result
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db

CRITICAL, ABNORMAL, UNKNOWN, NORMAL = Severity
MINUTE = timedelta(minutes=1)


def test_to_acknowledge_is_to_own_it(elm, task, now):
    got = do("acknowledge", task, elm.nora, now)
    assert (got.status, got.owner, got.acknowledged_at) == ("in-progress", elm.nora, now)


def test_the_second_to_acknowledge_is_told_who_was_first(elm, task, now):
    do("acknowledge", task, elm.nora, now)
    with pytest.raises(LostRace, match="Nora Quinn was first: acknowledge") as lost:
        do("acknowledge", task, elm.diaz, now + MINUTE)
    assert (lost.value.who, lost.value.when) == ("Nora Quinn", now)
    with pytest.raises(MoveNotAllowed):
        do("acknowledge", task, elm.nora, now + MINUTE)


def test_who_may_not_close_it_does_not_stop_its_clock(elm, task, now):
    for move, more in (("acknowledge", {}), ("hold", {"reason": "x", "recheck_date": now.date()})):
        with pytest.raises(PermissionRefused, match="Only a nurse or physician can close a result"):
            do(move, task, elm.max, now, **more)
    assert fresh(task).acknowledged_at is None


def test_who_may_not_close_a_task_does_not_go_on_with_it(elm, task, now):
    do("hold", task, elm.diaz, now, reason="waits", recheck_date=now.date())
    with pytest.raises(PermissionRefused, match="nurse or physician"):
        do("resume", task, elm.max, now)
    held = fresh(task)
    assert (held.status, held.acknowledged_at) == ("on-hold", None)


def test_a_hold_keeps_its_reason_and_its_day_until_it_is_resumed(elm, task, now):
    held = do(
        "hold",
        task,
        elm.nora,
        now,
        reason="waits for the x-ray",
        recheck_date=now.date() + timedelta(3),
    )
    assert (held.status, held.status_reason) == ("on-hold", "waits for the x-ray")
    assert held.owner == elm.diaz
    resumed = do("resume", task, elm.diaz, now)
    assert (resumed.status, resumed.status_reason, resumed.recheck_date) == (
        "in-progress",
        "",
        None,
    )
    assert resumed.acknowledged_at == now


def test_whoever_holds_an_unowned_task_owns_it(elm, now):
    task = bring(graded(NORMAL), now=now)
    assert do("hold", task, elm.max, now, reason="x", recheck_date=now.date()).owner == elm.max


def test_a_hold_needs_a_reason(elm, task, now):
    with pytest.raises(OutcomeNeeded, match="what the task waits for"):
        do("hold", task, elm.nora, now, reason=" ", recheck_date=now.date())


def test_a_recheck_date_is_past_or_not_by_the_clock_of_the_place(elm, task):
    evening = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
    today = datetime(2026, 11, 16, tzinfo=UTC).date()
    with pytest.raises(OutcomeNeeded, match="not past"):
        do("hold", task, elm.nora, evening, reason="x", recheck_date=today - timedelta(1))
    assert do("hold", task, elm.nora, evening, reason="x", recheck_date=today).recheck_date == today


def test_who_is_given_a_task_has_yet_to_acknowledge(elm, task, now):
    do("acknowledge", task, elm.diaz, now)
    given = do("assign", task, elm.diaz, now, to=elm.nora, reason="please call")
    assert (given.status, given.owner, given.acknowledged_at) == ("ready", elm.nora, None)
    assert given.transitions.latest("version").reason == "please call"


def test_a_waiting_task_that_is_given_on_waits_no_more(elm, task, now):
    do("hold", task, elm.diaz, now, reason="vacation", recheck_date=now.date())
    given = do("assign", task, elm.diaz, now, to=elm.nora)
    assert (given.status, given.status_reason, given.recheck_date) == ("ready", "", None)


def test_a_task_goes_back_to_a_pool(elm, task, now):
    nurses = Queue.objects.get(role="nurse")
    given = do("assign", task, elm.diaz, now, queue=nurses)
    assert (given.owner, given.queue) == (None, nurses)


def test_a_task_is_given_to_somebody_who_is_there(elm, task, now):
    with pytest.raises(OutcomeNeeded, match="Choose a person or a queue"):
        do("assign", task, elm.diaz, now)
    accounts.deactivate(membership=elm.nora, actor=SETUP, now=now)
    with pytest.raises(OutcomeNeeded, match="no longer works here"):
        do("assign", task, elm.diaz, now, to=elm.nora)


def test_an_assistant_does_not_delegate_to_themselves_what_the_rules_kept(elm, now):
    kept = bring(result(ItemStatus.FINAL, potassium(5.05)), now=now)
    assistants = Queue.objects.filter(role="medical-assistant").first()
    with pytest.raises(PermissionRefused):
        do("assign", kept, elm.max, now, queue=assistants)
    with pytest.raises(PermissionRefused):
        do("complete", kept, elm.max, now, outcome="normal-quiet")
    do("assign", kept, elm.nora, now, queue=assistants)
    do("complete", kept, elm.max, now, outcome="normal-quiet")


def test_an_assistant_sends_up_what_is_theirs(elm, now):
    task = bring(graded(NORMAL), now=now)
    nurses = Queue.objects.get(role="nurse")
    assert do("assign", task, elm.max, now, queue=nurses).queue == nurses


def test_a_copy_moves_no_ownership_and_is_given_once(elm, task, now):
    for _ in range(2):
        copied = do("copy", task, elm.diaz, now, to=elm.cora)
    assert (copied.owner, copied.status) == (elm.diaz, "ready")
    assert TaskCopy.objects.get().member == elm.cora


def test_a_normal_result_is_closed_with_one_word(elm, now):
    task = bring(graded(NORMAL), now=now)
    done = do("complete", task, elm.max, now, outcome="normal-quiet")
    assert (done.status, done.ended_at, done.ended_by, done.owner) == (
        "completed",
        now,
        elm.max,
        elm.max,
    )


@pytest.mark.parametrize("outcome", ["done", "normal-told", "normal-quiet"])
def test_an_abnormal_result_is_not_closed_as_if_it_were_normal(elm, task, now, outcome):
    with pytest.raises(OutcomeNeeded, match="abnormal is closed with what was done"):
        do("complete", task, elm.diaz, now, outcome=outcome)
    do("complete", task, elm.diaz, now, outcome="discussed")


@pytest.mark.parametrize("outcome", ["", "made-up", "source-closed"])
def test_an_outcome_is_one_that_a_person_can_choose(elm, task, now, outcome):
    with pytest.raises(OutcomeNeeded, match="Choose one"):
        do("complete", task, elm.diaz, now, outcome=outcome)


@pytest.mark.parametrize(("told", "later"), [("", 0), ("  ", 0), ("Patient", None), ("Patient", 1)])
def test_a_critical_result_is_closed_with_who_was_told_and_when(elm, now, told, later):
    task = bring(graded(CRITICAL), now=now)
    told_at = None if later is None else now + later * MINUTE
    with pytest.raises(OutcomeNeeded, match="told"):
        do("complete", task, elm.diaz, now, outcome="discussed", told=told, told_at=told_at)
    done = do(
        "complete", task, elm.diaz, now, outcome="discussed", told="Patient, by phone", told_at=now
    )
    assert (done.told, done.told_at) == ("Patient, by phone", now)


def test_who_is_late_with_done_is_told_what_was_done(elm, task, now):
    do("complete", task, elm.nora, now, outcome="discussed")
    for move, more in (
        ("complete", {"outcome": "done"}),
        ("cancel", {"reason": "x"}),
        ("claim", {}),
    ):
        with pytest.raises(LostRace, match="Nora Quinn was first: Discussed with patient") as lost:
            do(move, task, elm.diaz, now + MINUTE, **more)
        assert lost.value.when == now


def test_what_was_seen_in_an_older_version_is_not_saved(elm, task, now):
    do("copy", task, elm.nora, now, to=elm.cora)
    with pytest.raises(LostRace, match="Your change was not saved"):
        do("complete", task, elm.diaz, now, outcome="discussed", version=task.version)
    do("complete", task, elm.diaz, now, outcome="discussed", version=task.version + 1)


def test_a_task_that_should_not_be_done_is_cancelled_with_a_reason(elm, task, now):
    with pytest.raises(OutcomeNeeded, match="why"):
        do("cancel", task, elm.diaz, now, reason="")
    done = do("cancel", task, elm.diaz, now, reason="duplicate order")
    assert (done.status, done.status_reason, done.outcome) == ("cancelled", "duplicate order", "")


def test_a_task_is_opened_again_with_a_reason_and_is_its_owners(elm, task, now):
    do("complete", task, elm.nora, now, outcome="discussed")
    with pytest.raises(OutcomeNeeded, match="why"):
        do("reopen", task, elm.cora, now, reason=" ")
    again = do("reopen", task, elm.cora, now, reason="the patient called")
    assert (again.status, again.owner, again.outcome, again.ended_at) == (
        "ready",
        elm.diaz,
        "",
        None,
    )
    with pytest.raises(MoveNotAllowed):
        do("reopen", task, elm.cora, now, reason="once more")


def test_what_has_a_newer_task_is_not_opened_twice(elm, now):
    said = {"message_id": uuid4(), "title": "ORU^R01", "reason": "x", "actor": SETUP, "now": now}
    old = routing.open_message_task(**said)
    do("complete", old, elm.ira, now)
    new = routing.open_message_task(**said)
    with pytest.raises(LostRace, match="newer task is open") as lost:
        do("reopen", old, elm.ira, now, reason="x")
    assert (lost.value.who, new.is_open) == ("the queue", True)


def test_ones_own_done_is_undone_within_minutes(elm, task, now):
    do("complete", task, elm.nora, now, outcome="discussed")
    with pytest.raises(LostRace, match="Only your own Done"):
        do("undo", task, elm.diaz, now)
    with pytest.raises(LostRace, match="ten minutes"):
        do("undo", task, elm.nora, now + UNDO_WITHIN + timedelta(seconds=1))
    assert do("undo", task, elm.nora, now + UNDO_WITHIN).is_open


def test_a_critical_done_is_not_undone_by_a_key(elm, now):
    task = bring(graded(CRITICAL), now=now)
    do("complete", task, elm.diaz, now, outcome="discussed", told="Patient", told_at=now)
    with pytest.raises(LostRace, match="not of a critical result"):
        do("undo", task, elm.diaz, now)
    assert do("reopen", task, elm.diaz, now, reason="wrong patient told").is_open


def test_what_was_never_done_is_not_undone(elm, task, now):
    with pytest.raises(LostRace):
        do("undo", task, elm.diaz, now)
