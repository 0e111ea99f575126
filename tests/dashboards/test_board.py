"""The backlog in numbers: each number is exactly its rows."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import transaction

from audit.actors import Actor
from integrations.models import FeedRhythm, InboundMessage
from routing import backlog
from routing import operations as routing
from routing.models import Task
from tests.dashboards.clinic import HL7, send
from tests.people import SETUP

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r'<a href="(/backlog/tasks/[^"]*)"(?: class="low")?>([\d,]+)')


@pytest.fixture
def worked(elm_street, morning, right_now):
    """A morning on which somebody worked: every stage and both days are there."""
    nora, actor = elm_street.nora, Actor.person(elm_street.nora)
    with elm_street.scoped():
        routing.assign(
            task_id=morning["Lipid panel"].pk,
            member=nora,
            to=elm_street.max,
            actor=actor,
            now=right_now,
        )
        routing.hold(task_id=morning["TSH"].pk, member=nora, reason="sample is repeated",
                     recheck_date=(right_now + timedelta(days=2)).date(), actor=actor,
                     now=right_now)  # fmt: skip
        routing.complete(
            task_id=morning["Basic metabolic panel"].pk,
            member=nora,
            outcome="discussed",
            actor=actor,
            now=right_now,
        )
        with transaction.atomic():
            Task.objects.filter(pk=morning["INR"].pk).update(is_late=True, is_escalated=True)
            Task.objects.filter(pk=morning["Chest CT without contrast"].pk).update(is_late=True)
    return morning


def rows_of(client, address) -> int:
    page = client.get(unescape(address))
    assert page.status_code == 200
    return page.text.count('<tr role="row" id="t-')


@pytest.mark.parametrize("added_up", [False, True])
def test_every_number_leads_to_exactly_its_rows(elm_street, worked, signed_in, right_now, added_up):
    if added_up:
        backlog.fold(now=right_now)
    sam = signed_in(elm_street.sam)
    found = NUMBER.findall(sam.get("/backlog/").text)
    assert len(found) > 60
    for address, said in dict(found).items():
        assert rows_of(sam, address) == int(said.replace(",", "")), address


@pytest.mark.parametrize("which", ["location", "owner", "nobody"])
def test_a_filter_narrows_the_numbers_and_their_rows_alike(elm_street, worked, signed_in, which):
    sam = signed_in(elm_street.sam)
    chosen = {"location": f"location={elm_street.main.pk}", "owner": f"owner={elm_street.max.pk}",
              "nobody": "owner=nobody"}[which]  # fmt: skip
    text = sam.get(f"/backlog/?{chosen}").text
    found = dict(NUMBER.findall(text))
    assert found
    assert all(chosen in address for address in found)
    for address, said in found.items():
        assert rows_of(sam, address) == int(said.replace(",", "")), address


def test_the_lead_sentence_names_where_late_work_waits(elm_street, worked, signed_in):
    context = signed_in(elm_street.sam).get("/backlog/").context["page"]
    said = "".join(part.words for part in context.lead)
    assert said.startswith("Critical results wait in Nurse") or "Dr Ana Diaz: " in said
    assert "late tasks" in said
    assert any(part.url for part in context.lead)


def test_the_file_holds_the_filter_and_the_counts_and_no_patient(elm_street, worked, signed_in):
    answer = signed_in(elm_street.sam).get(f"/backlog/numbers.csv?owner={elm_street.max.pk}")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert ["Filter", "Every location, Max Bell"] in rows
    assert ["Headline", "Open", "1", "", ""] in rows
    assert "OKAFOR" not in answer.text.upper()


def test_a_practice_without_work_is_told_what_will_be_here(elm_street, signed_in):
    text = signed_in(elm_street.sam).get("/backlog/").text
    assert "Nothing to count yet" in text
    assert "Counts at" in text


def test_numbers_of_a_silent_feed_say_that_they_may_be_low(elm_street, signed_in, right_now):
    with elm_street.scoped(), transaction.atomic():
        send(elm_street, HL7.format(control="1"), now=right_now - timedelta(hours=5))
        last = InboundMessage.objects.get().received_at
        FeedRhythm.objects.create(feed=elm_street.lab, silent_since=last)
    text = signed_in(elm_street.sam).get("/backlog/").text
    assert "Quest lab silent 5 h" in text
    assert "Numbers in italics may be low" in text
    assert 'class="low"' in text


def test_what_was_not_written_by_us_filters_nothing(elm_street, worked, signed_in):
    sam = signed_in(elm_street.sam)
    every = sam.get("/backlog/tasks/").text.count('<tr role="row" id="t-')
    bad = sam.get("/backlog/tasks/?stage=x&age=9&owner=1%27&came=2026-02-31&location=no&after=1")
    assert bad.text.count('<tr role="row" id="t-') == every
    assert SETUP.name not in bad.text
