"""A result is judged by what is known of the patient, whichever came first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from routing.models import Task, TaskTransition
from tests.flows.doors import bring, sweep
from tests.messages import oru
from tests.routing.doing import do

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
RISK = (
    b"MSH|^~\\&|EHR|ELM|CC|ELM|20261116100000||ADT^A08|%d|P|2.5.1\r"
    b"PID|1||508773^^^ELM^MR||DIAZ^MARIA||19910302|F\r"
    b"DG1|1||N18.4^Kidney disease, stage 4^I10|||W\r"
)
TWIN = (
    b"MSH|^~\\&|EHR|ELM|CC|ELM|20261116100000||ADT^A40|M1|P|2.5.1\r"
    b"PID|1||508773^^^ELM^MR||DIAZ^MARIA||19910302|F\r"
    b"MRG|2^^^ELM^MR\r"
)


def run(elm, *bodies):
    bring(elm.lab, *bodies, now=NOW)
    sweep(elm.lab, now=NOW)


def task_of(elm, key="L-1"):
    with elm.scoped(), transaction.atomic():
        return Task.objects.select_related("queue").get(item__key__startswith=f"{key}|")


def moves_of(elm, task):
    with elm.scoped(), transaction.atomic():
        rows = TaskTransition.objects.filter(task=task).order_by("version")
        return list(rows.values_list("move", flat=True))


def test_a_risk_that_is_told_later_moves_a_normal_result_to_the_nurse_once(elm_street):
    run(elm_street, oru(control="1"))
    assert task_of(elm_street).queue.role == "medical-assistant"
    run(elm_street, RISK % 2, RISK % 3)
    task = task_of(elm_street)
    assert task.queue.role == "nurse"
    assert moves_of(elm_street, task) == ["create", "reroute"]


def test_what_somebody_has_taken_up_stays_with_them(elm_street):
    run(elm_street, oru(control="1"))
    with elm_street.scoped(), transaction.atomic():
        do("claim", task_of(elm_street), elm_street.max, NOW)
    run(elm_street, RISK % 2)
    assert task_of(elm_street).queue.role == "medical-assistant"


def test_a_value_is_compared_with_the_one_before_it_though_that_came_later(elm_street):
    newer = oru(control="1", order="L-2", value="4.8", at="20261116090000")
    older = oru(control="2", order="L-1", value="2.9", flag="L", at="20261110090000")
    run(elm_street, newer)
    assert task_of(elm_street, "L-2").queue.role == "medical-assistant"
    run(elm_street, older)
    assert task_of(elm_street, "L-1").queue.role == "physician"
    assert task_of(elm_street, "L-2").queue.role == "nurse"


def test_a_merge_joins_the_values_of_two_records(elm_street):
    run(
        elm_street,
        oru(control="1", order="L-1", value="2.9", flag="L", at="20261110090000", mrn="2"),
        oru(control="2", order="L-2", value="4.8", at="20261116090000"),
    )
    assert task_of(elm_street, "L-2").queue.role == "medical-assistant"
    run(elm_street, TWIN)
    assert task_of(elm_street, "L-2").queue.role == "nurse"


def test_a_result_that_is_worse_than_normal_is_left_where_it_is(elm_street):
    run(elm_street, oru(control="1", flag="HH", value="6.4"))
    run(elm_street, RISK % 2)
    task = task_of(elm_street)
    assert (task.queue.role, moves_of(elm_street, task)) == ("physician", ["create"])
    assert task.issued_at < NOW + timedelta(days=1)
