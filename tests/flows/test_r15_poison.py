"""R15: messages that cannot be processed cost themselves only, and each becomes a person's work."""

import os
from datetime import timedelta

import pytest
from django.db import transaction

from charts.models import ChartItem
from escalation import engine, starter
from escalation.models import Clock
from integrations import intake
from integrations.models import InboundMessage
from routing.models import Task
from tests.conftest import NOW
from tests.flows.doors import bring
from tests.messages import oru
from tests.people import SETUP

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = int(os.environ.get("PROOF_POISON", "600"))
EVERY = 50
MINUTE = timedelta(minutes=1)


def no_patient(number: int) -> bytes:
    return oru(control=f"bad{number}", order=f"B{number}", pid=False)


def of_another_patient(number: int) -> bytes:
    """The number of an order that belongs to somebody else, the good one just before."""
    return oru(control=f"bad{number}", order=f"G{number - 1}", mrn="999999", family="OTHER",
               born="19500101")  # fmt: skip


KINDS = (no_patient, of_another_patient)


def bodies() -> list[bytes]:
    return [
        KINDS[number // EVERY % len(KINDS)](number)
        if number % EVERY == EVERY - 1
        else oru(control=f"good{number}", order=f"G{number}", mrn=str(number), flag="HH")
        for number in range(SIZE)
    ]


@pytest.mark.slow
def test_r15_poison_stops_nobody_else_and_each_has_a_person_within_a_minute(elm_street, caplog):
    with elm_street.scoped(), transaction.atomic():
        starter.install(clinical_approver="Dr Ana Diaz", actor=SETUP, now=NOW)
    bring(elm_street.lab, *bodies(), now=NOW)
    poison = SIZE // EVERY
    later = NOW + MINUTE
    while intake.sweep(now=later) + engine.sweep_tasks(now=later):
        pass
    with elm_street.scoped(), transaction.atomic():
        states = dict(InboundMessage.objects.values_list("control_id", "state"))
        assert {control for control, state in states.items() if state == "quarantined"} == {
            control for control in states if control.startswith("bad")
        }
        assert InboundMessage.objects.filter(state="received").count() == 0
        assert ChartItem.objects.count() == SIZE - poison
        good = Task.objects.filter(category="result-review")
        assert good.count() == SIZE - poison
        assert set(good.values_list("priority", flat=True)) == {"stat"}
        bad = Task.objects.filter(category="quarantined-message")
        quarantined = InboundMessage.objects.filter(state="quarantined")
        assert set(bad.values_list("message_id", flat=True)) == set(
            quarantined.values_list("pk", flat=True)
        )
        assert all(task.authored_at <= NOW + MINUTE for task in bad)
        assert Clock.objects.filter(task__in=bad, kind="close", next_at__isnull=False).count() == (
            poison
        )
    assert "DIAZ" not in caplog.text
