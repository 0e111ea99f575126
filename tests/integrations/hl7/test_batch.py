"""Batches fall apart into messages; what they were wrapped in is noted and costs nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.hl7.batch import split
from integrations.hl7.header import glance
from tests.integrations.hl7 import golden

ONE = "MSH|^~\\&|A|B|C|D|2026||ADT^A04|1|P|2.5\rPID|1||5"
TWO = "MSH|^~\\&|A|B|C|D|2026||ADT^A04|2|P|2.5\rPID|1||6"
FHS, BHS = "FHS|^~\\&|A", "BHS|^~\\&|A"

LINES = st.sampled_from(
    [FHS, BHS, ONE, TWO, "BTS|2", "FTS|1", "PID|1||7", "BTS", "", "MSH", "MSHX"]
)


def controls(raw: str | bytes) -> list[str]:
    sent = raw if isinstance(raw, bytes) else raw.encode()
    return [glance(message).control_id for message in split(sent).messages]


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize(
    ("lines", "messages"),
    [
        ([ONE], ["1"]),
        ([ONE, TWO], ["1", "2"]),
        ([BHS, ONE, TWO, "BTS|2"], ["1", "2"]),
        ([FHS, BHS, ONE, "BTS|1", BHS, TWO, "BTS|1", "FTS|2"], ["1", "2"]),
        ([BHS, ONE], ["1"]),
        ([BHS, "PID|1||5", "BTS|1"], []),
        ([FHS], []),
    ],
)
def test_each_message_of_a_batch_stands_alone(lines, messages, ending):
    assert controls(ending.join(lines).replace("\r", ending) + ending) == messages


def test_a_single_message_is_not_touched():
    raw = b"\x0b" + golden.raw("admit") + b"\x1c\r"
    assert split(raw).messages == [raw]


def test_what_is_neither_message_nor_batch_comes_back_whole():
    assert [split(raw).messages for raw in (b"", b"hello", b"PID|1||5")] == [
        [b""],
        [b"hello"],
        [b"PID|1||5"],
    ]


def test_msh_inside_a_text_begins_no_message():
    raw = f"{ONE}\rNTE|1||see MSH|^~\\&| above\r{TWO}".encode()
    assert [b"see MSH" in message for message in split(raw).messages] == [True, False]


@pytest.mark.parametrize(
    ("lines", "locations"),
    [
        ([BHS, ONE, "BTS|1"], []),
        ([BHS, ONE, "BTS"], []),
        ([BHS, ONE, "BTS|5"], ["BTS-1"]),
        ([BHS, ONE, "BTS|many"], []),
        ([FHS, BHS, ONE], ["BTS", "FTS"]),
        ([BHS, "BTS|0"], ["MSH"]),
    ],
)
def test_wrong_counts_and_missing_trailers_are_noted(lines, locations):
    assert [fault.location for fault in split("\r".join(lines).encode()).faults] == locations


def test_the_envelope_does_not_become_part_of_a_message():
    for message in split("\r".join([FHS, BHS, ONE, "BTS|1", "FTS|1"]).encode()).messages:
        assert message == ONE.encode() + b"\r"


def test_a_batch_in_utf_16_is_taken_apart_too():
    assert controls("\r".join([BHS, ONE, TWO]).encode("utf-16")) == ["1", "2"]


@given(st.lists(LINES, max_size=12), st.sampled_from(["\r", "\n", "\r\n"]))
@settings(max_examples=200, deadline=None)
def test_no_message_of_any_batch_is_lost_or_shared(lines, ending):
    raw = ending.join(lines).encode()
    found = controls(raw)
    sent = [line.split("|")[9] for line in lines if line in (ONE, TWO)]
    assert [one for one in found if one] == sent


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_can_be_taken_apart(raw):
    batch = split(raw)
    assert batch.messages or batch.wrapped
