"""Files and batches (FHS BHS ... BTS FTS) taken apart: a bad message costs only itself."""

import re
from bisect import bisect
from dataclasses import dataclass
from itertools import islice

from integrations.hl7.charset import decode_wide, is_wide
from integrations.hl7.faults import ErrorCode, Fault, missing

_LINE_START = rb"(?:\A|(?<=[\r\n\x0b]))[ \t]*"
_MESSAGE = re.compile(_LINE_START + rb"(MSH)(?=[^0-9A-Za-z\s\x00-\x1f\x7f])")
_WRAPPING = re.compile(_LINE_START + rb"(FHS|BHS|BTS|FTS)(?![0-9A-Za-z])[^\r\n]*")
_MOST_WRAPPING = 1000
"""Lines of envelopes that are looked at; more are left out of the messages all the same."""
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
    bare = raw.lstrip(_AROUND)
    starts = [found.start(1) for found in _MESSAGE.finditer(bare)]
    wrapping = list(islice(_WRAPPING.finditer(bare), _MOST_WRAPPING))
    if not wrapping and len(starts) < 2:
        return Batch([raw])
    faults = _wrapping_faults(wrapping, starts)
    ends = [*starts[1:], len(bare)] if starts else []
    messages = [
        bare[start:end].rstrip(_AROUND) + b"\r" for start, end in zip(starts, ends, strict=True)
    ]
    if wrapping:
        messages = [_without_envelope(message) for message in messages]
    return Batch(messages, faults, wrapped=bool(wrapping))


def _wrapping_faults(wrapping: list[re.Match[bytes]], starts: list[int]) -> tuple[Fault, ...]:
    """Counts that disagree, trailers that are not there. Both are common, neither matters."""
    found = [] if starts else [_NO_MESSAGE]
    names = {line[1] for line in wrapping}
    begun = 0
    for line in wrapping:
        if line[1] == b"BHS":
            begun = bisect(starts, line.start())
        held = bisect(starts, line.start()) - begun
        if line[1] == b"BTS" and _count(line[0]) not in (None, held) and _WRONG_COUNT not in found:
            found.append(_WRONG_COUNT)
    if b"BHS" in names and b"BTS" not in names:
        found.append(missing("BTS", "The batch trailer is missing."))
    if b"FHS" in names and b"FTS" not in names:
        found.append(missing("FTS", "The file trailer is missing."))
    return tuple(found)


def _split_wide(raw: bytes) -> Batch:
    batch = split(decode_wide(raw).encode())
    if len(batch.messages) == 1 and not batch.wrapped:
        return Batch([raw], batch.faults)
    wide = [message.decode().encode("utf-16") for message in batch.messages]
    return Batch(wide, batch.faults, batch.wrapped)


def _without_envelope(message: bytes) -> bytes:
    """A message less the envelope lines that stand last."""
    if not any(name in message for name in _ENVELOPE):
        return message
    lines = message.splitlines(keepends=True)
    while lines[-1].strip(_AROUND)[:3] in (*_ENVELOPE, b""):
        lines.pop()
    return b"".join(lines).rstrip(_AROUND) + b"\r"


def _count(line: bytes) -> int | None:
    """BTS-1."""
    line = line.lstrip()
    stated = line[4:14].split(line[3:4])[0].strip() if line[3:4] else b""
    return int(stated) if stated.isdigit() else None


_NO_MESSAGE = Fault(ErrorCode.SEGMENT_SEQUENCE, "MSH", "The envelope holds no message.")
_WRONG_COUNT = Fault(ErrorCode.DATA_TYPE, "BTS-1", "The batch holds another number of messages.")
