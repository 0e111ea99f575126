"""The reader takes any bytes, gives fields by their numbers, and says what was wrong."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integrations.hl7.faults import Weight
from integrations.hl7.header import NO_HEADER
from integrations.hl7.message import Message, glance, order_key, read
from integrations.hl7.reading import MessageType, interpret
from integrations.hl7.segment import Presence

HEADER = "MSH|^~\\&|LIS|LAB|CC|ELM|20261116||ORU^R01^ORU_R01|C1|P|2.5.1"

WORDS = b"""MSH|^~\\&| PID|1|| OBX|1|NM| OBR| ORC| TXA| MRG| SCH| RF1| MSH BHS| BTS|9 | ^ ~ \\ &
    \\X41\\ \\.br\\ "" ORU^R01 ADT^A40 MDM^T02 ED^a^b^Base64^AAA 20261116 5.1 3-5 HH F 2.5.1"""
BREAKS = [b"\r", b"\n", b"\r\n", b"\x00", b"\x0b", b"\x1c", b"\xff", b"\xc3\xa9"]
FRAGMENTS = st.sampled_from([*WORDS.split(), *BREAKS])
ANYTHING = st.one_of(
    st.binary(max_size=400),
    st.lists(FRAGMENTS, max_size=60).map(b"".join),
    st.lists(FRAGMENTS, max_size=60).map(lambda parts: HEADER.encode() + b"\r" + b"".join(parts)),
)


def message_of(*lines: str) -> Message:
    return read("\r".join([HEADER, *lines]).encode())


@given(ANYTHING)
@settings(max_examples=400, deadline=None)
@example(b"")
@example(b"MSH")
@example(b"MSH|")
@example(b"MSH||||")
@example(b"MSH|^~\\&" + b"|" * 30)
@example(b"\xff\xfeM")
@example(b"\x00")
@example(b"MSH\xe2\x94\x82^~\\&")
def test_any_bytes_give_a_message_and_never_an_exception(raw):
    message = read(raw)
    reading = interpret(message, zone="America/New_York")
    header = glance(raw)
    assert order_key(raw) is not None
    assert message.header.found == header.found
    assert (message.header.code, message.header.control_id) == (header.code, header.control_id)
    assert message.malformed == (reading.type is MessageType.MALFORMED)
    assert all(segment.grammar is message.grammar for segment in message.segments)
    assert not message.segments or message.segments[0].name == "MSH"
    assert "\x00" not in "".join(segment.line for segment in message.segments)
    assert not header.found or len(message.segments) > 0
    assert header.found or message.header is NO_HEADER


@given(ANYTHING, st.integers(-3, 40), st.integers(-2, 12), st.integers(-2, 5), st.integers(-2, 70))
@settings(max_examples=200, deadline=None)
def test_any_field_of_anything_is_a_text(raw, number, component, sub, repeat):
    for segment in read(raw).segments:
        assert isinstance(segment.field(abs(number), component, sub, repeat), str)
        assert segment.value(abs(number), component, sub, repeat) in (
            None,
            segment.field(abs(number), component, sub, repeat),
        )
        assert len(segment.repeats(abs(number), 5)) <= 5
        assert isinstance(segment.presence(abs(number)), Presence)


def test_fields_are_numbered_as_in_the_standard():
    message = message_of("PID|1||77^^^ELM&1.2&ISO^MR~88^^^OAK||O'NEIL^ANA")
    pid, msh = message.first("PID"), message.first("MSH")
    assert (pid.field(5), pid.field(5, 2)) == ("O'NEIL", "ANA")
    assert (pid.field(3), pid.field(3, 4), pid.field(3, 4, 2)) == ("77", "ELM", "1.2")
    assert (pid.field(3, repeat=1), pid.field(3, 4, repeat=1)) == ("88", "OAK")
    assert (msh.field(1), msh.field(2), msh.field(3), msh.field(9, 2)) == (
        "|",
        "^~\\&",
        "LIS",
        "R01",
    )
    assert (pid.field(5, 3), pid.field(40), pid.field(3, repeat=2)) == ("", "", "")


def test_null_empty_and_absent_are_three_things():
    pid = message_of('PID|1||""||^""|x').first("PID")
    assert [pid.presence(n) for n in (1, 2, 3, 6, 7)] == [
        Presence.VALUED,
        Presence.EMPTY,
        Presence.NULL,
        Presence.VALUED,
        Presence.ABSENT,
    ]
    assert (pid.value(3), pid.value(2), pid.value(7)) == ("", None, None)
    assert (pid.value(5, 1), pid.value(5, 2)) == (None, "")
    assert pid.field(3) == ""


def test_a_segment_that_is_not_there_is_false_and_empty():
    absent = message_of().first("PV1")
    assert not absent
    assert (absent.field(3), absent.presence(3)) == ("", Presence.ABSENT)


@pytest.mark.parametrize(
    ("stated", "component", "sound"),
    [
        ("^~\\&", "^", True),
        ("^~\\&#", "^", True),
        ("@%\\&", "@", True),
        ("^~\\\\&", "^", False),
        ("^~", "^", False),
        ("", "^", False),
        ("LAB1", "^", False),
    ],
)
def test_separators_come_from_the_header_and_malformed_ones_are_mended(stated, component, sound):
    line = f"MSH|{stated}|A|B|C|D|2026||ADT{component}A01|1|P|2.5"
    message = read(f"{line}\rPID|1||5{component}x&y".encode())
    assert message.grammar.component == component
    assert message.grammar.sub == "&"
    assert message.first("PID").field(3) == "5"
    assert (message.header.code, message.header.event) == ("ADT", "A01")
    assert any(fault.location == "MSH-2" for fault in message.faults) != sound


def test_an_escaped_backslash_in_msh_2_does_not_move_the_others():
    message = read(b"MSH|^~\\\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rPID|1||5^^^a&b")
    assert message.grammar.encoding_characters == "^~\\&"
    assert message.first("PID").field(3, 4, 2) == "b"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"),
        ("\\E\\T\\E\\", "\\T\\"),
        ("one\\.br\\two", "one\ntwo"),
        ("\\H\\bold\\N\\", "bold"),
        ("\\X41\\\\X0D0A\\", "A"),
        ("\\XC3A9\\", "é"),
        ("C:\\temp", "C:\\temp"),
        ("C:\\temp \\T\\ x", "C:\\temp & x"),
        ("\\Q\\ \\Z99\\", "\\Q\\ \\Z99\\"),
        ("end\\", "end\\"),
        ("\\XZZ\\", "\\XZZ\\"),
        ("a\\.sp2\\b\\.sk3\\c\\.in4\\d", "a\n\nb   cd"),
        ("a\\.sp999999999\\b", "a\\.sp999999999\\b"),
    ],
)
def test_escapes_are_decoded_once_after_splitting(sent, text):
    assert message_of(f"NTE|1||{sent}").first("NTE").field(3) == text


@given(st.text(alphabet="ab|^~\\&é\n ", max_size=40).map(str.strip))
def test_what_is_escaped_comes_back(text):
    codes = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\n": "\\.br\\"}
    sent = "".join(codes.get(character, character) for character in text)
    assert message_of(f"NTE|1||{sent}").first("NTE").field(3) == text


def test_a_line_that_is_no_segment_continues_the_text_before_it():
    message = message_of("OBX|1|TX|A^B||first line", "second | line", "third||||||F", "PV1|1|O")
    assert [segment.name for segment in message.segments] == ["MSH", "OBX", "PV1"]
    assert message.first("OBX").text(5) == "first line\nsecond "
    assert any(fault.weight is Weight.INFORMATION for fault in message.faults)


@pytest.mark.parametrize(
    ("raw", "location"),
    [
        (b"", "MSH"),
        (b"hello", "MSH"),
        (b"PID|1||5", "MSH"),
        (b"MSH|^~\\&|A|B|C|D|2026||ORU^R01||P|2.5", "MSH-10"),
        (b"MSH|^~\\&|A|B|C|D|2026|||1|P|2.5", "MSH-9"),
        (b"MSH|^~\\&|A|B|C|D|2026||{}|1|P|2.5", "MSH-9"),
        (b"MSH|^~\\&|A|B|C|D|2026||CUSTOM^PAT|1|P|2.5", "MSH-9"),
    ],
)
def test_what_cannot_be_taken_as_a_message_says_why(raw, location):
    message = read(raw)
    assert message.malformed
    assert location in {f.location for f in message.faults if f.weight is Weight.ERROR}
    assert interpret(message, zone="UTC").type is MessageType.MALFORMED


@pytest.mark.parametrize("version", ["", "2.5.1\\r", "3.0", "2.9"])
def test_a_missing_or_strange_version_is_read_all_the_same(version):
    message = read(f"MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|{version}\rPID|1||5".encode())
    assert not message.malformed
    assert message.first("PID").field(3) == "5"


def test_of_several_messages_only_the_first_is_read():
    message = message_of("PID|1||5", "MSH|^~\\&|B", "PID|1||6")
    assert len(list(message.all("PID"))) == 1
    assert any("More than one" in fault.text for fault in message.faults)


def test_faults_never_quote_the_message():
    raw = b"MSH|^~\\\\&|A|B|C|D|2026||{SECRET}||P|9.9\rPID|1||SECRET\rsecret text\x00"
    assert not any("secret" in fault.text.lower() for fault in read(b"SECRET " + raw).faults)


@pytest.mark.parametrize(
    ("stated", "codec", "text"),
    [
        ("", "utf-8", "Müller Ω"),
        ("", "cp1252", "Müller “x”"),
        ("ASCII", "utf-8", "Müller"),
        ("UNICODE UTF-8", "utf-8", "Müller 漢"),
        ("UNICODE UTF-8", "cp1252", "Müller"),
        ("8859/1", "latin-1", "Müller"),
        ("8859/1", "utf-8", "Müller"),
        ("8859/2", "iso8859-2", "Dvořák"),
        ("8859/15", "iso8859-15", "5 €"),
        ("ISO IR87", "iso2022_jp", "山田"),
        ("GB 18030-2000", "gb18030", "王伟"),
        ("8859/1~ISO IR87", "latin-1", "Müller"),
        ("NONSENSE", "utf-8", "Müller"),
    ],
)
def test_characters_are_read_by_the_bytes_and_the_label(stated, codec, text):
    header = f"MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5{'|' * 6}{stated}"
    message = read(f"{header}\rPID|1||||{text}".encode(codec))
    assert message.first("PID").field(5) == text


def test_a_bad_byte_loses_itself_and_nothing_else():
    header = f"MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5{'|' * 6}UNICODE UTF-8"
    message = read(f"{header}\rPID|1||||M\xfcller^漢".encode().replace(b"\xc3\xbc", b"\xff"))
    assert message.first("PID").field(5) == "M�ller"
    assert message.first("PID").field(5, 2) == "漢"
    assert any(fault.location == "MSH-18" for fault in message.faults)
