"""A potassium of 6.8 reaches Elm Street, becomes one task of the ordering physician, and
somebody closes it."""

from datetime import timedelta

import pytest

from audit.actors import Actor
from audit.models import AuditEvent
from charts.models import ChartItem, Patient
from integrations.models import InboundMessage
from routing import operations
from routing.models import RoutingDecision, Task, TaskTransition
from tests.flows.doors import bring, sweep
from tests.messages import oru


def test_a_critical_result_becomes_one_task_of_the_ordering_physician(elm_street, now):
    bring(elm_street.lab, oru(control="1", flag="HH", value="6.8"), now=now)
    assert sweep(elm_street.lab, now=now) == 1
    with elm_street.scoped():
        task = Task.objects.get()
        assert (task.category, task.severity, task.priority, task.danger) == (
            "result-review",
            "critical",
            "stat",
            0,
        )
        assert task.owner == elm_street.diaz
        assert task.queue.role == "physician"
        assert task.location == elm_street.main
        assert task.patient == Patient.objects.get()
        decision = RoutingDecision.objects.get(task=task)
        assert (
            decision.rule.name == "A critical result goes to the clinician who ordered it, at once"
        )
        assert decision.facts["severity"] == "critical"
        assert TaskTransition.objects.get(task=task).move == "create"
        actions = set(
            AuditEvent.objects.filter(actor_name="integrations.intake").values_list(
                "action", flat=True
            )
        )
        assert {"patient.registered", "item.opened", "task.create"} <= actions
        assert InboundMessage.objects.get().state == "processed"


def test_it_is_closed_with_who_was_told_and_the_chart_remembers(elm_street, now):
    bring(elm_street.lab, oru(control="1", flag="HH", value="6.8"), now=now)
    sweep(elm_street.lab, now=now)
    later = now + timedelta(minutes=9)
    with elm_street.scoped():
        actor = Actor.person(elm_street.diaz)
        task = Task.objects.get()
        operations.acknowledge(task_id=task.pk, member=elm_street.diaz, actor=actor, now=later)
        operations.complete(
            task_id=task.pk,
            member=elm_street.diaz,
            outcome="discussed",
            told="Maria Diaz",
            told_at=later,
            actor=actor,
            now=later,
        )
        task.refresh_from_db()
        assert (task.status, task.ended_by, task.told) == (
            "completed",
            elm_street.diaz,
            "Maria Diaz",
        )


def test_the_same_message_a_hundred_times_is_one_task(elm_street, now):
    body = oru(control="77", flag="H")
    stored = bring(elm_street.lab, *[body] * 100, now=now)
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        assert Task.objects.count() == 1
        assert InboundMessage.objects.count() == 1
    assert len({one.message_id for one in stored}) == 1


def test_a_reused_control_id_with_another_body_is_stored_and_flagged(elm_street, now):
    bring(
        elm_street.lab, oru(control="1", order="A"), oru(control="1", order="B", flag="HH"), now=now
    )
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        assert list(
            InboundMessage.objects.order_by("arrived").values_list("reused_control_id", flat=True)
        ) == [False, True]
        assert Task.objects.count() == 2


def test_preliminary_final_corrected_keep_one_item_and_one_open_task(elm_street, now):
    bring(
        elm_street.lab,
        oru(control="1", status="P", flag="N"),
        oru(control="2", status="F", flag="H", value="5.4", at="20261116100000"),
        oru(control="3", status="C", flag="HH", value="6.8", at="20261116110000"),
        now=now,
    )
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        item, task = ChartItem.objects.get(), Task.objects.get()
        assert (item.status, item.severity, item.version) == ("corrected", "critical", 3)
        assert (task.severity, task.priority, task.owner) == ("critical", "stat", elm_street.diaz)


