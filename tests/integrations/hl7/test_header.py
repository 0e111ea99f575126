"""The header at a glance, the order key, and how fast both are."""

import time

import pytest

from integrations.hl7.header import glance
from integrations.hl7.ordering import order_key
from tests.integrations.hl7 import golden

PID = "PID|1||5^^^ELM"


def key(kind: str, *lines: str) -> str:
    header = f"MSH|^~\\&|A|B|C|D|20261116||{kind}|1|P|2.5"
    return order_key("\r".join([header, *lines]).encode())


def test_the_header_as_it_was_sent():
    raw = b"MSH|^~\\&|A&x|B^1.2|C|D|2026||ORU^R01^ORU_R01|C\\T\\1|P^A|2.5.1^USA|||al|NE|"
    header = glance(raw + b"|8859/1|||360X^P")
    assert (header.application, header.facility, header.sent_at) == ("A&x", "B^1.2", "2026")
    assert (header.code, header.event, header.type) == ("ORU", "R01", "ORU^R01")
    assert (header.control_id, header.processing_id, header.version) == ("C\\T\\1", "P", "2.5.1")
    assert (header.accept_ack, header.application_ack) == ("AL", "NE")
    assert (header.charset, header.profile, header.found) == ("8859/1", "360X^P", True)


@pytest.mark.parametrize("around", [b"\x0b", b"\xef\xbb\xbf", b"\r\n\r\n", b"junk before "])
def test_the_header_is_found_behind_other_bytes(around):
    assert glance(around + golden.raw("admit")).control_id == "EL-60001"


def test_a_type_in_small_letters_is_the_same_type():
    assert glance(b"MSH|^~\\&|A|B|C|D|2026||oru^r01|1|P|2.5").type == "ORU^R01"


@pytest.mark.parametrize("raw", [b"", b"MSH", b"MSH\r", b"MSHX|", b"PID|1||5", b"\x00\x00"])
def test_without_a_header_nothing_is_found(raw):
    header = glance(raw)
    assert (header.found, header.type, header.control_id) == (False, "", "")


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        ("ORU^R01", ["ORC|RE|P1|F1", "OBR|1|P1|F1"], "result F1"),
        ("ORU^R01", ["OBR|1|P1|F1^LIS"], "result F1"),
        ("ORU^R01", ["ORC|RE|P1|F1", "OBR|1"], "result F1"),
        ("ORU^R01", ["OBR|1|P1|"], "result P1"),
        ("ORU^R01", ["OBR|1|P1", "ORC|RE|P2|F2", "OBR|2|P2|F2"], "result P1"),
        ("ORU^R01", [PID, "OBR|1"], "patient 5"),
        ("ORU^R01", [], ""),
        ("ORM^O01", ["ORC|NW|P1|F1", "OBR|1|P1|F1"], "order P1"),
        ("OML^O21", ["ORC|SC||F1", "OBR|1||F1"], "order F1"),
        ("RDE^O25", ["ORC|RF|RX1|PH1"], "order RX1"),
        ("MDM^T02", ["TXA|1" + "|" * 11 + "D1^ELM"], "document D1"),
        ("ADT^A08", [PID], "patient 5"),
        ("ADT^A40", ["PID|1|OLD", "MRG|6"], "patient OLD"),
        ("REF^I12", ["RF1|P|||||R1"], "order R1"),
        ("REF^I12", ["ORC|NW|R2"], "order R2"),
        ("SIU^S12", ["SCH|A1|B1"], "appointment A1"),
        ("SIU^S12", ["SCH||B1"], "appointment B1"),
        ("VXU^V04", [PID], ""),
        ("ACK", [], ""),
    ],
)
def test_the_key_on_which_messages_stay_in_order(kind, lines, expected):
    assert key(kind, *lines) == expected


def test_preliminary_final_and_corrected_share_their_key():
    lines = [("ORC|RE|P1|F1", f"OBR|1|P1|F1|X||||||||||||||||||||||{s}") for s in "PFC"]
    assert len({key("ORU^R01", *pair) for pair in lines}) == 1


def test_a_long_number_becomes_a_short_key():
    found = key("ORU^R01", f"OBR|1||{'9' * 3000}")
    assert found.startswith("result ")
    assert len(found) < 100
    assert found != key("ORU^R01", f"OBR|1||{'9' * 3001}")


def test_a_glance_is_much_cheaper_than_a_reading():
    """Acknowledging waits for it. The bound is a hundred times what it takes on a quiet machine."""
    raw = golden.raw("metabolic-panel-critical")
    best = min(_seconds(raw) for _ in range(5))
    assert best < 800e-6


def _seconds(raw: bytes) -> float:
    began = time.perf_counter()
    for _ in range(100):
        glance(raw)
    return (time.perf_counter() - began) / 100
