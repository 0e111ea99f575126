"""Expected versus received: each state of an order, a visit, a referral and what they wait for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from charts import encounters, expecting, patients
from charts.models import ChartItem, Encounter, Wait
from charts.values import Code, Identifier, ItemKind, ItemStatus, Priority, ProviderRef
from routing import chasing
from routing import operations as routing
from routing.models import Outcome, Task
from routing.operations import Absence
from tenants import scope
from tests.reports import DIAZ, FEED, bring, file, patient, report, result

S, K = ItemStatus, ItemKind
DAY = timedelta(days=1)
PANEL = Code("24323-8", "Comprehensive metabolic panel", "loinc")


def order(key="P-1", status=S.ACTIVE, **more):
    """As an EHR sends one."""
    said = {"placer": key, "code": PANEL, "orderer": DIAZ, "location": "ELM"}
    return report(K.ORDER, status, key=key, **(said | more))


def answer(placer="P-1", status=S.FINAL, key="F-1", **more):
    """As a laboratory sends one."""
    return result(status, key=key, placer=placer, filler=key, **more)


def referral(key="RF-1", status=S.ACTIVE, **more):
    said = {"placer": key, "code": Code("CAR", "Cardiology"), "orderer": DIAZ}
    return report(K.REFERRAL, status, key=key, **(said | more))


def letter(placer="RF-1", status=S.FINAL, key="D-1", **more):
    said = {"code": Code("11488-4", "Consult note", "loinc"), "placer": placer}
    return report(K.DOCUMENT, status, key=key, **(said | more))


def look(now) -> int:
    """Sweep until there is nothing to do."""
    total = 0
    while done := chasing.sweep_practice(scope.current(), now=now):
        total += done
    return total


def about_missing():
    return Task.objects.filter(about_id__isnull=False).order_by("authored_at")


@pytest.fixture
def elm(elm_street):
    with elm_street.scoped(), transaction.atomic():
        yield elm_street


def test_a_result_that_does_not_come_becomes_one_task_on_its_day(elm, now):
    file(order(), now=now, source="ehr")
    look(now + 14 * DAY - timedelta(seconds=1))
    assert not about_missing().exists()
    look(now + 14 * DAY)
    task = about_missing().get()
    assert (task.category, task.queue.role, task.priority) == ("overdue-result", "nurse", "urgent")
    assert task.title == "No result: Comprehensive metabolic panel"
    assert task.patient == ChartItem.objects.get().patient
    assert task.location == elm.main
    look(now + 30 * DAY)
    assert about_missing().get() == task


@pytest.mark.parametrize("at", [0, 5, 13])
def test_a_result_that_comes_in_time_leaves_no_task(elm, now, at):
    file(order(), now=now, source="ehr")
    look(now)
    file(answer(), now=now + at * DAY)
    look(now + 15 * DAY)
    assert not about_missing().exists()
    assert not ChartItem.objects.filter(look_at__isnull=False).exists()


def test_a_result_that_comes_late_closes_the_task_with_its_cause(elm, now):
    file(order(), now=now, source="ehr")
    look(now + 14 * DAY)
    file(answer(), now=now + 16 * DAY)
    look(now + 16 * DAY)
    task = about_missing().get()
    assert (task.status, task.outcome, task.status_reason) == (
        "completed", Outcome.SOURCE_CLOSED, "the result came",
    )  # fmt: skip
    assert task.transitions.order_by("version").last().actor_name == "routing.chasing"


def test_a_result_that_comes_before_its_order_answers_it(elm, now):
    file(answer(), now=now)
    file(order(), now=now + DAY, source="ehr")
    look(now + 20 * DAY)
    assert not about_missing().exists()


@pytest.mark.parametrize("status", [S.REGISTERED, S.PRELIMINARY, S.WITHDRAWN])
def test_part_of_a_result_is_not_the_result(elm, now, status):
    file(order(), now=now, source="ehr")
    file(answer(status=status), now=now + DAY)
    look(now + 14 * DAY)
    assert about_missing().open().exists()
    file(answer(status=S.CORRECTED, at=12), now=now + 15 * DAY)
    look(now + 15 * DAY)
    assert not about_missing().open().exists()


def test_a_cancelled_order_is_not_asked_after(elm, now):
    file(order(), now=now, source="ehr")
    file(order(status=S.WITHDRAWN, issued_at=now + DAY), now=now + DAY, source="ehr")
    look(now + 20 * DAY)
    assert not about_missing().exists()


def test_an_order_that_is_cancelled_late_takes_its_task_along(elm, now):
    file(order(), now=now, source="ehr")
    look(now + 14 * DAY)
    late = now + 15 * DAY
    file(order(status=S.WITHDRAWN, issued_at=late), now=late, source="ehr")
    look(late)
    task = about_missing().get()
    assert (task.status, task.status_reason) == ("cancelled", "the order was cancelled")


def test_an_order_that_only_its_laboratory_calls_completed_has_not_come_back(elm, now):
    file(order(status=S.COMPLETED), now=now, source="ehr")
    look(now + 14 * DAY)
    assert about_missing().open().exists()


def test_two_orders_that_one_result_answers_are_both_answered(elm, now):
    file(order("P-1", filler="F-9"), order("P-2", filler="F-9"), now=now, source="ehr")
    file(answer(placer="", key="F-9"), now=now + DAY)
    look(now + 20 * DAY)
    assert not about_missing().exists()


def test_one_of_two_orders_stays_open(elm, now):
    file(order("P-1"), order("P-2"), now=now, source="ehr")
    file(answer("P-1"), now=now + DAY)
    look(now + 14 * DAY)
    assert about_missing().get().about_id == ChartItem.objects.get(key="P-2").pk


def test_the_number_of_another_patient_answers_nothing(elm, now):
    file(order(), now=now, source="ehr")
    file(answer(), now=now + DAY, of=patient("999"))
    look(now + 14 * DAY)
    assert about_missing().open().exists()


def test_a_merge_brings_order_and_result_together(elm, now):
    file(order(), now=now, source="ehr")
    file(answer(), now=now + DAY, of=patient("999"))
    look(now + 14 * DAY)
    old = about_missing().get()
    gone = (Identifier("508773", "ELM", "MR"),)
    kept, ended = patients.merge(patient("999"), gone, actor=FEED, now=now)
    routing.follow_merge(survivor=kept, gone=ended, actor=FEED, now=now)
    look(now + 15 * DAY)
    old.refresh_from_db()
    assert (old.status, old.patient) == ("completed", kept)


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({"priority": Priority.STAT}, 2),
        ({"code": Code("71046", "Chest, 2 views", "cpt")}, 30),
        ({"code": Code("US-1", "Ultrasound abdomen")}, 30),
        ({"code": Code("LAB1", "Chlamydia and gonorrhoea CT/NG")}, 14),
        ({"effective_at": datetime(2027, 1, 4, 15, tzinfo=UTC)}, 63),
    ],
)
def test_each_kind_of_order_has_its_own_date(elm, now, more, days):
    file(order(**more), now=now, source="ehr")
    look(now + days * DAY - timedelta(hours=1))
    assert not about_missing().exists()
    look(now + days * DAY)
    assert about_missing().open().exists()


def test_a_date_that_the_order_names_counts_to_the_end_of_that_day_in_the_practice(elm, now):
    file(order(due_date=date(2026, 11, 20)), now=now, source="ehr")
    look(datetime(2026, 11, 21, 4, 59, tzinfo=UTC))
    assert not about_missing().exists()
    look(datetime(2026, 11, 21, 5, 0, tzinfo=UTC))
    assert about_missing().open().exists()


@pytest.mark.parametrize(
    "quiet",
    [
        order(status=S.DRAFT),
        order(status=S.ON_HOLD),
        order(details={"drug": "Lisinopril"}),
        order(code=Code("314076", "Lisinopril", "rxnorm")),
        order(code=Code("103696004", "Referral to Cardiology", "snomed"), status=S.COMPLETED),
        order(issued_at=datetime(2025, 3, 1, tzinfo=UTC)),
    ],
    ids=["unsigned", "on hold", "drug", "drug by code", "order of a referral", "history"],
)
def test_what_brings_no_result_is_not_asked_after(elm, now, quiet):
    file(quiet, now=now, source="ehr")
    look(now + 60 * DAY)
    assert not about_missing().exists()


def test_an_order_that_was_released_again_is_awaited_again(elm, now):
    file(order(status=S.ON_HOLD), now=now, source="ehr")
    look(now)
    file(order(issued_at=now + DAY), now=now + DAY, source="ehr")
    look(now + 15 * DAY)
    assert about_missing().open().exists()


def test_what_a_person_closed_stays_closed(elm, now):
    file(order(), now=now, source="ehr")
    look(now + 14 * DAY)
    task = about_missing().get()
    routing.complete(task_id=task.pk, member=elm.nora, actor=FEED, now=now + 14 * DAY)
    file(order(text="more", issued_at=now + 15 * DAY), now=now + 15 * DAY, source="ehr")
    look(now + 40 * DAY)
    assert about_missing().get().status == "completed"


def visit(now, status="finished", number="V-1", **more):
    encounters.record_visit(
        patient(), source="ehr", number=number, status=status, location_code="ELM",
        attending=DIAZ, actor=FEED, now=now, **more,
    )  # fmt: skip


def test_a_visit_without_a_signed_note_becomes_its_clinicians_task(elm, now):
    visit(now, "in-progress")
    look(now + 9 * DAY)
    assert not about_missing().exists()
    visit(now + 9 * DAY)
    bring(letter("", S.PRELIMINARY, encounter="V-1"), now=now + 9 * DAY)
    look(now + 11 * DAY - timedelta(minutes=1))
    assert not about_missing().exists()
    look(now + 11 * DAY)
    task = about_missing().get()
    assert (task.category, task.owner, task.title) == (
        "missing-note", elm.diaz, "No signed note: visit of Nov 25",
    )  # fmt: skip
    file(letter("", encounter="V-1", issued_at=now + 12 * DAY), now=now + 12 * DAY)
    look(now + 12 * DAY)
    task.refresh_from_db()
    assert (task.status, task.status_reason) == ("completed", "the note came")


def test_a_note_signed_in_time_or_before_the_visit_ended_leaves_no_task(elm, now):
    file(letter("", encounter="V-1"), now=now)
    visit(now)
    visit(now, number="V-2")
    file(letter("", encounter="V-2", key="D-2"), now=now + DAY)
    look(now + 3 * DAY)
    assert not about_missing().exists()
    assert not Encounter.objects.filter(note_awaited_since__isnull=False).exists()


def test_a_picture_taken_at_the_visit_is_not_its_note(elm, now):
    visit(now)
    file(letter("", encounter="V-1", details={"document_type": "imaging-report"}), now=now)
    look(now + 2 * DAY)
    assert about_missing().open().exists()


def test_a_cancelled_visit_awaits_no_note_and_takes_its_task_along(elm, now):
    visit(now)
    visit(now, "cancelled")
    visit(now, number="V-2")
    look(now + 2 * DAY)
    assert about_missing().get().about_id == Encounter.objects.get(number="V-2").pk
    visit(now + 3 * DAY, "cancelled", number="V-2")
    look(now + 3 * DAY)
    assert about_missing().get().status == "cancelled"


def test_a_visit_told_twice_is_asked_after_once(elm, now):
    visit(now)
    look(now + 2 * DAY)
    visit(now + 2 * DAY)
    look(now + 5 * DAY)
    assert about_missing().count() == 1


@pytest.mark.parametrize(("priority", "days"), [(Priority.ROUTINE, 30), (Priority.URGENT, 7)])
def test_a_referral_without_a_report_goes_to_the_coordinators(elm, now, priority, days):
    bring(referral(priority=priority), now=now)
    look(now + days * DAY - timedelta(hours=1))
    assert not about_missing().exists()
    look(now + days * DAY)
    task = about_missing().get()
    assert (task.category, task.queue.role) == ("missing-report", "care-coordinator")
    bring(letter(), now=now + 40 * DAY)
    look(now + 40 * DAY)
    task.refresh_from_db()
    assert task.status_reason == "the report came"


def test_a_referral_that_was_withdrawn_awaits_no_report(elm, now):
    bring(referral(), now=now)
    look(now + 30 * DAY)
    bring(referral(status=S.WITHDRAWN, issued_at=now + 31 * DAY), now=now + 31 * DAY)
    look(now + 31 * DAY)
    assert about_missing().get().status_reason == "the referral was withdrawn"


def test_an_answer_to_a_referral_nobody_sent_awaits_nothing(elm, now):
    bring(referral(details={"response": "accepted"}), now=now)
    look(now + 40 * DAY)
    assert not about_missing().exists()


def test_the_practice_says_how_long_it_waits(elm, now):
    file(order(), now=now, source="ehr")
    look(now)
    expecting.wait_for(wait=Wait.LABORATORY, days=5, actor=FEED, now=now)
    look(now + DAY)
    look(now + 5 * DAY)
    assert about_missing().open().exists()


def test_an_ended_task_about_the_same_order_does_not_come_back_beside_a_new_one(elm, now):
    file(order(), now=now, source="ehr")
    look(now + 14 * DAY)
    cancelled, again = now + 15 * DAY, now + 16 * DAY
    file(order(status=S.WITHDRAWN, issued_at=cancelled), now=cancelled, source="ehr")
    look(cancelled)
    file(order(issued_at=again, status=S.ACTIVE), now=again, source="ehr")
    look(now + 30 * DAY)
    old, new = about_missing()
    assert new.is_open
    with pytest.raises(routing.LostRace):
        routing.reopen(task_id=old.pk, member=elm.nora, reason="look", actor=FEED, now=again)


def test_a_clinician_nobody_knows_leaves_the_task_to_the_pool(elm, now):
    encounters.record_visit(
        patient(), source="ehr", number="V-9", status="finished", actor=FEED, now=now,
        attending=ProviderRef(id="unknown"),
    )  # fmt: skip
    look(now + 2 * DAY)
    task = about_missing().get()
    assert (task.owner, task.queue.role) == (None, "physician")


def test_one_absence_asked_for_twice_in_one_breath_is_one_task(elm, now):
    file(order(), now=now, source="ehr")
    about = ChartItem.objects.get()
    absence = Absence(
        category=chasing.Category.OVERDUE_RESULT, about_id=about.pk, title="No result",
        reason="", since=now,
    )  # fmt: skip
    assert len(routing.open_absences([absence], actor=FEED, now=now + DAY)) == 1
    assert routing.open_absences([absence], actor=FEED, now=now + DAY) == []
