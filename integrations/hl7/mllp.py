"""Frames on a stream: `0x0B` payload `0x1C 0x0D`, cut or glued however the network likes."""

from typing import NamedTuple

from integrations.hl7.faults import ErrorCode, Fault

START, END, RETURN = 0x0B, 0x1C, 0x0D
DEFAULT_LIMIT = 16 * 1024 * 1024
_KEPT_OF_TOO_LONG = 65_536

TOO_LONG = Fault(ErrorCode.TOO_LONG, "", "The frame is longer than this interface accepts.")


class Frame(NamedTuple):
    """One payload. With a fault it is the beginning of one too long: enough to answer it."""

    payload: bytes
    fault: Fault | None = None


class Decoder:
    """One per connection. `feed` it what arrives; it gives the frames that are complete.

    0x1C ends a frame, with or without the 0x0D behind it: nothing has to wait. A new 0x0B inside an
    unfinished frame starts it afresh. Bytes outside frames are dropped and counted.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.dropped = 0
        """Bytes outside any frame, the 0x0D after each excepted."""
        self.restarted = 0
        """Frames that never ended."""
        self._buffer = bytearray()
        self._inside = False
        self._searched = 0
        self._overlong = False

    @property
    def unfinished(self) -> bool:
        """Whether a frame has begun and not ended: who leaves now leaves half a message."""
        return self._inside

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete."""
        self._buffer += data
        frames: list[Frame] = []
        while self._step(frames):
            pass
        return frames

    def _step(self, frames: list[Frame]) -> bool:
        """One move: into a frame, or out of it. False when more bytes are needed."""
        return self._leave(frames) if self._inside else self._enter()

    def _enter(self) -> bool:
        at = self._buffer.find(START)
        outside = self._buffer if at < 0 else self._buffer[:at]
        self.dropped += len(outside) - outside.count(RETURN)
        if at < 0:
            self._buffer.clear()
            return False
        del self._buffer[: at + 1]
        self._inside, self._searched = True, 0
        return True

    def _leave(self, frames: list[Frame]) -> bool:
        end = self._buffer.find(END, self._searched)
        self._restart(len(self._buffer) if end < 0 else end)
        end = self._buffer.find(END, self._searched)
        too_long = (len(self._buffer) if end < 0 else end) > self.limit
        if too_long and not self._overlong:
            frames.append(Frame(bytes(self._buffer[:_KEPT_OF_TOO_LONG]), TOO_LONG))
            self._overlong = True
        if end < 0:
            self._wait()
            return False
        if not self._overlong:
            frames.append(Frame(bytes(self._buffer[:end])))
        del self._buffer[: end + 1]
        self._inside = self._overlong = False
        return True

    def _restart(self, end: int) -> None:
        """Begin at the last 0x0B before this place, if there is one."""
        again = self._buffer.rfind(START, self._searched, end)
        if again >= 0:
            del self._buffer[: again + 1]
            self._searched = 0
            self._overlong = False
            self.restarted += 1

    def _wait(self) -> None:
        """Remember how far the search went; of a frame that is too long keep nothing."""
        if self._overlong:
            self._buffer.clear()
        self._searched = len(self._buffer)


def frame(payload: bytes) -> bytes:
    """The payload as it goes on the wire."""
    return b"\x0b" + payload + b"\x1c\r"
