"""The chart of a visit on its page: why it is open, the checklist, closing it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.models import AuditEvent
from charts import encounters
from charts.models import Encounter
from charts.values import Code, ItemKind, ItemStatus, VisitType
from routing import closing, operations
from routing.models import ChecklistLine, VisitChart
from tests.people import SETUP
from tests.reports import DIAZ, bring, patient, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(elm_street, right_now):
    """An office visit of this morning: an order is out, the note is a draft."""
    now = right_now - timedelta(hours=6)
    with elm_street.scoped(), transaction.atomic():
        operations.install_checklists(actor=SETUP, now=now)
        visit = encounters.record_visit(
            patient(), source="ehr", number="V-1", status="finished", attending=DIAZ,
            visit_type=VisitType.OFFICE, started_at=now, location_code="ELM", actor=SETUP, now=now,
        )  # fmt: skip
        bring(
            report(ItemKind.DOCUMENT, ItemStatus.PRELIMINARY, encounter="V-1", author=DIAZ,
                   code=Code("11506-3", "Progress note"), issued_at=now),
            report(ItemKind.ORDER, ItemStatus.ACTIVE, key="O-1", code=Code("TSH", "TSH order"),
                   encounter="V-1", issued_at=now),
            now=now,
        )  # fmt: skip
        closing.sweep_practice(elm_street.practice.pk, now=right_now)
    return visit


def url(visit, more="") -> str:
    return f"/encounters/{visit.pk}/{more}"


def text(answer) -> str:
    return " ".join(answer.text.split())


def line(elm, title) -> ChecklistLine:
    with elm.scoped():
        return ChecklistLine.objects.get(title=title, checklist__visit_type="office")


def finish(elm, right_now) -> None:
    """The note is signed, the order withdrawn, everything ticked."""
    with elm.scoped(), transaction.atomic():
        bring(
            report(ItemKind.DOCUMENT, ItemStatus.FINAL, encounter="V-1", author=DIAZ,
                   code=Code("11506-3", "Progress note"), issued_at=right_now),
            report(ItemKind.ORDER, ItemStatus.WITHDRAWN, key="O-1", encounter="V-1",
                   issued_at=right_now),
            now=right_now,
        )  # fmt: skip


def test_the_visit_says_why_its_chart_is_open_and_shows_its_checklist(elm_street, seen, signed_in):
    page = text(signed_in(elm_street.nora).get(url(seen)))
    assert (
        "This chart is open because 1 note waits to be signed by Dr Ana Diaz, 1 order waits for "
        "the laboratory and 3 lines of its checklist are not done." in page
    )
    assert "Office visit of" in page
    assert "2 of 7 done" in page
    assert "Asked of the Medical assistants" in page
    assert "Only a physician can tick this line." in page
    assert "Close this chart" not in page


def test_ticking_closing_and_opening_again_by_hand(elm_street, seen, signed_in, right_now):
    diaz = signed_in(elm_street.diaz)
    for title in ("Patient instructions given", "Follow-up booked", "Charges dropped"):
        answer = diaz.post(url(seen, f"lines/{line(elm_street, title).pk}/tick/"))
        assert answer.url == url(seen) + "#checklist"
    refused = diaz.post(url(seen, "close/"))
    assert refused.status_code == 409
    assert "Not closed. See below what is open." in refused.text
    assert "1 note waits to be signed by you" in refused.text
    finish(elm_street, right_now)
    assert "Close this chart" in diaz.get(url(seen)).text
    closed = diaz.post(url(seen, "close/"), follow=True)
    assert "Closed Today" in closed.text
    assert "The chart of this visit is closed" in closed.text
    again = diaz.post(url(seen, "reopen/"), follow=True)
    assert "Open again since Today" in again.text
    refused = diaz.post(url(seen, f"lines/{line(elm_street, 'Note signed').pk}/tick/"))
    assert refused.status_code == 404


def test_a_closed_checklist_is_not_changed_and_says_so(elm_street, seen, signed_in, right_now):
    finish(elm_street, right_now)
    diaz = signed_in(elm_street.diaz)
    charges = line(elm_street, "Charges dropped")
    for title in ("Patient instructions given", "Follow-up booked", "Charges dropped"):
        diaz.post(url(seen, f"lines/{line(elm_street, title).pk}/tick/"))
    diaz.post(url(seen, "close/"))
    refused = diaz.post(url(seen, f"lines/{charges.pk}/untick/"))
    assert refused.status_code == 409
    assert "Open it again before you change its checklist" in refused.text


def test_the_patients_chart_lists_the_visit(elm_street, seen, signed_in):
    page = text(signed_in(elm_street.diaz).get(f"/patients/{seen.patient_id}/"))
    assert f'href="{url(seen)}"' in page
    assert "Office visit of" in page


def test_a_visit_is_said_to_be_of_another_type(elm_street, seen, signed_in):
    diaz = signed_in(elm_street.diaz)
    page = text(diaz.post(url(seen, "type/"), {"type": "procedure"}, follow=True))
    assert "Procedure visit of" in page
    assert "Consent in the chart" in page
    refused = diaz.post(url(seen, "type/"), {"type": "picnic"})
    assert refused.status_code == 409
    assert "Choose one of the types of visit." in refused.text


def test_those_who_see_no_patients_neither_read_nor_tick(elm_street, seen, signed_in):
    ira = signed_in(elm_street.ira)
    assert ira.get(url(seen)).status_code == 403
    tick = url(seen, f"lines/{line(elm_street, 'Follow-up booked').pk}/tick/")
    assert ira.post(tick).status_code == 403
    charges = url(seen, f"lines/{line(elm_street, 'Charges dropped').pk}/tick/")
    assert "Only a physician" in signed_in(elm_street.max).post(charges).text


def test_each_look_at_a_visit_stands_in_the_record_of_its_patient(elm_street, seen, signed_in):
    assert signed_in(elm_street.diaz).get(url(seen))["Cache-Control"] == "no-store"
    with elm_street.scoped():
        [look] = AuditEvent.objects.filter(action="encounter.viewed")
    assert look.patient_id == seen.patient_id


def test_another_practices_visit_answers_like_one_that_never_was(
    elm_street, oak_street, seen, signed_in
):
    olu = signed_in(oak_street.olu)
    for path in ("", "close/", "reopen/", "type/", f"lines/{uuid4()}/tick/"):
        for verb in (olu.get, olu.post):
            theirs, nobodys = verb(url(seen, path)), verb(f"/encounters/{uuid4()}/{path}")
            assert theirs.status_code == nobodys.status_code
    with elm_street.scoped():
        assert not VisitChart.objects.get().is_closed
        assert Encounter.objects.get().visit_type == "office"
