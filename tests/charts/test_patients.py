"""Who is who: matched on the assigner and the id, never on a bare number."""

from datetime import date

import pytest

from audit.models import AuditEvent
from charts import encounters, patients
from charts.identity import LONGEST, naming
from charts.models import ChartItem, Encounter, Patient, PatientCode, PatientIdentifier, ResultValue
from charts.values import Code, ItemKind, ItemStatus, PatientDetails
from tests.charts.somebody import find, mrn, somebody
from tests.reports import FEED, file, potassium, report, result

db = pytest.mark.django_db


# Pure


def test_an_account_a_visit_or_a_guarantor_names_no_patient():
    details = somebody(mrn("1", kind="AN"), mrn("2", kind="VN"), mrn("3", kind="GN"), mrn("4"))
    assert naming(details) == (mrn("4"),)


def test_an_identifier_is_named_once_and_in_one_order():
    details = somebody(mrn("9"), mrn("1"), mrn("9", kind="PI"), mrn("", "ELM"), mrn("5", "A"))
    assert [(one.assigner, one.value) for one in naming(details)] == [
        ("A", "5"),
        ("ELM", "1"),
        ("ELM", "9"),
    ]


@pytest.mark.parametrize(
    ("value", "assigner"), [("9" * (LONGEST + 1), ""), ("9", "A" * (LONGEST + 1))]
)
def test_an_identifier_too_long_to_keep_names_nobody(value, assigner):
    assert naming(somebody(mrn(value, assigner))) == ()
    assert naming(somebody(mrn(value[:LONGEST], assigner[:LONGEST])))


# Matching


@db
def test_the_same_id_of_the_same_assigner_is_the_same_person(elm_street, now):
    with elm_street.scoped():
        [first], [second] = find(somebody(mrn("1")), now=now), find(somebody(mrn("1")), now=now)
        assert first == second
        assert Patient.objects.count() == 1


@db
@pytest.mark.parametrize("other", [mrn("1", "QUEST"), mrn("1", ""), mrn("2", "ELM")])
def test_a_bare_number_is_nobody(elm_street, now, other):
    with elm_street.scoped():
        [first], [second] = find(somebody(mrn("1")), now=now), find(somebody(other), now=now)
        assert first != second


@db
def test_a_name_and_a_birth_date_match_nobody(elm_street, now):
    with elm_street.scoped():
        born = date(1980, 1, 1)
        [first] = find(somebody(mrn("1"), birth_date=born), now=now)
        [second] = find(somebody(mrn("2"), birth_date=born), now=now)
        assert first != second


@db
def test_without_an_identifier_everybody_is_somebody_new(elm_street, now):
    with elm_street.scoped():
        [first], [second] = find(somebody(), now=now), find(somebody(), now=now)
        assert first != second
        assert first.is_unidentified
        assert second.is_unidentified


@db
def test_of_two_identifiers_the_record_number_decides(elm_street, now):
    with elm_street.scoped():
        [by_number] = find(somebody(mrn("1")), now=now)
        [by_lab] = find(somebody(mrn("L", "LAB", "PI")), now=now)
        assert find(somebody(mrn("L", "LAB", "PI"), mrn("1")), now=now) == [by_number]
        assert find(somebody(mrn("L", "LAB", "PI")), now=now) == [by_lab]


@db
def test_a_further_identifier_is_learned_and_found_by_next_time(elm_street, now):
    with elm_street.scoped():
        [first] = find(somebody(mrn("1")), now=now)
        find(somebody(mrn("1"), mrn("N", "STATE", "NI")), now=now)
        assert find(somebody(mrn("N", "STATE", "NI")), now=now) == [first]


@db
def test_many_at_once_are_as_many_one_by_one(elm_street, now):
    with elm_street.scoped():
        found = find(
            *(somebody(mrn(str(n % 3))) for n in range(9)), somebody(), somebody(), now=now
        )
        assert [found[n] == found[n % 3] for n in range(9)] == [True] * 9
        assert len({one.pk for one in found}) == 5


@db
def test_the_other_practices_patient_of_the_same_id_is_another_person(elm_street, oak_street, now):
    with elm_street.scoped():
        [ours] = find(somebody(mrn("1")), now=now)
    with oak_street.scoped():
        [theirs] = find(somebody(mrn("1")), now=now)
    assert ours.pk != theirs.pk


# What is said of them


@db
def test_a_message_about_the_person_overwrites_and_any_other_fills_gaps(elm_street, now):
    with elm_street.scoped():
        find(somebody(mrn("1"), phone=None, family="Old"), now=now)
        find(somebody(mrn("1"), phone="555-0100", family="Lab's spelling"), now=now)
        patient = Patient.objects.get()
        assert (patient.family, patient.phone) == ("Old", "555-0100")
        find(somebody(mrn("1"), phone="", family="New"), now=now, overwrite=True)
        patient.refresh_from_db()
        assert (patient.family, patient.phone, patient.given) == ("New", "", "Pat")


@db
def test_what_is_not_said_stays_as_it_was(elm_street, now):
    with elm_street.scoped():
        born = date(1980, 1, 1)
        find(somebody(mrn("1"), birth_date=born, deceased=True), now=now, overwrite=True)
        find(PatientDetails(identifiers=(mrn("1"),)), now=now, overwrite=True)
        patient = Patient.objects.get()
        assert (patient.family, patient.birth_date, patient.is_deceased) == ("Marsh", born, True)


