"""Two other readers must see the same fields in a sound message as ours does."""

import re
from pathlib import Path

import hl7
import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_segment
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.hl7.message import Message, read
from integrations.hl7.types import number as number_in
from tests.integrations.hl7 import golden

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
SOUND = [name for name in golden.NAMES if name != "strange-delimiters"]
NEWEST = "2.8.2"
"""hl7apy keeps what the version has a place for, so the version with the most places."""
TEXT = st.text(alphabet="abcXYZ 019.-é", min_size=1, max_size=6).map(str.strip)
ENVELOPE = re.compile(r"\r([FB][HT]S\||\r)")
FIELD = st.lists(
    st.lists(st.lists(TEXT, min_size=1, max_size=3), min_size=1, max_size=4), min_size=1, max_size=3
)
"""Repetitions of components of sub-components."""


def normalized(raw: bytes) -> str:
    text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\r").replace("\n", "\r")
    return text.strip("\r\x0b\x1c \x00") + "\r"


def agrees_with_python_hl7(message: Message, text: str) -> None:
    other = hl7.parse(text)
    assert [str(segment[0]) for segment in other] == [one.name for one in message.segments]
    for theirs, ours in zip(other, message.segments, strict=True):
        for number in range(1, len(theirs)):
            assert ours.raw(number) == str(theirs[number]), (ours.name, number)


def agrees_with_hl7apy(message: Message, version: str) -> int:
    """Field by field; how many fields were compared."""
    compared = 0
    for ours in message.segments[1:]:
        try:
            theirs = parse_segment(
                ours.line, version=version, validation_level=VALIDATION_LEVEL.TOLERANT
            )
        except HL7apyException:
            continue
        for at in range(1, len(ours.fields)):
            try:
                kept = getattr(theirs, f"{ours.name}_{at}".lower())
            except HL7apyException:
                continue  # a field that this version of the segment has not got
            found = [field.to_er7() for field in kept]
            assert same(ours.raw(at), "~".join(found)), (ours.name, at, found)
            compared += 1
    return compared


def sound_corpus() -> list[Message]:
    """Every message of the corpus that has nothing wrong, in the usual separators."""
    found = []
    for path in sorted((CORPUS / "hl7v2").rglob("*.hl7")):
        raw = path.read_bytes()
        message = read(raw)
        usual = message.grammar.encoding_characters == "^~\\&"
        if usual and not message.faults and not ENVELOPE.search(normalized(raw)):
            found.append(message)
    return found


def same(ours: str, theirs: str) -> bool:
    """hl7apy writes `.5` as `0.5` and `#` as an escape, and drops blanks."""
    theirs = theirs.replace("\\L\\", "#")
    if trimmed(ours).strip() == trimmed(theirs).strip():
        return True
    return number_in(ours) is not None and number_in(ours) == number_in(theirs)


def trimmed(text: str) -> str:
    """hl7apy does not write separators behind which nothing stands."""
    repeats = ["^".join(part.rstrip("&") for part in one.split("^")) for one in text.split("~")]
    return "~".join(one.rstrip("^") for one in repeats).rstrip("~")


@pytest.mark.parametrize("name", SOUND)
def test_python_hl7_reads_the_same_fields(name):
    text = normalized(golden.raw(name))
    agrees_with_python_hl7(read(text.encode()), text)


@pytest.mark.parametrize(
    "name", ["metabolic-panel-critical", "admit", "note-unsigned", "order-lab"]
)
def test_hl7apy_reads_the_same_fields(name):
    message = read(golden.raw(name))
    assert agrees_with_hl7apy(message, message.header.version) > 20


@given(FIELD)
@settings(max_examples=150, deadline=None)
def test_each_part_of_a_field_is_where_python_hl7_finds_it(parts):
    text = "~".join("^".join("&".join(subs) for subs in components) for components in parts)
    header = "MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5.1"
    sent = f"{header}\rZZ1|{text}\r"
    ours, theirs = read(sent.encode()).first("ZZ1"), hl7.parse(sent)
    for r, components in enumerate(parts):
        for c, subs in enumerate(components):
            for s, value in enumerate(subs):
                assert ours.field(1, c + 1, s + 1, r) == value
                assert theirs.extract_field("ZZ1", 1, 1, r + 1, c + 1, s + 1) == value


def test_the_readers_agree_on_a_public_corpus():
    if not CORPUS.exists():
        pytest.skip("there is no corpus beside this repository")
    compared = 0
    for path in sorted((CORPUS / "hl7v2").rglob("*.hl7")):
        raw = path.read_bytes()
        message = read(raw)
        text = normalized(raw)
        sound = (
            "�" not in text
            and not message.faults
            and message.grammar.encoding_characters == "^~\\&"
        )
        if sound and text.startswith("MSH") and not ENVELOPE.search(text):
            agrees_with_python_hl7(message, text)
            compared += 1
    assert compared > 300


def test_hl7apy_agrees_on_a_public_corpus_where_it_keeps_the_data():
    if not CORPUS.exists():
        pytest.skip("there is no corpus beside this repository")
    compared = 0
    for message in sound_corpus()[::5]:
        compared += agrees_with_hl7apy(message, NEWEST)
    assert compared > 3000
