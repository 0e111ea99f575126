"""What was read, written and read again is the same, whatever was sent."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integrations.hl7.message import Message, read
from integrations.hl7.reading import interpret
from integrations.hl7.writing import write
from tests.integrations.hl7 import golden

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "hl7v2"
ZONE = "America/New_York"

FIELD = st.text(
    alphabet=st.one_of(
        st.sampled_from('^~\\&|"#\r\n\x0b\x1c\x00 \t'), st.characters(codec="utf-8")
    ),
    max_size=20,
)
NAME = st.sampled_from(["PID", "OBX", "NTE", "ZZ1", "ORC", "OBR", "MSH", "BTS", "not a name", ""])
LINE = st.builds(lambda name, fields: "|".join([name, *fields]), NAME, st.lists(FIELD, max_size=6))
CHARSETS = ["", "UNICODE UTF-8", "8859/1", "8859/15", "ASCII", "ISO IR87", "GB 18030-2000"]
CODECS = ["utf-8", "latin-1", "cp1252", "iso2022_jp_2", "gb18030", "utf-16"]


@st.composite
def messages(draw) -> bytes:
    """Messages with separators, lines and labels right and wrong."""
    encoding = draw(st.sampled_from(["^~\\&", "^~\\&#", "^~\\\\&", "^", "", "@~\\&"]))
    label = draw(st.sampled_from(CHARSETS))
    header = f"MSH|{encoding}|A|B|C|D|2026||ORU^R01|1|P|2.5.1||||||{label}"
    lines = [header, *draw(st.lists(LINE, max_size=6))]
    text = draw(st.sampled_from(["\r", "\n", "\r\n"])).join(lines)
    return text.encode(draw(st.sampled_from(CODECS)), "replace")


def shape(message: Message) -> list[list[str]]:
    """The header and each field, raw."""
    return [[*segment.fields] for segment in message.segments]


def decoded(message: Message) -> list[str]:
    """Each first component with its escapes taken apart."""
    return [
        segment.field(number)
        for segment in message.segments
        for number in range(1, len(segment.fields))
    ]


def is_the_same_again(raw: bytes) -> None:
    first = read(raw)
    if not first.segments:
        return
    again = read(write(first))
    assert shape(again) == shape(first)
    assert decoded(again) == decoded(first)
    assert again.grammar.encoding_characters == first.grammar.encoding_characters
    assert again.header._replace(encoding="") == first.header._replace(encoding="")
    assert write(again) == write(first)


@given(messages())
@example(b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5.1\rNTE|1||a\\.br\\b \\XE9\\ caf\xe9\r")
@example("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5.1\rPID|é\\XC3A9\\".encode("utf-16"))
@settings(max_examples=400, deadline=None)
def test_any_message_is_the_same_after_writing(raw):
    is_the_same_again(raw)


@given(st.binary(max_size=300))
@example(b"\t\x00")
@settings(max_examples=200, deadline=None)
def test_any_bytes_behind_a_header_are_the_same_after_writing(tail):
    is_the_same_again(b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5.1\rOBX|1|TX|X||" + tail)


@pytest.mark.parametrize("name", golden.NAMES)
def test_our_own_messages_say_the_same_after_writing(name):
    is_the_same_again(golden.raw(name))
    first = read(golden.raw(name))
    assert interpret(read(write(first)), zone=ZONE) == interpret(first, zone=ZONE)


def test_a_public_corpus_is_the_same_after_writing():
    if not CORPUS.exists():
        pytest.skip("there is no corpus beside this repository")
    paths = sorted(CORPUS.rglob("*.hl7"))
    for path in paths:
        is_the_same_again(path.read_bytes())
    assert len(paths) > 500
