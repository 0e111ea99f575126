"""Whether the patient knows, and what colleagues wrote: words ready to be read."""

from dataclasses import dataclass

from dashboards.words import Moment, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class InformedLine:
    """One time that the patient was told, or that it was tried."""

    id: str
    when: Moment
    words: str
    who: str
    is_mine: bool = False
    """Whether the reader wrote it down, and may take a slip back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Informed:
    """Whether the patient was told, apart from whether the task is done."""

    words: str
    tone: Tone = Tone.PLAIN
    lines: tuple[InformedLine, ...] = ()
    url: str = ""
    """Where one more is written down."""
    take_back_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedNote:
    """What the last owner wants the next one to know; it stands there until it is read."""

    who: str
    when: Moment
    text: str
