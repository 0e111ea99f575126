"""By when a task is due: words ready to be read, no model and no query."""

from dataclasses import dataclass

from dashboards.words import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One clock of a task as a person reads it."""

    kind: str
    """`acknowledge` or `close`."""
    label: str
    """`Acknowledge` or `Close`."""
    words: str
    """In a row: `Acknowledge in 12 min`, `Close Mon 09:30`, `Overdue 6 h`, `Close paused`."""
    by: str
    """`Acknowledge by 09:15`."""
    state: str
    """Beside `by`: `in 12 min`, `20 min late`, `paused, on hold`; may be empty."""
    exact: str
    iso: str
    tone: Tone = Tone.PLAIN
    soon_iso: str = ""
    """From when on it is said as due soon."""
    counts: bool = False
    """Whether `words` are a span, counted down while the page stands."""
    left: str = ""
    late: str = ""
    """How the span is said while there is time, and once it is late: `Overdue {}`."""


@dataclass(frozen=True, slots=True)
class Dues:
    """The running clocks of a task, the sooner first in importance: acknowledge, then close."""

    acknowledge: Due | None = None
    close: Due | None = None
    rung: int = 0
    """The highest rung of its ladder that somebody was told by; 0: none."""

    @property
    def all(self) -> tuple[Due, ...]:
        return tuple(one for one in (self.acknowledge, self.close) if one is not None)


UNDATED = Dues()
