"""Who looked at whom: opening a task or a message stands in the record of its patient."""

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from integrations import intake, receiver
from integrations.models import InboundMessage
from routing.models import Task

pytestmark = pytest.mark.django_db

ORU = (
    b"MSH|^~\\&|LAB|ELM|CC|ELM|20261116150000||ORU^R01|W1|P|2.5.1\r"
    b"PID|1||77^^^ELM^MR||Vandersteen^Ottilie||19610302|F\r"
    b"OBR|1||F77|2823-3^Potassium^LN|||20261116145000||||||||1234567893^Diaz^Ana||||||||F\r"
    b"OBX|1|NM|2823-3^Potassium^LN||6.8|mmol/L|3.5-5.1|HH|||F\r"
)


@pytest.fixture
def arrived(elm_street) -> tuple[InboundMessage, Task]:
    """A critical potassium, and the task it made."""
    now, practice_id = timezone.now(), elm_street.practice.pk
    with elm_street.scoped():
        one = receiver.arrival_of_hl7(ORU, practice_id=practice_id, feed_id=elm_street.lab.pk)
        stored = receiver.store([one], now=now)[0]
        intake.sweep_practice(practice_id, now=now)
        return InboundMessage.objects.get(pk=stored.message_id), Task.objects.get()


def events(elm, *actions) -> list[AuditEvent]:
    with elm.scoped():
        return list(AuditEvent.objects.filter(action__in=actions).order_by("at"))


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_look_names_the_person_the_request_and_where_it_came_from(elm_street, arrived):
    _, task = arrived
    signed_in(elm_street.diaz).get(
        f"/tasks/{task.pk}/", headers={"X-Request-ID": "trace-7"}, REMOTE_ADDR="192.0.2.7"
    )
    [event] = events(elm_street, "task.viewed")
    assert event.patient_id == task.patient_id is not None
    assert (event.actor_kind, event.actor_name) == ("person", "Dr Ana Diaz")
    assert event.membership_id == elm_street.diaz.pk
    assert (event.request_id, event.address) == ("trace-7", "192.0.2.7")


def test_opening_the_body_of_a_message_is_in_the_record_of_its_patient(elm_street, arrived):
    message, task = arrived
    client = signed_in(elm_street.ira)
    client.get(f"/messages/{message.pk}/")
    assert events(elm_street, "message.opened") == []
    assert "Vandersteen" in client.post(f"/messages/{message.pk}/open/").text
    [event] = events(elm_street, "message.opened")
    assert (event.patient_id, event.entity_id) == (task.patient_id, message.pk)
    assert event.actor_name == "Ira Voss"


def test_who_is_refused_leaves_no_trace_of_having_read(elm_street, arrived):
    message, task = arrived
    assert signed_in(elm_street.ira).get(f"/tasks/{task.pk}/").status_code == 403
    assert signed_in(elm_street.diaz).post(f"/messages/{message.pk}/open/").status_code == 403
    assert events(elm_street, "task.viewed", "message.opened") == []


def test_looks_hold_ids_and_nothing_of_the_patient(elm_street, arrived):
    message, task = arrived
    for address in ("/queue/", f"/tasks/{task.pk}/"):
        signed_in(elm_street.diaz).get(address)
    signed_in(elm_street.ira).post(f"/messages/{message.pk}/open/")
    with elm_street.scoped():
        said = str(list(AuditEvent.objects.values()))
    assert str(task.patient_id) in said
    for told in ("Vandersteen", "Ottilie", "1961", "6.8", "Potassium"):
        assert told not in said
