"""Files and batches (FHS BHS ... BTS FTS) taken apart: a bad message costs only itself."""

import re
from dataclasses import dataclass

from integrations.hl7.charset import decode_wide, is_wide
from integrations.hl7.faults import ErrorCode, Fault, missing

_START = re.compile(
    rb"(?:\A|(?<=[\r\n\x0b]))[ \t]*(?:(?P<message>MSH)(?=[^0-9A-Za-z\s\x00\x0b\x1c])"
    rb"|(?P<envelope>FHS|BHS|BTS|FTS)(?![0-9A-Za-z])[^\r\n]*)"
)
_ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")
_AROUND = b"\x0b\x1c\r\n\t \xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Batch:
    """The messages found, each as it was sent, and what was wrong with the wrapping."""

    messages: list[bytes]
    faults: tuple[Fault, ...] = ()
    wrapped: bool = False
    """Whether there was an envelope. An envelope around nothing holds no message."""


def split(raw: bytes) -> Batch:
    """Every message in these bytes. What is no message comes back whole, to be refused."""
    if is_wide(raw):
        return _split_wide(raw)
    if raw.count(b"MSH") < 2 and not any(name in raw for name in _ENVELOPE):
        return Batch([raw])
    starts = list(_START.finditer(raw.lstrip(_AROUND)))
    raw = raw.lstrip(_AROUND) if starts else raw
    envelope = [start for start in starts if start["envelope"]]
    if not envelope and sum(1 for start in starts if start["message"]) < 2:
        return Batch([raw])
    messages = _cut(raw, starts)
    faults = _wrapping_faults(starts)
    if not messages:
        faults.append(_NO_MESSAGE)
    return Batch(messages, tuple(faults), wrapped=bool(envelope))


def _split_wide(raw: bytes) -> Batch:
    batch = split(decode_wide(raw).encode())
    if len(batch.messages) == 1 and not batch.wrapped:
        return Batch([raw], batch.faults)
    wide = [message.decode().encode("utf-16") for message in batch.messages]
    return Batch(wide, batch.faults, batch.wrapped)


def _cut(raw: bytes, starts: list[re.Match[bytes]]) -> list[bytes]:
    """From each MSH to the next, less the envelope lines that stand last."""
    messages = []
    end = len(raw)
    for start in reversed(starts):
        if start["message"]:
            messages.append(raw[start.start("message") : end].rstrip(_AROUND) + b"\r")
            end = start.start()
        elif not raw[start.end() : end].strip(_AROUND):
            end = start.start()
    return messages[::-1]


def _wrapping_faults(starts: list[re.Match[bytes]]) -> list[Fault]:
    """Counts that disagree, trailers that are not there. Both are common, neither matters."""
    faults = []
    names = [(start["envelope"] or b"MSH")[:3] for start in starts]
    in_batch = 0
    for name, start in zip(names, starts, strict=True):
        if name == b"BHS":
            in_batch = 0
        in_batch += name == b"MSH"
        if name == b"BTS" and _count(start[0]) not in (None, in_batch):
            faults.append(_WRONG_COUNT)
    if b"BHS" in names and b"BTS" not in names:
        faults.append(missing("BTS", "The batch trailer is missing."))
    if b"FHS" in names and b"FTS" not in names:
        faults.append(missing("FTS", "The file trailer is missing."))
    return faults


def _count(line: bytes) -> int | None:
    """BTS-1."""
    line = line.lstrip()
    stated = line[4:14].split(line[3:4])[0].strip() if line[3:4] else b""
    return int(stated) if stated.isdigit() else None


_NO_MESSAGE = Fault(ErrorCode.SEGMENT_SEQUENCE, "MSH", "The envelope holds no message.")
_WRONG_COUNT = Fault(ErrorCode.DATA_TYPE, "BTS-1", "The batch holds another number of messages.")
