"""How a member is reached, as the screen says it: words, no model and no query."""

from dataclasses import dataclass
from typing import Any

from dashboards.words import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRow:
    """One way to reach them, in the order in which a page tries it."""

    id: str
    number: int
    channel: str
    label: str
    address: str
    state: str
    tone: str
    note: str = ""
    waits_for_code: bool = False
    may_resend: bool = False
    may_raise: bool = False
    form: Any = None
    """The code as it was entered, where it was refused."""


@dataclass(frozen=True, slots=True)
class TryRow:
    """One attempt to say something."""

    when: Moment
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRow:
    """Something that was said to them, over one way, and what became of it."""

    what: str
    way: str
    when: Moment
    state: str
    tone: str
    tries: tuple[TryRow, ...] = ()
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class PinRow:
    """Whether a call can take a task for them."""

    state: str
    tone: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class ReachPage:
    ways: tuple[WayRow, ...]
    can_ring: bool
    pin: PinRow
    test: tuple[SaidRow, ...]
    """What became of the last test page."""
    history: tuple[SaidRow, ...]

    @property
    def test_is_settled(self) -> bool:
        return all(one.is_settled for one in self.test)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """What was said to a member inside the product."""

    id: str
    title: str
    text: str
    when: Moment
    is_new: bool
    url: str = ""
    quote: str = ""
    """What somebody wrote from a phone and nobody understood."""
    by: str = ""
