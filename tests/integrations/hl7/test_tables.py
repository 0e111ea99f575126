"""Fields have their names, in every version, and unknown segments have none."""

import pytest

from integrations.hl7.tables import field_name, nearest, segment_names


@pytest.mark.parametrize(
    ("segment", "number", "name"),
    [
        ("OBX", 8, "Abnormal Flags"),
        ("PID", 3, "Patient Identifier List"),
        ("PID", 6, "Mother's Maiden Name"),
        ("MSH", 10, "Message Control ID"),
        ("RF1", 6, "Originating Referral Identifier"),
        ("TXA", 17, "Document Completion Status"),
    ],
)
def test_fields_have_their_names(segment, number, name):
    assert field_name("2.5.1", segment, number) == name


@pytest.mark.parametrize(
    ("version", "tables"),
    [
        *(("2.3", "2.3"), ("2.9", "2.8.2"), ("2.5.2", "2.5.1"), ("", "2.5.1"), ("x", "2.5.1")),
        *(("1.0", "2.1"), ("2..", "2.1"), ("2.3.1.9", "2.3.1")),
    ],
)
def test_a_strange_version_is_read_with_the_nearest_tables(version, tables):
    assert nearest(version) == tables


@pytest.mark.parametrize("segment", ["ZZZ", "", "O!X", "NOPE"])
def test_what_hl7_does_not_know_has_no_names(segment):
    assert dict(segment_names("2.5.1", segment)) == {}


@pytest.mark.parametrize(
    "version", ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.6", "2.7", "2.8"]
)
def test_every_version_names_the_patient(version):
    assert segment_names(version, "PID")[5] == "Patient Name"