@db
def test_a_change_is_audited_by_the_names_of_its_fields_only(elm_street, now):
    with elm_street.scoped():
        find(somebody(mrn("1")), now=now)
        find(somebody(mrn("1"), family="Married"), now=now, overwrite=True)
        find(somebody(mrn("1"), family="Married"), now=now, overwrite=True)
        row = AuditEvent.objects.get(action="patient.changed")
        assert row.detail == {"fields": ["family"]}


@db
def test_problems_and_medications_are_learned_once(elm_street, now):
    listed = {
        "problems": (Code("N18.4", "", "icd10"), Code("")),
        "medications": (Code("N18.4", "", "icd10"),),
    }
    with elm_street.scoped():
        for _ in range(2):
            find(somebody(mrn("1"), **listed), now=now)
        rows = PatientCode.objects.order_by("list").values_list("list", "code")
        assert list(rows) == [("medication", "N18.4"), ("problem", "N18.4")]


@db
def test_what_is_too_long_for_its_column_is_cut_not_refused(elm_street, now):
    with elm_street.scoped():
        [patient] = find(somebody(mrn("1"), family="x" * 500, sex="y" * 50), now=now)
        patient.refresh_from_db()
        assert (len(patient.family), len(patient.sex)) == (120, 10)


# Merging


@db
def test_a_merge_moves_everything_and_deletes_nothing(elm_street, now):
    gone, kept = somebody(mrn("GONE"), problems=(Code("A", "", "icd10"),)), somebody(mrn("KEPT"))
    with elm_street.scoped():
        file(
            result(ItemStatus.FINAL, potassium()),
            report(ItemKind.ORDER, ItemStatus.DRAFT),
            now=now,
            of=gone,
        )
        encounters.record_visit(
            gone, source="ehr", number="V1", status="planned", actor=FEED, now=now
        )
        [survivor] = find(kept, now=now)
        got, ended = patients.merge(kept, [mrn("GONE")], actor=FEED, now=now)
        assert got == survivor
        [left] = ended
        for model in (ChartItem, Encounter, ResultValue, PatientIdentifier, PatientCode):
            assert set(model.objects.values_list("patient", flat=True)) == {survivor.pk}, model
        left.refresh_from_db()
        assert left.merged_into == survivor
        assert find(gone, now=now) == [survivor]
        assert AuditEvent.objects.get(action="patient.merged").patient_id == survivor.pk


@db
def test_a_code_that_both_had_is_kept_once_and_others_by_list_and_system(elm_street, now):
    both, other = Code("703", "", "rxnorm"), Code("703", "", "icd10")
    gone = somebody(mrn("GONE"), medications=(both,), problems=(other,))
    with elm_street.scoped():
        find(gone, somebody(mrn("KEPT"), medications=(both,)), now=now)
        kept, _ = patients.merge(somebody(mrn("KEPT")), [mrn("GONE")], actor=FEED, now=now)
        codes = PatientCode.objects.filter(patient=kept).values_list("list", "system", "code")
        assert set(codes) == {("medication", "rxnorm", "703"), ("problem", "icd10", "703")}


@db
def test_several_merges_in_a_row_end_in_one_hop(elm_street, now):
    with elm_street.scoped():
        a, b, c = find(*(somebody(mrn(name)) for name in "ABC"), now=now)
        patients.merge(somebody(mrn("B")), [mrn("A")], actor=FEED, now=now)
        patients.merge(somebody(mrn("C")), [mrn("B")], actor=FEED, now=now)
        assert set(Patient.objects.values_list("pk", "merged_into")) == {
            (a.pk, c.pk),
            (b.pk, c.pk),
            (c.pk, None),
        }
        assert find(somebody(mrn("A")), somebody(mrn("B")), now=now) == [c, c]


@db
def test_one_merge_may_end_several(elm_street, now):
    with elm_street.scoped():
        find(*(somebody(mrn(name)) for name in "ABC"), now=now)
        kept, ended = patients.merge(
            somebody(mrn("C")), [mrn("A"), mrn("B"), mrn("C")], actor=FEED, now=now
        )
        assert len(ended) == 2
        assert Patient.objects.filter(merged_into=kept).count() == 2


@db
def test_a_merge_said_twice_or_backwards_changes_nothing_more(elm_street, now):
    with elm_street.scoped():
        find(somebody(mrn("A")), somebody(mrn("B")), now=now)
        kept, _ = patients.merge(somebody(mrn("B")), [mrn("A")], actor=FEED, now=now)
        for survivor, gone in (("B", "A"), ("A", "B")):
            got, ended = patients.merge(somebody(mrn(survivor)), [mrn(gone)], actor=FEED, now=now)
            assert (got, ended) == (kept, [])


@db
def test_a_merge_with_a_number_nobody_has_heard_of_gives_it_to_the_survivor(elm_street, now):
    with elm_street.scoped():
        kept, ended = patients.merge(
            somebody(mrn("B")), [mrn("NEW"), mrn("", "ELM")], actor=FEED, now=now
        )
        assert ended == []
        assert find(somebody(mrn("NEW")), now=now) == [kept]
