"""One box finds patients with their open work, tasks and orders; nobody finds what is not theirs
to see, and nothing that was typed stays anywhere."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from charts import patients, tokens
from charts.models import ChartItem, SearchToken
from dashboards.queries import search
from tests.charts.somebody import find, mrn, somebody
from tests.reports import FEED

pytestmark = pytest.mark.django_db


def found(client, words: str) -> str:
    answer = client.post("/search/", {"q": words})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return answer.text


@pytest.mark.parametrize("words", ["okaf", "OKAFOR gr", "3/2/1961", "508700", "grace 1961-03-02"])
def test_a_patient_is_found_with_their_open_tasks(elm_street, morning, signed_in, words):
    text = found(signed_in(elm_street.max), words)
    assert "OKAFOR, Grace" in text
    assert "MRN 508700" in text
    assert f'href="/tasks/{morning["Potassium"].pk}/?back=/search/"' in text


def test_only_whoever_bears_every_word_is_found(elm_street, morning, signed_in):
    text = found(signed_in(elm_street.max), "hughes ol")
    assert "HUGHES, Olive" in text
    assert "HUGHES, Owen" not in text


def test_a_task_is_found_by_the_number_on_its_page(elm_street, morning, signed_in):
    client, task = signed_in(elm_street.max), morning["Lipid panel"]
    number = str(task.pk)[-8:]
    assert f"Task {number}" in client.get(f"/tasks/{task.pk}/").text
    for words in (number, number.upper(), str(task.pk)):
        assert f'href="/tasks/{task.pk}/?back=/search/"' in found(client, words)


def test_an_order_is_found_by_its_accession_number(elm_street, morning, signed_in):
    with elm_street.scoped():
        item = ChartItem.objects.get(pk=morning["Lipid panel"].item_id)
        item.filler = "ACC-77120"
        item.save(update_fields=["filler"])
        tokens.keep([item.patient_id])
    text = found(signed_in(elm_street.max), "acc-771")
    assert "ACC-77120" in text
    assert "Lipid panel" in text


def test_it_finds_no_patient_and_reads_why(elm_street, morning, signed_in):
    client = signed_in(elm_street.ira)
    text = found(client, "okafor")
    assert "Only a" in text
    assert "OKAFOR" not in text
    assert "Potassium" not in found(client, str(morning["Potassium"].pk))


def test_another_practice_finds_nobody(elm_street, oak_street, morning, signed_in):
    assert "OKAFOR" not in found(signed_in(oak_street.olu), "okafor")


def test_words_that_find_nothing_or_are_too_few_are_answered_in_words(
    elm_street, morning, signed_in
):
    client = signed_in(elm_street.max)
    assert "Nothing found" in found(client, "zzzz")
    assert "Type a little more" in found(client, "o")
    assert "Nothing found" not in found(client, "")


def test_a_search_leaves_who_and_how_many_and_no_word(elm_street, morning, signed_in):
    found(signed_in(elm_street.max), "okafor")
    with elm_street.scoped():
        event = AuditEvent.objects.get(action="search.made")
        assert event.actor_name == elm_street.max.name
        assert event.detail["patients"] == 1
        assert event.detail["named"] == [str(morning["Potassium"].patient_id)]
        assert "okafor" not in str(event.detail).lower()


def test_a_long_list_says_how_to_make_it_short(elm_street, signed_in, right_now):
    with elm_street.scoped():
        crowd = [somebody(mrn(f"C{n}"), family="Crowd", given=f"Given{n}") for n in range(25)]
        patients.find_or_register(crowd, overwrite=False, actor=FEED, now=right_now)
    text = found(signed_in(elm_street.max), "crowd")
    assert "More than 20 patients" in text
    assert text.count("CROWD, ") == 20


def test_a_beginning_is_looked_up_in_the_index_under_row_security(elm_street, right_now):
    # In an empty table any index is as good as another.
    with elm_street.scoped():
        (one,) = find(somebody(mrn("1")), now=right_now)
        many = (SearchToken(token=f"word{n}", patient=one) for n in range(2000))
        SearchToken.objects.bulk_create(many)
    with elm_street.scoped(), CaptureQueriesContext(connection) as asked:
        assert search.patients_of(("given", "crowd")) == []
    with elm_street.scoped(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    ranges = re.findall(r"Index Cond: .*token.* >= '(\w+)'.*token.* < ", plan)
    assert sorted(ranges) == ["crowd", "given"], plan