def test_a_correction_of_a_closed_result_goes_back_to_whoever_closed_it(elm_street, now):
    bring(elm_street.lab, oru(control="1", flag="N", born="19910302"), now=now)
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        task = Task.objects.get()
        assert task.queue.role == "medical-assistant"
        operations.complete(
            task_id=task.pk,
            member=elm_street.nora,
            outcome="normal-quiet",
            actor=Actor.person(elm_street.nora),
            now=now,
        )
    bring(
        elm_street.lab,
        oru(control="2", status="C", flag="H", value="5.9", at="20261116120000"),
        now=now,
    )
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        task = Task.objects.get()
        assert (task.status, task.owner, task.severity) == ("ready", elm_street.nora, "abnormal")


def test_test_traffic_on_a_production_feed_raises_no_live_task(elm_street, now):
    bring(elm_street.lab, oru(control="1", flag="HH", processing="T"), now=now)
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        assert not Task.objects.exists()
        assert InboundMessage.objects.get().klass == "test"


def test_a_message_without_a_patient_is_quarantined_with_a_task_and_blocks_only_its_key(
    elm_street, now
):
    bring(
        elm_street.lab,
        oru(control="1", order="A", pid=False),
        oru(control="2", order="A", flag="H"),
        oru(control="3", order="B", flag="H"),
        now=now,
    )
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        states = dict(InboundMessage.objects.values_list("control_id", "state"))
        assert states == {"1": "quarantined", "2": "received", "3": "processed"}
        task = Task.objects.get(category="quarantined-message")
        assert task.queue.role == "it"
        assert task.status_reason == "no patient in the message"


@pytest.mark.parametrize(
    "flag, expected", [("HH", "critical"), ("H", "abnormal"), ("", "unknown"), ("N", "normal")]
)
def test_each_severity_finds_its_queue(elm_street, now, flag, expected):
    bring(elm_street.lab, oru(control="1", flag=flag), now=now)
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        task = Task.objects.get()
        assert task.severity == expected
        assert task.queue.role == ("medical-assistant" if expected == "normal" else "physician")


def test_a_number_that_belongs_to_another_patient_is_for_a_person_to_judge(elm_street, now):
    bring(elm_street.lab, oru(control="1", order="L-7", mrn="1"), now=now)
    sweep(elm_street.lab, now=now)
    bring(
        elm_street.lab, oru(control="2", order="L-7", mrn="2", flag="HH", family="OTHER"), now=now
    )
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        assert ChartItem.objects.get().patient.family == "DIAZ"
        held = InboundMessage.objects.get(control_id="2")
        assert (held.state, held.cause) == ("quarantined", "the number belongs to another patient")
        assert Task.objects.filter(category="quarantined-message", message_id=held.pk).exists()


def test_what_is_read_in_part_is_used_and_a_person_asked_to_look(elm_street, now):
    body = b"MSH|^~\\&|A|B|C|D|20261116||ADT^A40|M1|P|2.5.1\rPID|1||55^^^ELM^MR||KEPT^ANN\r"
    bring(elm_street.ehr, body, now=now)
    sweep(elm_street.ehr, now=now)
    with elm_street.scoped():
        assert InboundMessage.objects.get().state == "processed"
        assert Patient.objects.filter(family="KEPT").exists()
        assert Task.objects.get().category == "quarantined-message"


def test_the_tasks_of_a_patient_who_is_merged_away_go_with_the_survivor(elm_street, now):
    bring(elm_street.lab, oru(control="1", mrn="old", flag="H"), now=now)
    sweep(elm_street.lab, now=now)
    merge = (
        b"MSH|^~\\&|EHR|ELM|CC|ELM|20261116110000||ADT^A40|M1|P|2.5.1\r"
        b"PID|1||new^^^ELM^MR||DIAZ^MARIA||19910302|F\rMRG|old^^^ELM^MR\r"
    )
    bring(elm_street.lab, merge, now=now)
    sweep(elm_street.lab, now=now)
    with elm_street.scoped():
        task = Task.objects.select_related("patient").get()
        assert task.patient.merged_into_id is None
        assert set(task.patient.identifiers.values_list("value", flat=True)) == {"old", "new"}
