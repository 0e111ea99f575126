"""Value sets as practices get them: a table, a ValueSet, a Bundle of them, a folder."""

import json

import pytest

from metrics.measures.codes import NoCodes, ValueSets
from metrics.measures.files import Unusable, from_bytes, read_codes
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
    return ValueSets.of(from_bytes(json.dumps(resource).encode())).codes


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
        (value_set(compose={"include": [{"valueSet": [URL]}]}), "did not come with it; load that"),
        (value_set(**expanded("a", total=2)), "holds 1 of 2 codes; load all pages"),
        ({"resourceType": "ValueSet"}, "no ValueSet with an address"),
        ({"resourceType": "Patient", "id": "ada"}, "no ValueSet with an address"),
        ({}, "no ValueSet with an address"),
    ],
)
def test_what_would_give_a_wrong_number_is_refused(resource, why):
    with pytest.raises(NoCodes, match=why):
        loaded(resource)


OTHER, THIRD = f"{URL}.7", f"{URL}.8"


def together(*resources):
    """What each of several value sets of one Bundle holds, by the end of its name."""
    entries = [{"resource": one} for one in resources]
    found = loaded({"resourceType": "Bundle", "entry": [{"resource": {
        "resourceType": "Bundle", "entry": entries,
    }}]})  # fmt: skip
    return {key.removeprefix(OID): {code for _, code in codes} for key, codes in found.items()}


def test_a_value_set_may_name_others_that_came_with_it():
    group = value_set(
        compose={
            "include": [{"valueSet": [OTHER]}, {"valueSet": [f"{OTHER}|1", THIRD]}, listed("z")],
            "exclude": [{"valueSet": [f"{URL}.9"]}],
        }
    )
    sets = (
        group,
        value_set(url=OTHER, **expanded("a", "b", "x")),
        value_set(url=THIRD, compose={"include": [listed("b", "c")]}),
        value_set(url=f"{URL}.9", **expanded("x")),
    )
    assert together(*sets)[""] == together(*reversed(sets))[""] == {"a", "b", "z"}
    only_both = value_set(compose={"include": [{"valueSet": [OTHER, THIRD]}]})
    assert together(only_both, *sets[1:])[""] == {"b"}
    also_listed = value_set(compose={"include": [{"valueSet": [OTHER], **listed("a", "q")}]})
    assert together(also_listed, *sets[1:])[""] == {"a"}


def test_value_sets_that_name_each_other_are_refused():
    one = value_set(compose={"include": [{"valueSet": [OTHER]}]})
    other = value_set(url=OTHER, compose={"include": [{"valueSet": [URL]}]})
    with pytest.raises(NoCodes, match="did not come with it"):
        together(one, other)


def test_pages_of_an_expansion_come_together_and_a_page_that_came_twice_is_one():
    first, last = expanded("a", "b", total=3), expanded("c", total=3, offset=2)
    assert together(value_set(**first), value_set(**last)) == {"": {"a", "b", "c"}}
    with pytest.raises(NoCodes, match="holds 2 of 3 codes"):
        together(value_set(**first), value_set(**first))


def test_of_two_versions_of_a_value_set_the_later_one_counts():
    old, new = value_set(version="20170504", **expanded("a")), value_set(version="20250301")
    described = {"compose": {"include": [{"system": SYSTEM}]}}
    assert together(new | expanded("b"), old) == {"": {"b"}}
    assert together(old | expanded("a"), new | described, new | expanded("b")) == {"": {"b"}}


def test_what_nobody_asks_for_may_be_described_by_a_rule(tmp_path):
    rule = value_set(url=OTHER, compose={"include": [{"system": SYSTEM, "filter": [{}]}]})
    (tmp_path / "one.json").write_text(json.dumps(value_set(**expanded("a"))))
    (tmp_path / "rule.json").write_text(json.dumps(rule))
    found = read_codes(tmp_path)
    assert found.lack(URL, OTHER) == [OTHER]
    assert "by a rule" in found.fault(OTHER)
    assert found.fault(URL) == ""


@pytest.mark.parametrize("system, usual", [
    ("urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct"),
    ("http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12"),
    ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
     "http://terminology.hl7.org/CodeSystem/HCPCS"),
])  # fmt: skip
def test_a_code_system_is_known_by_each_of_its_names(tmp_path, system, usual):
    (tmp_path / "codes.tsv").write_text(f"value_set\tsystem\tcode\n{OID}\t{system}\tx\n")
    known = read_codes(tmp_path)
    assert known.hold(coded("x", system=system), URL)
    assert known.hold(coded("x", system=usual), URL)
    assert not known.hold(coded("x"), URL)


def test_empty_lines_and_spare_columns_of_a_table_say_nothing(tmp_path):
    rows = f'name\tvalue_set\tsystem\tcode\r\n\r\n"A ""b"""\t{OID}\t{SYSTEM}\ta\t\r\n\r\n'
    (tmp_path / "codes.tsv").write_bytes(rows.encode())
    assert read_codes(tmp_path).codes == {OID: {(SYSTEM, "a")}}


@pytest.mark.parametrize(
    "rows, why",
    [
        ('1\t"s\tx\n2\ts\ty\n', "line 2 cannot be split"),
        ('1\t"s\tx\n2\ts"\ty\n', "line 3 ends a quote of a line before it"),
        (f"1\ts\t{'x' * 200_000}\n", "line 2 cannot be split"),
    ],
)
def test_a_row_is_never_swallowed_by_a_quote(tmp_path, rows, why):
    (tmp_path / "codes.tsv").write_text(f"value_set\tsystem\tcode\n{rows}")
    with pytest.raises(Unusable, match=why):
        read_codes(tmp_path)


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
