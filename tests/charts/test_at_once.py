"""Several workers at once: one person registered, no item left with a patient who is gone."""

import threading

import pytest
from django.db import connection, transaction

from charts import patients
from charts.models import ChartItem, Patient, PatientIdentifier, ResultValue
from charts.values import ItemStatus
from tests.charts.somebody import find, mrn, somebody
from tests.reports import FEED, file, potassium, result


def at_once(elm, *works) -> list:
    """Each in a thread and a transaction of its own, started together."""
    start, ends = threading.Barrier(len(works)), []

    def run(work):
        try:
            with elm.scoped(), transaction.atomic():
                start.wait(timeout=10)
                ends.append(work())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            ends.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ends


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ids", [
    [("A",), ("A",)], [("A", "B"), ("B", "C")], [("B", "A"), ("A", "B"), ("C", "B"), ("B", "D")],
], ids=["the same", "overlapping", "four"])  # fmt: skip
def test_several_workers_that_register_one_person_at_once_make_one(elm_street, now, ids):
    works = [lambda of=of: find(somebody(*map(mrn, of)), now=now)[0] for of in ids]
    ends = at_once(elm_street, *works)
    assert not [end for end in ends if isinstance(end, Exception)]
    with elm_street.scoped(), transaction.atomic():
        alive = Patient.objects.filter(merged_into__isnull=True)
        assert alive.count() == 1
        named = PatientIdentifier.objects.values_list("patient", flat=True)
        assert set(named) == {alive.get().pk}
        assert {end.pk for end in ends} == {alive.get().pk}


@pytest.mark.django_db(transaction=True)
def test_an_item_filed_while_its_patient_is_merged_ends_with_the_survivor(elm_street, now):
    with elm_street.scoped(), transaction.atomic():
        find(somebody(mrn("GONE")), somebody(mrn("KEPT")), now=now)
    for number in range(6):
        one = result(ItemStatus.FINAL, potassium(), key=f"L{number}")
        gone, kept = ("GONE", "KEPT") if number == 0 else ("KEPT", "KEPT")
        ends = at_once(
            elm_street,
            lambda one=one: file(one, now=now, of=somebody(mrn("GONE"))),
            lambda gone=gone, kept=kept: patients.merge(
                somebody(mrn(kept)), [mrn(gone), mrn("GONE")], actor=FEED, now=now
            ),
        )
        assert not [end for end in ends if isinstance(end, Exception)]
    with elm_street.scoped(), transaction.atomic():
        [survivor] = find(somebody(mrn("KEPT")), now=now)
        assert set(ChartItem.objects.values_list("patient", flat=True)) == {survivor.pk}
        assert set(ResultValue.objects.values_list("patient", flat=True)) == {survivor.pk}
