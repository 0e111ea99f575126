"""Frames on a stream: `0x0B` payload `0x1C 0x0D`, cut or glued however the network likes."""

import re
from typing import NamedTuple

from integrations.hl7.faults import ErrorCode, Fault

START, END = b"\x0b", b"\x1c"
DEFAULT_LIMIT = 16 * 1024 * 1024
_KEPT_OF_TOO_LONG = 65_536
_FRAME = re.compile(rb"\x0b([^\x0b\x1c]*)\x1c")

TOO_LONG = Fault(ErrorCode.TOO_LONG, "", "The frame is longer than this interface accepts.")


class Frame(NamedTuple):
    """One payload. With a fault it is the beginning of one too long: enough to answer it."""

    payload: bytes
    fault: Fault | None = None


class Decoder:
    """One per connection. `feed` it what arrives; it gives the frames that are complete.

    0x1C ends a frame, with or without the 0x0D behind it, so nothing has to wait. A new 0x0B inside
    an unfinished frame starts it afresh. Bytes outside frames, and frames without a byte, say
    nothing and are dropped.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self._buffer = bytearray()
        """Empty, or a 0x0B and what came of its frame."""
        self._overlong = False

    @property
    def unfinished(self) -> bool:
        """Whether a frame has begun and not ended: who leaves now leaves half a message."""
        return bool(self._buffer) or self._overlong

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete."""
        if self._overlong:
            data = self._behind_overlong(data)
        self._buffer += data
        frames: list[Frame] = []
        if END in data:
            frames = [self._frame(payload) for payload in _FRAME.findall(self._buffer) if payload]
            del self._buffer[: self._buffer.rfind(END) + 1]
        if START in data or not self._buffer.startswith(START):
            at = self._buffer.rfind(START)
            del self._buffer[: at if at >= 0 else len(self._buffer)]
        if len(self._buffer) > self.limit + 1:
            frames.append(self._frame(bytes(self._buffer[1:])))
            self._buffer.clear()
            self._overlong = True
        return frames

    def _frame(self, payload: bytes) -> Frame:
        if len(payload) > self.limit:
            return Frame(payload[:_KEPT_OF_TOO_LONG], TOO_LONG)
        return Frame(payload)

    def _behind_overlong(self, data: bytes) -> bytes:
        """What follows a frame that was too long and is already reported."""
        ends = [at for at in (data.find(END), data.find(START)) if at >= 0]
        if not ends:
            return b""
        self._overlong = False
        return data[min(ends) :]


def frame(payload: bytes) -> bytes:
    """The payload as it goes on the wire."""
    return START + payload + END + b"\r"
