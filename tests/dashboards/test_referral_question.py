"""A report that may answer several referrals is a task like any other on the screens."""

from datetime import timedelta

from django.urls import reverse

from audit.actors import Actor
from charts import patients
from charts.models import Patient
from charts.values import CONSULT_NOTE, Code, ItemKind, ItemStatus
from referrals import following, operations
from referrals.operations import Opening
from routing.models import Task
from tests.reports import file, patient, report

CORA = Actor.machine("tests.cora")


def ask(elm, now) -> Task:
    """One referral by hand, and a report that names none."""
    note = report(ItemKind.DOCUMENT, ItemStatus.FINAL, key="D-1", issued_at=now,
                  code=Code("11488-4", "Cardiology consult"),
                  details={"document_type": CONSULT_NOTE})  # fmt: skip
    with elm.scoped():
        patients.find_or_register([patient()], overwrite=True, actor=CORA, now=now)
        opening = Opening(patient_id=Patient.objects.get().pk, number="N-1", ordered_at=now)
        operations.open_by_hand(opening=opening, actor=CORA, now=now)
        file(note, now=now, source="elm-ehr")
    following.sweep(now=now)
    with elm.scoped():
        return Task.objects.get(about_id__isnull=False)


def test_it_opens_in_the_queue_and_on_its_page_in_either_language(elm_street, right_now, signed_in):
    task = ask(elm_street, right_now - timedelta(minutes=5))
    for language, words in (
        ("en", "Whose report is this: Cardiology consult"),
        ("es", "De qué remisión es este informe: Cardiology consult"),
    ):
        client = signed_in(elm_street.cora, **{"accept-language": language})
        page = client.get(reverse("dashboards:task", args=[task.pk]))
        assert page.status_code == 200
        assert words in page.content.decode()
    listed = signed_in(elm_street.cora).get(reverse("dashboards:team"))
    assert "Whose report is this" in listed.content.decode()
