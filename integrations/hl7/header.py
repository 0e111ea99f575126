"""The header at a glance: enough to acknowledge and to queue a message."""

import re
from typing import NamedTuple

from integrations.hl7.charset import decode_wide, is_wide
from integrations.hl7.grammar import encoding_of

FRAMING = b"\x0b\x1c\r\n\t \x00"
"""MLLP bytes, line ends and blanks around a message."""
MESSAGE_TYPE = re.compile(r"[A-Z][A-Z0-9]{2}")
_LAST_FIELD = 21
_HEADER_SIZE = 65_536
"""No header is longer. Without an end of line the search for one would read a whole document."""
_LINE_END = re.compile(rb"[\r\n]")
_START = re.compile(rb"MSH[^0-9A-Za-z\s\x00-\x1f\x7f]")


class Header(NamedTuple):
    """MSH as sent: raw texts, not decoded, so that an answer can give them back unchanged."""

    found: bool
    delimiters: str
    """MSH-1 and MSH-2, mended where the sender's were malformed."""
    application: str
    facility: str
    receiving_application: str
    receiving_facility: str
    sent_at: str
    code: str
    """MSH-9.1"""
    event: str
    """MSH-9.2"""
    control_id: str
    processing_id: str
    version: str
    accept_ack: str
    application_ack: str
    charset: str
    profile: str
    encoding: str
    """The Python codec that gives the header's bytes back."""

    @property
    def type(self) -> str:
        """`ORU^R01`, whatever the separators."""
        return f"{self.code}^{self.event}" if self.event else self.code


NO_HEADER = Header(
    found=False,
    delimiters="|^~\\&",
    application="",
    facility="",
    receiving_application="",
    receiving_facility="",
    sent_at="",
    code="",
    event="",
    control_id="",
    processing_id="",
    version="",
    accept_ack="",
    application_ack="",
    charset="",
    profile="",
    encoding="utf-8",
)


def glance(raw: bytes) -> Header:
    """The header of the first message in these bytes; `found` is false where there is none."""
    if is_wide(raw):
        return _header_in(decode_wide(raw[: 2 * _HEADER_SIZE]).encode(), "utf-16")
    return _header_in(raw, "utf-8")


def _header_in(raw: bytes, encoding: str) -> Header:
    start = header_start(raw)
    if start < 0:
        return NO_HEADER
    end = raw.find(b"\r", start, start + _HEADER_SIZE)
    line = raw[start : end if end > 0 else start + _HEADER_SIZE]
    if b"\n" in line or end < 0:
        line = _LINE_END.split(line, maxsplit=1)[0].strip(FRAMING)
    if b"\x00" in line:
        line = line.replace(b"\x00", b"")
    try:
        return header_of(line.decode(), encoding)
    except UnicodeDecodeError:
        return header_of(line.decode("latin-1"), "latin-1")


def header_start(raw: bytes) -> int:
    """Where MSH begins: in front, or behind framing and whatever else there is; or -1."""
    if raw.startswith(b"MSH|"):
        return 0
    found = _START.search(raw)
    return found.start() if found else -1


def header_of(line: str, encoding: str) -> Header:
    """The parts of one MSH line."""
    separator = line[3:4]
    fields = line.split(separator, _LAST_FIELD)
    fields += [""] * (_LAST_FIELD - len(fields))
    stated = fields[1]
    mended = stated if stated in _SOUND else encoding_of(stated)[0].replace("\x00", "")
    component = mended[0]
    kind = fields[8].split(component, 2)
    return Header(
        _FOUND,
        separator + mended,
        fields[2],
        fields[3],
        fields[4],
        fields[5],
        fields[6],
        kind[0].strip().upper(),
        kind[1].strip().upper() if len(kind) > 1 else "",
        fields[9].strip(),
        fields[10].split(component, 1)[0],
        fields[11].split(component, 1)[0].strip(),
        _code(fields[14]),
        _code(fields[15]),
        fields[17],
        fields[20],
        encoding,
    )


_FOUND = True
_SOUND = frozenset({"^~\\&", "^~\\&#"})


def _code(text: str) -> str:
    """MSH-15 and MSH-16; a null says as little as nothing."""
    return "" if text == '""' else text.strip().upper()
