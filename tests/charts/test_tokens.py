"""Whoever was written can be found, in the same transaction, and whoever ended cannot."""

from datetime import date

import pytest
from django.core.management import call_command

from audit.models import AuditEvent
from charts import patients, tokens
from charts.models import Patient, SearchToken, TokenRound
from tests.charts.somebody import find, mrn, somebody
from tests.reports import FEED, file, graded, patient, result

pytestmark = pytest.mark.django_db


def of(who: Patient) -> set[str]:
    rows = SearchToken.objects.of_patients().filter(patient=who)
    return set(rows.values_list("token", flat=True))


def test_a_patient_is_found_by_name_birth_date_and_number(elm_street, now):
    with elm_street.scoped():
        said = somebody(mrn("MR-7"), family="Núñez", given="Ana", birth_date=date(1961, 3, 2))
        [who] = find(said, now=now)
        assert of(who) == {"nunez", "ana", "19610302", "mr7"}


def test_another_name_takes_the_place_of_the_one_before(elm_street, now):
    with elm_street.scoped():
        [who] = find(somebody(mrn("7"), family="Marsh"), now=now)
        find(somebody(mrn("7"), mrn("8"), family="Field"), overwrite=True, now=now)
        assert of(who) == {"field", "pat", "7", "8"}


def test_whoever_ended_in_another_is_found_there_alone(elm_street, now):
    with elm_street.scoped():
        find(somebody(mrn("1")), somebody(mrn("2"), family="Field"), now=now)
        kept, gone = (Patient.objects.get(family=name) for name in ("Marsh", "Field"))
        file(result(filler="F-9"), of=somebody(mrn("2"), family="Field"), now=now)
        patients.unite(kept=kept, gone=[gone], actor=FEED, now=now)
        assert of(gone) == set()
        assert of(kept) == {"marsh", "pat", "1", "2"}
        assert SearchToken.objects.of_items().get(token="f9").patient_id == kept.pk


def test_a_number_that_is_handed_over_finds_whoever_has_it(elm_street, now):
    with elm_street.scoped():
        [one], [other] = (find(somebody(mrn(n)), now=now) for n in ("1", "2"))
        patients.hand_over(somebody(mrn("1")), to=other, actor=FEED, now=now)
        assert "1" not in of(one)
        assert of(other) >= {"1", "2"}


def test_an_item_is_found_by_its_order_and_its_accession_number(elm_street, now):
    with elm_street.scoped():
        [filed] = file(result(placer="P-100", filler="F 200"), now=now)
        rows = SearchToken.objects.of_items().filter(item=filed.item)
        assert set(rows.values_list("token", flat=True)) == {"p100", "f200"}


def test_the_sweep_mends_what_was_spoilt_and_says_so(elm_street, now):
    with elm_street.scoped():
        [filed] = file(graded(None, filler="F-1"), of=patient(family="Marsh"), now=now)
        before = set(SearchToken.objects.values_list("token", flat=True))
        SearchToken.objects.filter(token__in=["marsh", "f1"]).delete()
        SearchToken.objects.create(token="ghost", patient=filed.patient)
    assert tokens.sweep(now=now) == 1
    with elm_street.scoped():
        assert set(SearchToken.objects.values_list("token", flat=True)) == before
        event = AuditEvent.objects.get(action="tokens.mended")
        assert event.detail == {"patients": [str(filed.patient.pk)]}
    assert tokens.sweep(now=now) == 0


def test_the_sweep_goes_on_where_it_stopped_and_begins_anew_at_the_end(
    elm_street, now, monkeypatch
):
    monkeypatch.setattr(tokens, "BATCH", 2)
    with elm_street.scoped():
        for number in "123":
            find(somebody(mrn(number)), now=now)
        SearchToken.objects.all().delete()
    assert [tokens.sweep(now=now) for _ in range(3)] == [2, 1, 0]
    with elm_street.scoped():
        assert TokenRound.objects.get().after is not None


def test_the_command_makes_everything_anew(elm_street, now, capsys):
    with elm_street.scoped():
        find(somebody(mrn("1")), now=now)
        SearchToken.objects.all().delete()
    call_command("rebuild_search")
    assert "1 patients put right." in capsys.readouterr().out
    with elm_street.scoped():
        assert SearchToken.objects.exists()


def test_the_beginning_of_a_token_is_a_range_of_the_index(elm_street, now):
    with elm_street.scoped():
        for number, family in enumerate(("Diaz", "Diazzo", "Diay", "Dib")):
            find(somebody(mrn(f"9{number}"), family=family), now=now)
        found = SearchToken.objects.of_patients().beginning("diaz").order_by("token")
        assert list(found.values_list("token", flat=True)) == ["diaz", "diazzo"]
