"""A total reader of HL7 v2: any bytes in, a message and its faults out, in linear time.

Lines are cut once; fields, repetitions and components only when somebody asks for them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from integrations.hl7 import charset
from integrations.hl7.faults import ErrorCode, Fault, Weight, missing
from integrations.hl7.grammar import Grammar, encoding_of, grammar_of
from integrations.hl7.header import (
    MESSAGE_TYPE,
    NO_HEADER,
    Header,
    glance,
    header_of,
)
from integrations.hl7.ordering import order_key
from integrations.hl7.segment import Presence, Segment

__all__ = ["Fault", "Header", "Message", "Presence", "Segment", "glance", "order_key", "read"]


class Message:
    """What one message says, and what is wrong with it."""

    __slots__ = ("_firsts", "absent", "charset", "faults", "grammar", "header", "segments")

    def __init__(
        self,
        header: Header,
        grammar: Grammar,
        segments: tuple[Segment, ...],
        faults: tuple[Fault, ...],
    ) -> None:
        self.header = header
        self.grammar = grammar
        self.segments = segments
        self.faults = faults
        self.charset = grammar.charset
        self.absent = Segment("", grammar)
        self._firsts: dict[str, Segment] | None = None

    @property
    def malformed(self) -> bool:
        """Whether it is no message at all: no MSH, MSH-9 or MSH-10, or no real type."""
        return any(fault.weight is Weight.ERROR for fault in self.faults)

    def first(self, name: str) -> Segment:
        """The first segment of this name, or one that has no fields and is false."""
        if self._firsts is None:
            self._firsts = {segment.name: segment for segment in reversed(self.segments)}
        return self._firsts.get(name, self.absent)

    def all(self, name: str) -> Iterator[Segment]:
        """The segments of this name, in order."""
        return (segment for segment in self.segments if segment.name == name)


def read(raw: bytes) -> Message:
    """The first message in these bytes. It never raises, whatever they are."""
    faults: list[Fault] = []
    text, codec = _text_of(raw, faults)
    start = _START.search(text)
    if start is None:
        faults.append(NOT_A_MESSAGE)
        return Message(NO_HEADER, grammar_of("|", "^~\\&", codec), (), tuple(faults))
    if text[: start.start()].strip(_AROUND):
        faults.append(_BEFORE_HEADER)
    text = text[start.start() :]
    if "\x00" in text:
        faults.append(_NULS)
        text = text.replace("\x00", "")
    lines = _lines(text.rstrip(_AROUND))
    header = header_of(lines[0], codec)
    grammar = _grammar(lines[0], codec, faults)
    segments = _segments(lines, grammar, faults)
    faults += header_faults(header)
    return Message(header, grammar, tuple(segments), tuple(faults))


def header_faults(header: Header) -> list[Fault]:
    """What is missing in MSH. Each ERROR among them means that the message must be refused."""
    if not header.found:
        return [NOT_A_MESSAGE]
    faults = []
    if not header.code:
        faults.append(_NO_TYPE)
    elif MESSAGE_TYPE.fullmatch(header.code) is None:
        faults.append(_NO_SUCH_TYPE)
    if not header.control_id:
        faults.append(_NO_CONTROL_ID)
    if header.version not in _VERSIONS:
        faults.append(_NO_SUCH_VERSION if header.version else _NO_VERSION)
    return faults


def _text_of(raw: bytes, faults: list[Fault]) -> tuple[str, str]:
    """The text and the codec it was read in."""
    if charset.is_wide(raw):
        text, codec, sound = charset.decode_wide(raw), "utf-8", True
    else:
        plain = raw.isascii() and b"\x1b" not in raw
        stated = "" if plain else glance(raw).charset
        text, codec, sound = charset.decode(raw, stated.split("~", 1)[0])
    if not sound:
        faults.append(_CHARACTERS)
    return text, codec


def _lines(text: str) -> list[str]:
    """CR, LF and CRLF all end a line, in any mixture."""
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    return text.split("\r")


def _grammar(line: str, codec: str, faults: list[Fault]) -> Grammar:
    stated = line.split(line[3], 2)[1][:16]
    if not encoding_of(stated)[1]:
        faults.append(_SEPARATORS)
    return grammar_of(line[3], stated, codec)


def _segments(lines: list[str], grammar: Grammar, faults: list[Fault]) -> list[Segment]:
    """A line that does not start like a segment is text with breaks: the rest of the one before."""
    field = grammar.field
    segments = [Segment(lines[0], grammar)]
    rest: dict[int, list[str]] = {}
    for line in lines[1:]:
        if line[3:4] == field and _is_ordinary(line[:3]):
            segments.append(Segment(line, grammar))
            continue
        kept = line.strip(_AROUND)
        if kept[:3] == "MSH" and kept[3:4] == field:
            faults.append(_SEVERAL)
            break
        if kept[3:4] in ("", field) and MESSAGE_TYPE.fullmatch(kept[:3]):
            if kept[:3] not in _ENVELOPE:
                segments.append(Segment(kept, grammar))
        elif kept:
            rest.setdefault(len(segments) - 1, []).append(kept)
    _join(segments, rest, faults)
    return segments


@lru_cache(maxsize=1024)
def _is_ordinary(name: str) -> bool:
    """Whether this is the name of a segment, and neither of a header nor of an envelope."""
    return bool(MESSAGE_TYPE.fullmatch(name)) and name != "MSH" and name not in _ENVELOPE


def _join(segments: list[Segment], rest: dict[int, list[str]], faults: list[Fault]) -> None:
    for index, lines in rest.items():
        first = segments[index]
        segments[index] = Segment("\n".join([first.line, *lines]), first.grammar)
    if rest:
        faults.append(_BROKEN_LINE)


_START = re.compile(r"MSH[^0-9A-Za-z\s\x00-\x1f\x7f]", re.ASCII)
_AROUND = "\x0b\x1c\r\n\t \ufeff"
_ENVELOPE = frozenset({"FHS", "BHS", "BTS", "FTS"})
_VERSIONS = frozenset(
    {"2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1"}
    | {"2.8", "2.8.1", "2.8.2", "2.9", "2.9.1"}
)

NOT_A_MESSAGE = Fault(
    ErrorCode.SEGMENT_SEQUENCE, "MSH", "There is no MSH segment in these bytes.", Weight.ERROR
)
_NO_TYPE = missing("MSH-9", "The message type is missing.", Weight.ERROR)
_NO_SUCH_TYPE = Fault(
    ErrorCode.UNSUPPORTED_TYPE, "MSH-9", "This is not an HL7 message type.", Weight.ERROR
)
_NO_CONTROL_ID = missing("MSH-10", "The message control id is missing.", Weight.ERROR)
_NO_VERSION = missing("MSH-12", "The version is missing.")
_NO_SUCH_VERSION = Fault(
    ErrorCode.UNSUPPORTED_VERSION, "MSH-12", "The version is not one of HL7 v2; read all the same."
)
_SEPARATORS = Fault(
    ErrorCode.DATA_TYPE, "MSH-2", "The encoding characters are malformed and were mended."
)
_CHARACTERS = Fault(
    ErrorCode.DATA_TYPE, "MSH-18", "Some bytes are not characters of the stated character set."
)
_NULS = Fault(ErrorCode.DATA_TYPE, "MSH", "NUL characters were removed.")
_BEFORE_HEADER = Fault(ErrorCode.SEGMENT_SEQUENCE, "MSH", "Something stands before MSH; not read.")
_SEVERAL = Fault(
    ErrorCode.SEGMENT_SEQUENCE, "MSH", "More than one message: only the first was read here."
)
_BROKEN_LINE = Fault(
    ErrorCode.SEGMENT_SEQUENCE,
    "",
    "Some lines are not segments; they were read as the rest of the text before them.",
    Weight.INFORMATION,
)
