"""Patient informed: a fact of its own, with its channel and its moment."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from charts.values import Severity
from routing.models import Communication, Outcome
from routing.operations import OutcomeNeeded, TaskNotFound
from tests.reports import bring, graded
from tests.routing.doing import do, fresh

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def told(task) -> list[tuple]:
    rows = Communication.objects.standing().filter(task=task).order_by("at")
    return [(one.channel, one.reached, one.at) for one in rows]


def test_that_the_patient_was_told_closes_nothing(elm, task, now):
    one = do("inform", task, elm.nora, now, channel="phone", at=now - HOUR)
    assert told(task) == [("phone", True, now - HOUR)]
    assert (one.by_name, one.recorded_at, fresh(task).is_open) == ("Nora Quinn", now, True)
    assert AuditEvent.objects.get(action="patient.informed").patient_id == task.patient_id


def test_not_reached_is_written_down_and_is_not_told(elm, task, now):
    do("inform", task, elm.nora, now, channel="phone", reached=False, at=now)
    assert told(task) == [("phone", False, now)]
    assert AuditEvent.objects.filter(action="patient.not-reached").exists()


def test_it_may_be_written_down_after_the_end(elm, task, now):
    do("complete", task, elm.diaz, now, outcome="follow-up")
    do("inform", task, elm.nora, now + HOUR, channel="letter", at=now + HOUR)
    assert told(task) == [("letter", True, now + HOUR)]


@pytest.mark.parametrize(
    ("said", "words"), [({"channel": "pigeon"}, "how"), ({"at": HOUR}, "still to come")]
)
def test_it_says_how_and_no_moment_to_come(elm, task, now, said, words):
    asked = {"channel": "phone", "at": timedelta()} | said
    with pytest.raises(OutcomeNeeded, match=words):
        do("inform", task, elm.nora, now, channel=asked["channel"], at=now + asked["at"])
    assert told(task) == []


@pytest.mark.parametrize(
    ("outcome", "channel"),
    [
        (Outcome.NORMAL_TOLD, "portal"), (Outcome.DISCUSSED, "spoken"),
        (Outcome.NORMAL_QUIET, None), (Outcome.REPEAT, None), (Outcome.REFERRED, None),
        (Outcome.FOLLOW_UP, None),
    ],
)  # fmt: skip
def test_the_outcomes_that_say_so_are_the_fact_too(elm, now, outcome, channel):
    task = bring(graded(Severity.NORMAL), now=now)
    do("complete", task, elm.diaz, now, outcome=outcome)
    assert [one[0] for one in told(task)] == ([channel] if channel else [])


def test_of_a_critical_result_it_is_the_moment_that_was_said(elm, now):
    task = bring(graded(Severity.CRITICAL), now=now)
    do("complete", task, elm.diaz, now, outcome="discussed", told="Patient", told_at=now - HOUR)
    assert told(task) == [("spoken", True, now - HOUR)]


def test_undo_takes_back_what_its_outcome_said_and_nothing_else(elm, task, now):
    do("inform", task, elm.nora, now, channel="phone", reached=False, at=now - HOUR)
    do("complete", task, elm.nora, now, outcome="discussed")
    do("undo", task, elm.nora, now)
    assert told(task) == [("phone", False, now - HOUR)]
    assert Communication.objects.count() == 2


def test_a_reason_to_open_it_again_does_not_untell_the_patient(elm, task, now):
    do("complete", task, elm.nora, now, outcome="discussed")
    do("reopen", task, elm.nora, now + HOUR, reason="The patient called back.")
    assert told(task) == [("spoken", True, now)]


def test_a_slip_is_taken_back_once_and_stays_in_the_history(elm, task, now):
    one = do("inform", task, elm.nora, now, channel="portal", at=now)
    do("withdraw_communication", task, elm.nora, now + HOUR, communication_id=one.pk)
    one.refresh_from_db()
    assert (told(task), one.withdrawn_by_name) == ([], "Nora Quinn")
    with pytest.raises(TaskNotFound):
        do("withdraw_communication", task, elm.nora, now + HOUR, communication_id=one.pk)
