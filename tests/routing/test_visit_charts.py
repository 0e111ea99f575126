"""The chart of a visit: its checklist, what it asks of people, what keeps it open."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.permissions import PermissionRefused
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from charts import encounters
from charts.models import Encounter
from charts.values import Code, ItemKind, ItemStatus, Severity, VisitType
from routing import closing, operations, visit_charts
from routing.checklists import ROLES, STARTER, ChecklistRefused, DraftLine, check, may_tick
from routing.models import Checklist, ChecklistLine, Reopening, Task, VisitChart, VisitLine
from routing.models.checklist import ChartAnswer
from tests.reports import DIAZ, bring, graded, patient, potassium, report
from tests.reports import result as reported

pytestmark = pytest.mark.django_db

EHR = Actor.machine("tests.ehr")
HOUR = timedelta(hours=1)


@pytest.fixture
def elm(elm_street, now):
    """Elm Street, with the starter checklists since yesterday."""
    with elm_street.scoped(), transaction.atomic():
        operations.install_checklists(actor=EHR, now=now - timedelta(days=1))
        yield elm_street


def visit(now, status="finished", *, kind=VisitType.OFFICE, **more) -> Encounter:
    return encounters.record_visit(
        patient(), source="ehr", number="V-1", status=status, visit_type=kind, attending=DIAZ,
        location_code="ELM", started_at=now - HOUR, actor=EHR, now=now, **more,
    )  # fmt: skip


def note(now, status=ItemStatus.FINAL, **more):
    return bring(
        report(ItemKind.DOCUMENT, status, key="D-1", encounter="V-1", author=DIAZ,
               code=Code("11506-3", "Progress note"), **more),
        now=now,
    )  # fmt: skip


def order(now, **more):
    return bring(
        report(ItemKind.ORDER, ItemStatus.ACTIVE, key="O-1", placer="O-1", encounter="V-1",
               code=Code("TSH", "TSH"), issued_at=now, **more),
        now=now,
    )  # fmt: skip


def result(now, severity=Severity.NORMAL, **more):
    return bring(graded(severity, placer="O-1", **more), now=now)


def done(one: Task, member, now, outcome="discussed"):
    return operations.complete(
        task_id=one.pk, member=member, outcome=outcome, actor=Actor.person(member), now=now
    )


def lines(one: Encounter) -> dict[str, bool]:
    return {each.line.title: each.is_done for each in visit_charts.state_of(one).lines}


def line(title: str) -> ChecklistLine:
    return ChecklistLine.objects.get(title=title, checklist__visit_type="office")


def tick(elm, one, title, now, member=None, verb=operations.tick):
    who = member or elm.diaz
    return verb(
        encounter_id=one.pk, line_id=line(title).pk, member=who, actor=Actor.person(who), now=now
    )


def close(elm, one, now) -> VisitChart:
    return operations.close_chart(
        encounter_id=one.pk, member=elm.diaz, actor=Actor.person(elm.diaz), now=now
    )


def finish(elm, one, now) -> VisitChart:
    """Sign the note, tick every line, close the chart."""
    note(now)
    for each in visit_charts.state_of(one).undone:
        if not each.answered_by:
            tick(elm, one, each.title, now)
    return close(elm, one, now)


def test_the_chart_answers_its_own_lines_and_people_tick_the_others(elm, now):
    one = visit(now)
    assert not lines(one)["Note signed"]
    note(now)
    order(now)
    said = lines(one)
    assert (said["Note signed"], said["Orders signed"], said["Referrals sent"]) == (True,) * 3
    assert (said["Results reviewed"], said["Charges dropped"]) == (False, False)
    task = result(now)
    assert not lines(one)["Results reviewed"]
    done(task, elm.diaz, now)
    assert lines(one)["Results reviewed"]
    tick(elm, one, "Charges dropped", now)
    assert lines(one)["Charges dropped"]


def test_a_line_not_done_becomes_a_task_of_its_role_once_when_its_hours_have_passed(elm, now):
    visit(now)
    closing.sweep_practice(elm.practice.pk, now=now)
    assert not Task.objects.filter(category="visit-checklist").exists()
    for _ in range(2):
        closing.sweep_practice(elm.practice.pk, now=now + 4 * HOUR)
    [task] = Task.objects.filter(category="visit-checklist")
    assert task.title == "Patient instructions given: visit of Nov 16"
    assert (task.queue.role, task.owner) == (Role.MEDICAL_ASSISTANT, None)
    closing.sweep_practice(elm.practice.pk, now=now + 48 * HOUR)
    asked = {one.title.split(":")[0]: one for one in Task.objects.filter(status="ready")}
    assert asked["Follow-up booked"].queue.role == Role.CARE_COORDINATOR
    assert asked["Charges dropped"].owner == elm.diaz


def test_a_ticked_line_is_asked_of_nobody_and_its_task_ends(elm, now):
    one = visit(now)
    closing.sweep_practice(elm.practice.pk, now=now + 4 * HOUR)
    tick(elm, one, "Patient instructions given", now + 5 * HOUR, elm.max)
    tick(elm, one, "Follow-up booked", now + 5 * HOUR, elm.cora)
    [ended] = Task.objects.filter(category="visit-checklist")
    assert (ended.status, ended.status_reason) == ("completed", "ticked on the checklist")
    closing.sweep_practice(elm.practice.pk, now=now + 30 * HOUR)
    assert not Task.objects.open().filter(title__startswith="Follow-up").exists()


def test_a_line_follows_its_task(elm, now):
    one = visit(now)
    closing.sweep_practice(elm.practice.pk, now=now + 4 * HOUR)
    task = Task.objects.get(category="visit-checklist")
    later = now + 5 * HOUR
    done(task, elm.max, later, "done")
    assert lines(one)["Patient instructions given"]
    assert VisitLine.objects.get(line__title="Patient instructions given").done_by == elm.max
    operations.undo(task_id=task.pk, member=elm.max, actor=Actor.person(elm.max), now=later)
    assert not lines(one)["Patient instructions given"]
    operations.cancel(task_id=task.pk, member=elm.max, reason="No instructions were needed",
                      actor=Actor.person(elm.max), now=later)  # fmt: skip
    said = VisitLine.objects.get(line__title="Patient instructions given")
    assert (said.waived, lines(one)["Patient instructions given"]) == (
        "No instructions were needed", True,
    )  # fmt: skip


def test_an_unticked_line_is_asked_for_again(elm, now):
    one = visit(now)
    closing.sweep_practice(elm.practice.pk, now=now + 4 * HOUR)
    done(Task.objects.get(category="visit-checklist"), elm.max, now + 4 * HOUR, "done")
    later = now + 6 * HOUR
    tick(elm, one, "Patient instructions given", later, elm.max, operations.untick)
    closing.sweep_practice(elm.practice.pk, now=later)
    [task] = Task.objects.open().filter(category="visit-checklist")
    assert task.issued_at == later


def test_a_chart_is_closed_only_when_nothing_in_it_is_open(elm, now):
    one = visit(now)
    order(now)
    with pytest.raises(operations.ChartStillOpen) as refused:
        finish(elm, one, now)
    assert [item.title for item in refused.value.state.waiting] == ["TSH"]
    task = result(now)
    with pytest.raises(operations.ChartStillOpen) as refused:
        close(elm, one, now)
    assert refused.value.state.tasks == (task,)
    done(task, elm.diaz, now)
    tick(elm, one, "Charges dropped", now, verb=operations.untick)
    with pytest.raises(operations.ChartStillOpen) as refused:
        close(elm, one, now)
    assert [each.title for each in refused.value.state.undone] == ["Charges dropped"]
    tick(elm, one, "Charges dropped", now)
    chart = close(elm, one, now)
    assert (chart.closed_at, chart.closed_by) == (now, elm.diaz)
    [event] = AuditEvent.objects.filter(action="chart.closed")
    assert (event.patient_id, event.actor_name) == (one.patient_id, "Dr Ana Diaz")


def test_a_late_result_opens_a_closed_chart_and_what_tells_nothing_new_does_not(elm, now):
    one = visit(now)
    order(now)
    done(result(now), elm.diaz, now)
    finish(elm, one, now)
    result(now)
    assert VisitChart.objects.get().is_closed
    corrected = bring(
        reported(ItemStatus.CORRECTED, potassium(6.2, Severity.ABNORMAL), placer="O-1", at=11),
        now=now + HOUR,
    )
    chart = VisitChart.objects.get()
    assert not chart.is_closed
    assert (chart.reopened_because, chart.reopened_item) == (Reopening.CHANGED, corrected.item)
    assert AuditEvent.objects.filter(action="chart.reopened", patient_id=one.patient_id).exists()


def test_an_amended_note_opens_a_closed_chart(elm, now):
    one = visit(now)
    finish(elm, one, now)
    note(now + HOUR, ItemStatus.AMENDED, issued_at=now + HOUR)
    chart = VisitChart.objects.get()
    assert (chart.is_closed, chart.reopened_because) == (False, Reopening.CHANGED)
    assert close(elm, one, now + HOUR).is_closed


def test_a_chart_opens_again_with_a_task_of_it_or_by_hand(elm, now):
    one = visit(now)
    order(now)
    task = result(now)
    done(task, elm.diaz, now)
    finish(elm, one, now)
    diaz = {"member": elm.diaz, "actor": Actor.person(elm.diaz), "now": now}
    operations.reopen(task_id=task.pk, reason="Look again", **diaz)
    assert VisitChart.objects.get().reopened_because == Reopening.TASK
    done(task, elm.diaz, now)
    close(elm, one, now)
    operations.reopen_chart(encounter_id=one.pk, **diaz)
    chart = VisitChart.objects.get()
    assert (chart.is_closed, chart.reopened_because) == (False, Reopening.PERSON)


def test_another_patients_visit_of_the_same_number_is_another_visit(elm, now):
    one = visit(now)
    finish(elm, one, now)
    bring(
        report(ItemKind.ORDER, ItemStatus.DRAFT, key="O-9", encounter="V-1"),
        now=now, of=patient("900002"),
    )  # fmt: skip
    assert VisitChart.objects.get().is_closed
    assert visit_charts.state_of(one).may_close


def test_a_line_of_a_physician_is_ticked_by_a_physician(elm, now):
    one = visit(now)
    with pytest.raises(PermissionRefused, match="Only a physician can tick this line"):
        tick(elm, one, "Charges dropped", now, elm.max)
    with pytest.raises(PermissionRefused, match="close the chart of a visit"):
        tick(elm, one, "Follow-up booked", now, elm.ira)
    assert may_tick([Role.MEDICAL_ASSISTANT], Role.CARE_COORDINATOR)


def test_nobody_ticks_what_the_chart_answers_or_what_is_closed(elm, now):
    one = visit(now)
    with pytest.raises(operations.NoVisit):
        tick(elm, one, "Note signed", now)
    finish(elm, one, now)
    with pytest.raises(operations.ChartRefused, match="Open it again"):
        tick(elm, one, "Charges dropped", now, verb=operations.untick)


def test_a_visit_of_another_type_gets_the_other_checklist(elm, now):
    one = visit(now, kind=None)
    assert one.visit_type == "other"
    closing.sweep_practice(elm.practice.pk, now=now + 48 * HOUR)
    [task] = Task.objects.open().filter(category="visit-checklist")
    sam = {"member": elm.sam, "actor": Actor.person(elm.sam), "now": now + 48 * HOUR}
    operations.retype_visit(encounter_id=one.pk, visit_type=VisitType.PROCEDURE, **sam)
    assert "Consent in the chart" in lines(Encounter.objects.get())
    task.refresh_from_db()
    assert task.status == "cancelled"
    visit(now + 50 * HOUR, kind=VisitType.OFFICE)
    assert Encounter.objects.get().visit_type == "procedure"
    said = ChecklistLine.objects.get(
        title="Consent in the chart", checklist__visit_type="procedure"
    )
    operations.tick(encounter_id=one.pk, line_id=said.pk, **sam)
    with pytest.raises(operations.ChartRefused, match="Untick"):
        operations.retype_visit(encounter_id=one.pk, visit_type=VisitType.OFFICE, **sam)


def test_a_visit_that_was_cancelled_after_all_asks_for_nothing(elm, now):
    visit(now)
    closing.sweep_practice(elm.practice.pk, now=now + 4 * HOUR)
    visit(now + 4 * HOUR, status="cancelled")
    closing.sweep_practice(elm.practice.pk, now=now + 5 * HOUR)
    assert not Task.objects.open().filter(category="visit-checklist").exists()


def test_a_visit_from_before_the_first_checklist_is_history(elm_street, now):
    with elm_street.scoped(), transaction.atomic():
        visit(now - timedelta(days=2))
        closing.sweep_practice(elm_street.practice.pk, now=now)
        assert Checklist.objects.count() == len(VisitType)
        assert not VisitChart.objects.exists()
        assert not Encounter.objects.filter(closing_since__isnull=False).exists()


def test_a_visit_that_has_not_begun_has_no_chart_to_close(elm, now):
    one = visit(now, status="planned")
    with pytest.raises(operations.ChartRefused, match="has not begun"):
        close(elm, one, now)


def test_charts_that_wait_keep_the_version_of_their_day(elm, now):
    one = visit(now)
    closing.sweep_practice(elm.practice.pk, now=now)
    sam = {"member": elm.sam, "actor": Actor.person(elm.sam), "now": now}
    made = operations.publish_checklist(
        visit_type=VisitType.OFFICE, lines=[DraftLine("Room tidied", Role.NURSE)], **sam
    )
    assert made.version == 2
    assert "Charges dropped" in lines(one)
    assert visit_charts.current("office") == made
    with pytest.raises(PermissionRefused):
        operations.publish_checklist(
            visit_type=VisitType.OFFICE, lines=[], member=elm.max, actor=EHR, now=now
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "at least one line"),
        ([DraftLine(" ", Role.NURSE)], "each line a name"),
        ([DraftLine("A", Role.NURSE), DraftLine("a ", Role.NURSE)], "the same name"),
        ([DraftLine("A", Role.IT)], "a role that works with charts"),
        ([DraftLine("A", Role.NURSE, hours=9000)], "within 336 hours"),
        ([DraftLine(str(n), Role.NURSE) for n in range(21)], "at most 20"),
    ],
)
def test_a_checklist_that_nobody_could_work_by_is_refused(wrong, said):
    with pytest.raises(ChecklistRefused, match=said):
        check(wrong)


def test_each_type_of_visit_has_a_starter_that_asks_for_note_and_charges():
    assert set(STARTER) == set(VisitType)
    for made in STARTER.values():
        check(made)
        assert {each.role for each in made} <= set(ROLES)
        assert ChartAnswer.NOTE_SIGNED in {each.answered_by for each in made}
        assert "Charges dropped" in {each.title for each in made}
