"""The checklists of a practice: read by all, written by who leads, kept in versions."""

import re

import pytest
from django.db import transaction

from charts.values import VisitType
from routing import operations, visit_charts
from routing.models import Checklist
from tests.people import SETUP

pytestmark = pytest.mark.django_db


@pytest.fixture
def elm(elm_street, right_now):
    with elm_street.scoped(), transaction.atomic():
        operations.install_checklists(actor=SETUP, now=right_now)
    return elm_street


def written(*lines, forms=None) -> dict[str, str]:
    """The form as a browser sends it; a line is its number, name, answer, role and hours."""
    fields = ("place", "title", "answered_by", "role", "hours")
    said = {
        f"form-{at}-{name}": str(value)
        for at, line in enumerate(lines)
        for name, value in zip(fields, line, strict=True)
    }
    return {"form-TOTAL_FORMS": str(len(lines)), "form-INITIAL_FORMS": "0", **said}


def test_a_practice_without_checklists_is_told_that_they_come(elm_street, signed_in):
    page = signed_in(elm_street.max).get("/checklists/").text
    assert page.count("The starter checklist is on its way") == len(VisitType)


def test_everybody_reads_the_checklists_and_who_leads_changes_them(elm, signed_in):
    page = signed_in(elm.max).get("/checklists/").text
    for title in ("Office visit", "Telehealth visit", "Annual wellness visit", "Procedure visit"):
        assert title in page
    assert "Only a practice manager or supervisor can change the checklists of visits." in page
    assert 'href="/checklists/office/"' not in page
    assert 'href="/checklists/office/"' in signed_in(elm.sam).get("/checklists/").text


def test_a_checklist_is_published_in_the_order_of_its_numbers(elm, signed_in):
    sam = signed_in(elm.sam)
    assert 'value="Charges dropped"' in sam.get("/checklists/office/").text
    said = written(
        (2, "Room tidied", "", "medical-assistant", 2),
        ("", "", "", "physician", ""),
        (1, "Note signed", "note-signed", "physician", 0),
    )
    page = sam.post("/checklists/office/", said, follow=True).text
    assert "Published for visits that end from now on" in page
    assert "by Sam Ortiz" in page
    assert "1 earlier version" in page
    with elm.scoped():
        made = visit_charts.current("office")
        assert [line.title for line in made.lines.order_by("position")] == [
            "Note signed", "Room tidied",
        ]  # fmt: skip
        assert Checklist.objects.filter(visit_type="office").count() == 2


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("", "", "", "physician", "")], "at least one line"),
        ([(1, "A", "", "nurse", 0), (2, "a", "", "nurse", 0)], "the same name"),
        ([(1, "A", "", "nurse", "soon")], "Write the hours as a whole number"),
        ([(1, "A", "", "it", 0)], "Mend the lines that are marked"),
        ([(1, "A" * 90, "", "nurse", 0)], "at most 80 letters"),
    ],
)
def test_a_checklist_that_cannot_be_published_says_why_and_keeps_what_was_written(
    elm, signed_in, lines, said
):
    answer = signed_in(elm.sam).post("/checklists/office/", written(*lines))
    assert answer.status_code == 422
    assert said in answer.text
    assert all(re.search(f'value="{line[1]}"', answer.text) for line in lines if line[1])
    with elm.scoped():
        assert Checklist.objects.filter(visit_type="office").count() == 1


def test_only_who_leads_writes_one_and_only_for_a_type_there_is(elm, signed_in):
    assert signed_in(elm.max).post("/checklists/office/", written()).status_code == 403
    assert signed_in(elm.sam).get("/checklists/picnic/").status_code == 404
    garbage = signed_in(elm.sam).post("/checklists/office/", {"form-TOTAL_FORMS": "many"})
    assert garbage.status_code == 422
