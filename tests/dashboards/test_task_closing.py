"""Closing a task: what goes with it, what stands in its way, and what is said to who was late."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Membership
from audit.actors import Actor
from audit.models import AuditEvent
from charts.values import ItemKind, ItemStatus
from escalation import engine, starter
from routing import operations as routing
from routing.models import RESULT_OUTCOMES, Task
from tests.dashboards.clinic import Report, arrive, open_morning
from tests.people import SETUP

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def url(task, code="") -> str:
    return f"/tasks/{task.pk}/" + (f"{code}/" if code else "")


def fresh(elm, task) -> Task:
    with elm.scoped():
        return Task.objects.get(pk=task.pk)


@pytest.fixture
def manager(elm_street, signed_in):
    with elm_street.scoped():
        Membership.objects.filter(pk=elm_street.sam.pk).update(roles=["practice-manager"])
        return signed_in(Membership.objects.get(pk=elm_street.sam.pk))


def test_who_was_late_reads_who_closed_it_when_and_how(elm_street, morning, signed_in, right_now):
    task = morning["Hemoglobin A1c"]
    late = signed_in(elm_street.diaz)
    with elm_street.scoped():
        routing.complete(
            task_id=task.pk, member=elm_street.nora, outcome="discussed",
            actor=Actor.person(elm_street.nora), now=right_now,
        )  # fmt: skip
    said = {"outcome": "repeat", "back": "/queue/"}
    answer = late.post(url(task, "complete"), said, headers=HTMX)
    assert answer.status_code == 409
    assert "Nora Quinn closed this at " in answer.text
    assert "as \u201cDiscussed with patient\u201d. Your change was not saved." in answer.text
    assert ">See it<" in answer.text
    assert ">Next<" in answer.text
    assert fresh(elm_street, task).outcome == "discussed"


def test_a_partial_result_is_acknowledged_and_waits_for_the_final_one(
    elm_street, morning, signed_in
):
    task = morning["Complete blood count"]
    diaz = signed_in(elm_street.diaz)
    page = diaz.get(url(task)).text
    assert "Close when final arrives" in page
    assert 'data-action="complete"' not in page
    diaz.post(url(task, "await-final"))
    waiting = fresh(elm_street, task)
    assert (waiting.status, waiting.ended_at) == ("in-progress", None)
    assert "it can be closed when the final one arrives" in diaz.get(url(task)).text


def test_a_task_does_not_wait_past_its_close_by(elm_street, right_now, signed_in):
    with elm_street.scoped():
        starter.install(
            clinical_approver="Dr Ana Diaz", actor=SETUP, now=right_now - timedelta(days=60)
        )
        task = open_morning(elm_street, now=right_now)["Potassium"]
    while engine.sweep_tasks(now=right_now) + engine.sweep_clocks(now=right_now):
        pass
    diaz = signed_in(elm_street.diaz)
    assert "To be closed by" in diaz.get(url(task, "hold")).text
    said = {"reason": "waits", "recheck_date": f"{right_now + timedelta(days=40):%Y-%m-%d}"}
    answer = diaz.post(url(task, "hold"), said)
    assert (answer.status_code, "It is to be closed by" in answer.text) == (422, True)
    assert fresh(elm_street, task).is_open
    zone = ZoneInfo("America/New_York")
    today = f"{right_now.astimezone(zone):%Y-%m-%d}"
    diaz.post(url(task, "hold"), said | {"recheck_date": today})
    assert fresh(elm_street, task).status == "on-hold"


def test_outcomes_are_renamed_by_the_manager_and_keep_their_digits(
    elm_street, morning, signed_in, manager
):
    names = {str(code): str(code.label) for code in RESULT_OUTCOMES} | {"discussed": "Phoned"}
    assert manager.post("/outcomes/", names).url == "/outcomes/?said=saved"
    sheet = signed_in(elm_street.diaz).get(url(morning["Hemoglobin A1c"], "complete")).text
    assert 'value="discussed" data-digit="3"' in sheet
    assert "Phoned" in sheet
    assert "Discussed with patient" not in sheet
    with elm_street.scoped():
        assert AuditEvent.objects.filter(action="outcome.named").count() == 1
    manager.post("/outcomes/", names | {"discussed": " "})
    assert 'value="Discussed with patient"' in manager.get("/outcomes/").text


def test_a_name_that_is_too_long_renames_nothing(elm_street, manager):
    answer = manager.post("/outcomes/", {"normal-told": "Told", "repeat": "x" * 61})
    assert (answer.status_code, "at most 60 letters" in answer.text) == (422, True)
    assert 'value="Normal, patient told by portal"' in manager.get("/outcomes/").text


def test_the_reminder_is_offered_beside_done_and_closed_with_it(
    elm_street, morning, signed_in, right_now
):
    task = morning["TSH"]
    with elm_street.scoped():
        repeat = arrive(
            Report(
                who=15, ago=60 * 24 * 30, code="3016-3", title="Repeat TSH",
                kind=ItemKind.REQUEST, status=ItemStatus.ACTIVE,
            ),
            900, now=right_now,
        )  # fmt: skip
    nora = signed_in(elm_street.nora)
    page = nora.get(url(task)).text
    assert "Also close" in page
    assert "asked for this before it came" in page
    nora.post(url(task, "complete"), {"also": str(repeat.pk), "outcome": "normal-quiet"})
    assert fresh(elm_street, repeat).closed_with_id == task.pk
    nora.post("/tasks/undo/")
    assert fresh(elm_street, repeat).is_open
