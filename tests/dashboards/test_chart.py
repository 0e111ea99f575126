"""The chart of a patient: why it is open, whose turn it is, what closed lately."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.actors import Actor
from audit.models import AuditEvent
from charts import patients
from charts.models import Patient
from charts.values import Code, Identifier, ItemKind, ItemStatus, Severity
from routing import operations as routing
from routing.models import Task
from tests.people import SETUP
from tests.reports import bring, patient, potassium, report, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def marsh(elm_street, right_now):
    """A chart with a critical result of Dr Diaz's, a referral, and an order at the laboratory."""
    now = right_now - timedelta(hours=3)
    with elm_street.scoped(), transaction.atomic():
        bring(
            result(ItemStatus.FINAL, potassium(6.8, Severity.CRITICAL, flags=("HH",)), at=None),
            now=now,
        )
        bring(
            report(ItemKind.REFERRAL, ItemStatus.ACTIVE, key="R-1", code=Code("C", "Cardiology"),
                   issued_at=now),
            now=now,
        )  # fmt: skip
        bring(
            report(ItemKind.ORDER, ItemStatus.ACTIVE, key="O-1", code=Code("TSH", "TSH order"),
                   issued_at=now),
            now=now,
        )  # fmt: skip
        return Patient.objects.get()


def url(one) -> str:
    return f"/patients/{one.pk}/"


def text(answer) -> str:
    return " ".join(answer.text.split())


def test_the_chart_says_why_it_is_open_and_who_is_next(elm_street, marsh, signed_in):
    page = text(signed_in(elm_street.nora).get(url(marsh)))
    assert (
        "This chart is open because 1 critical result waits for Dr Ana Diaz, 1 referral waits for "
        "the Care coordinators pool and 1 order waits for the laboratory." in page
    )
    assert "MARSH, Pat" in page
    assert "508773" in page
    assert "Mar 2, 1991" in page
    assert "Sent; no result yet" in page
    assert "we ask after it on" in page


def test_one_reads_of_oneself_as_you(elm_street, marsh, signed_in):
    page = text(signed_in(elm_street.diaz).get(url(marsh)))
    assert "1 critical result waits for you" in page


def test_each_row_leads_to_its_task_and_each_task_to_the_chart(elm_street, marsh, signed_in):
    client = signed_in(elm_street.diaz)
    with elm_street.scoped():
        tasks = list(Task.objects.all())
    page = client.get(url(marsh)).text
    for task in tasks:
        assert f'href="/tasks/{task.pk}/"' in page
        assert f'href="{url(marsh)}"' in client.get(f"/tasks/{task.pk}/").text


def test_what_was_closed_stands_below_and_keeps_nothing_open(
    elm_street, marsh, signed_in, right_now
):
    with elm_street.scoped():
        task = Task.objects.get(category="referral")
        routing.complete(
            task_id=task.pk, member=elm_street.cora, outcome="done", now=right_now,
            actor=Actor.person(elm_street.cora),
        )  # fmt: skip
    page = text(signed_in(elm_street.diaz).get(url(marsh)))
    assert "Done, by Cora Lund" in page
    assert "1 referral waits for the specialist" in page


def test_a_task_on_hold_says_until_when_and_why(elm_street, marsh, signed_in, right_now):
    with elm_street.scoped():
        task = Task.objects.get(category="referral")
        routing.hold(
            task_id=task.pk, member=elm_street.cora, reason="the patient's call",
            recheck_date=right_now.date() + timedelta(days=9), now=right_now,
            actor=Actor.person(elm_street.cora),
        )  # fmt: skip
    page = text(signed_in(elm_street.diaz).get(url(marsh)))
    assert "1 task is on hold with Cora Lund" in page
    assert "on hold until" in page
    assert ": the patient&#x27;s call" in page


def test_a_chart_with_nothing_open_says_so(elm_street, signed_in, right_now):
    with elm_street.scoped(), transaction.atomic():
        patients.find_or_register([patient()], overwrite=True, actor=SETUP, now=right_now)
        one = Patient.objects.get()
    page = text(signed_in(elm_street.diaz).get(url(one)))
    assert "Nothing keeps this chart open." in page
    assert "Nothing was closed in this chart in the last 90 days." in page


def test_only_those_who_see_patients_open_a_chart_and_each_look_is_audited(
    elm_street, marsh, signed_in
):
    refused = signed_in(elm_street.ira).get(url(marsh))
    assert refused.status_code == 403
    assert "Only a" in refused.text
    answer = signed_in(elm_street.diaz).get(url(marsh))
    assert answer["Cache-Control"] == "no-store"
    with elm_street.scoped():
        [look] = AuditEvent.objects.filter(action="patient.viewed")
    assert (look.patient_id, look.membership_id) == (marsh.pk, elm_street.diaz.pk)


def test_a_title_names_no_patient(elm_street, marsh, signed_in):
    page = signed_in(elm_street.diaz).get(url(marsh)).text
    assert "MARSH" not in page.split("</title>")[0]


def test_a_merged_patient_is_found_where_they_ended(elm_street, marsh, signed_in, right_now):
    with elm_street.scoped():
        kept, _ = patients.merge(
            patient("900001"), [Identifier("508773", "ELM", "MR")], actor=SETUP, now=right_now
        )
    assert signed_in(elm_street.diaz).get(url(marsh)).url == url(kept)


def test_another_practices_patient_answers_like_one_that_never_was(
    elm_street, oak_street, marsh, signed_in
):
    client = signed_in(oak_street.olu)
    assert client.get(url(marsh)).status_code == 404
    assert client.get(f"/patients/{uuid4()}/").status_code == 404
