"""Value sets as practices get them: a table, a ValueSet, a Bundle of them, a folder."""

import json

import pytest

from metrics.measures.codes import NoCodes, ValueSets, from_resource
from metrics.measures.files import Unusable, read_codes
from tests.metrics.measures.cases import coded

SYSTEM = "https://codes.example.test"
OID = "2.999.50.1"
URL = f"http://valuesets.example.test/ValueSet/{OID}"


def value_set(**parts):
    return {"resourceType": "ValueSet", "url": URL} | parts


def listed(*codes):
    return {"system": SYSTEM, "concept": [{"code": one} for one in codes]}


def expanded(*codes, **more):
    return {"expansion": {"contains": [{"system": SYSTEM, "code": one} for one in codes]} | more}


def loaded(resource):
    return ValueSets.of(from_resource(resource)).codes


@pytest.mark.parametrize(
    "resource",
    [
        value_set(compose={"include": [listed("a"), listed("b")]}),
        value_set(compose={"include": [listed("a", "b", "c")], "exclude": [listed("c")]}),
        value_set(**expanded("a", "b", total=2)),
        value_set(compose={"include": [{"system": SYSTEM, "filter": []}]}, **expanded("a", "b")),
        value_set(
            expansion={
                "contains": [
                    {"system": SYSTEM, "code": "a", "contains": [{"system": SYSTEM, "code": "b"}]},
                    {"system": SYSTEM, "code": "group", "abstract": True},
                    {"display": "a heading"},
                ],
                "total": 4,
            }
        ),
        {
            "resourceType": "Bundle",
            "entry": [
                {"resource": {"resourceType": "Library"}},
                {"resource": value_set(**expanded("a", "b"))},
            ],
        },
    ],
)
def test_each_form_of_a_value_set_gives_its_codes(resource):
    assert loaded(resource) == {OID: {(SYSTEM, "a"), (SYSTEM, "b")}}


@pytest.mark.parametrize(
    "resource, why",
    [
        (value_set(compose={"include": [{"system": SYSTEM}]}), "by a rule; load its expansion"),
        (value_set(compose={"include": [{"valueSet": [URL]}]}), "by a rule; load its expansion"),
        (value_set(**expanded("a", total=2)), "holds 1 of 2 codes; load all pages"),
        ({"resourceType": "ValueSet"}, "no ValueSet with an address"),
        ({"resourceType": "Patient", "id": "ada"}, "no ValueSet with an address"),
        ({}, "no ValueSet with an address"),
    ],
)
def test_what_would_give_a_wrong_number_is_refused(resource, why):
    with pytest.raises(NoCodes, match=why):
        loaded(resource)


@pytest.mark.parametrize("name", [URL, f"{URL}|2024-02", OID, f"urn:oid:{OID}", f"{URL}/"])
def test_a_value_set_is_known_by_each_of_its_names(name):
    known = ValueSets.of([(URL, (SYSTEM, "a"))])
    assert known.hold(coded("a"), name)
    assert not known.hold(coded("b"), name)
    assert not known.hold(coded("a", system="https://other.test"), name)
    assert known.lack(name, "2.999.50.2") == ["2.999.50.2"]


def test_a_folder_may_hold_tables_and_value_sets(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.json").write_text(json.dumps(value_set(**expanded("a"))))
    (tmp_path / "two.tsv").write_text(f"value_set\tsystem\tcode\n{OID}\t{SYSTEM}\tb\n")
    (tmp_path / "readme.txt").write_text("not codes")
    assert read_codes(tmp_path).codes == {OID: {(SYSTEM, "a"), (SYSTEM, "b")}}


def test_a_file_that_is_no_value_set_is_named_by_its_place(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps({"resourceType": "Patient", "id": "ada"}))
    with pytest.raises(Unusable, match=r"File 1 of 1 in .* cannot be used as codes"):
        read_codes(tmp_path)
