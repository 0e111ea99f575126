"""Whose a resource is, when patients come in many files and many forms."""

import pytest

from metrics.measures.record import MeasureBundle, Source, sources_in
from tests.metrics.measures.cases import PATIENT, bundle, referral, visit

EVE = {"resourceType": "Patient", "id": "eve"}


def of(who):
    return {"subject": {"reference": who}}


def held(*sources):
    found = MeasureBundle(sources)
    return {
        one.id: [each.id for each in one.entries] for one in found.patients
    }, found.strays.total()


def test_a_patient_who_comes_twice_is_one_patient():
    monday = Source.bundle(bundle(PATIENT, visit("v1")))
    friday = Source.bundle(bundle(PATIENT, visit("v2")))
    assert held(monday, friday, monday) == ({"ada": ["v1", "v2"]}, 0)


def test_resources_find_a_patient_who_came_in_another_file():
    assert held(Source.loose([PATIENT, EVE]), Source.bundle(bundle(visit()))) == (
        {"ada": ["v"], "eve": []}, 0,
    )  # fmt: skip


def test_patients_may_use_the_same_ids_for_what_is_theirs():
    both = (
        Source.bundle(bundle(PATIENT, visit("1"))),
        Source.bundle(bundle(EVE, visit("1", status="planned", **of("Patient/eve")))),
    )
    assert held(*both) == ({"ada": ["1"], "eve": ["1"]}, 0)


def test_what_came_with_one_patient_and_names_nobody_here_is_theirs():
    lost = visit(**of("Patient/who"))
    assert held(Source.bundle(bundle(PATIENT, lost, type_="transaction"))) == ({"ada": ["v"]}, 0)
    assert held(Source.loose([PATIENT, lost])) == ({"ada": ["v"]}, 0)
    assert held(Source.bundle(bundle(PATIENT, EVE, lost))) == ({"ada": [], "eve": []}, 1)


def test_what_is_counted_though_it_names_somebody_else_is_told():
    lost, nameless = visit("w", **of("Patient/who")), visit("x", subject=None)
    together = [PATIENT, visit(), lost, nameless]
    found = MeasureBundle([Source.loose([(one, "File 2") for one in together])])
    assert +found.adopted == {"File 2": 1}
    assert [one.id for one in found.patients[0].entries] == ["v", "w", "x"]


@pytest.mark.parametrize("type_", ["searchset", "history"])
def test_a_page_of_many_proves_nothing_about_whose_it_is(type_):
    page = Source.bundle(bundle(PATIENT, visit(**of("Patient/eve")), type_=type_))
    assert held(page) == ({"ada": []}, 1)
    assert held(page, Source.loose([EVE])) == ({"ada": [], "eve": ["v"]}, 0)


def test_a_patient_without_an_id_is_known_by_the_address_in_the_bundle():
    nameless = {"resourceType": "Patient"}
    found = {
        "resourceType": "Bundle", "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:5a1e", "resource": nameless},
            {"fullUrl": "urn:uuid:6b2f", "resource": EVE},
            {"fullUrl": "urn:uuid:7c3d", "resource": visit(**of("urn:uuid:5a1e"))},
            {"fullUrl": "urn:uuid:8d4c", "resource": visit("w", **of("urn:uuid:6b2f"))},
        ],
    }  # fmt: skip
    assert held(Source.bundle(found)) == ({"5a1e": ["v"], "eve": ["w"]}, 0)


def test_what_is_contained_belongs_to_its_holders_patient():
    holder = visit(contained=[referral("inner", subject=None)])
    assert held(Source.loose([PATIENT, EVE, holder]))[0]["ada"] == ["v", "Encounter/v#inner"]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_versions_the_one_updated_later_counts(turned):
    old = referral(meta={"lastUpdated": "2026-03-02T09:00:00-05:00"})
    new = referral(meta={"lastUpdated": "2026-03-02T14:00:01Z"}, status="entered-in-error")
    versions = [new, old] if turned else [old, new]
    (ada,) = MeasureBundle([Source.loose([PATIENT, *versions])]).patients
    assert [one.resource["status"] for one in ada.of("ServiceRequest")] == ["entered-in-error"]


def test_two_versions_without_a_date_are_settled_alike_in_any_order():
    one, other = referral(status="active"), referral(status="revoked")
    (ada,) = MeasureBundle([Source.loose([PATIENT, one, other])]).patients
    (again,) = MeasureBundle([Source.loose([PATIENT, other, one])]).patients
    assert ada == again


def test_each_bundle_inside_of_a_bundle_is_a_source_of_its_own():
    lost = visit(**of("Patient/who"))
    hers = bundle(EVE, visit("w", **of("Patient/eve")))
    whole = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": bundle(PATIENT, lost)}, {"resource": hers},
    ]}  # fmt: skip
    assert held(*sources_in(whole)) == ({"ada": ["v"], "eve": ["w"]}, 0)


def test_a_number_that_two_patients_share_says_nobodys_name():
    number = {"system": "https://ehr.test/mrn", "value": "7"}
    both = [one | {"identifier": [number]} for one in (PATIENT, EVE)]
    by_number = visit(subject={"identifier": number})
    assert held(Source.loose([*both, by_number])) == ({"ada": [], "eve": []}, 1)
    assert held(Source.loose([both[0], EVE, by_number])) == ({"ada": ["v"], "eve": []}, 0)


@pytest.mark.parametrize("thing", [7, None, "x", {}, {"id": "x"}, {"resourceType": "Banana"},
                                   {"resourceType": ["Task"]}])  # fmt: skip
def test_what_is_no_resource_is_counted_under_its_file(thing):
    entries = [{"resource": thing}, {"resource": PATIENT}, {"search": {"mode": "match"}}]
    found = MeasureBundle([Source.bundle({"entry": entries}, "File 3")])
    assert found.unread == {"File 3": 1}
    assert [one.id for one in found.patients] == ["ada"]
