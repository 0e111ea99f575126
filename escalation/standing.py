"""How a task stands for its clocks, read from its history. Pure.

Clocks are a function of what happened: whatever changes later, every pause that ever was is still
in the history, and the same history gives the same clocks however often and however late it is
read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

OPENS = frozenset({"create", "reopen"})
ENDS = frozenset({"complete", "force-close", "cancel"})
ACKNOWLEDGES = frozenset({"acknowledge", "hold", "resume"})
RENEWS = frozenset({"assign", "reroute"})
"""Whoever gets it now has yet to acknowledge."""
WAITS = frozenset({"hold", "resume"})
"""By a person they acknowledge; by the machine, which keeps what waits waiting, they do not."""
STAYS = frozenset({"copy", "claim", "release", "update"})
"""Moves that leave a task on hold where it is."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of a task."""

    version: int
    move: str
    at: datetime
    by_member: bool = True


@dataclass(slots=True)
class Ask:
    """That it came to somebody who has yet to acknowledge it; passing it on asks nothing new."""

    version: int
    at: datetime
    acknowledged_at: datetime | None = None


@dataclass(slots=True)
class Opening:
    """A task from when it was opened, or opened again, until it ended."""

    version: int
    at: datetime
    is_reopened: bool
    asks: list[Ask]
    ended_at: datetime | None = None
    is_cancelled: bool = False
    paused_since: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Those that are over."""


def openings(history: Iterable[Happened]) -> list[Opening]:
    """Every opening of a task after all of its moves, in the order of their versions."""
    found: list[Opening] = []
    for one in sorted(history, key=lambda happened: happened.version):
        if one.move in OPENS:
            asked = Ask(one.version, one.at)
            found.append(Opening(one.version, one.at, one.move == "reopen", [asked]))
        elif found:
            _follow(found[-1], one)
    return found


def _follow(now: Opening, one: Happened) -> None:
    if now.paused_since is not None and one.move not in STAYS:
        now.pauses.append((now.paused_since, one.at))
        now.paused_since = None
    last = now.asks[-1]
    if one.move in ENDS:
        now.ended_at, now.is_cancelled = one.at, one.move == "cancel"
    elif one.move in RENEWS and last.acknowledged_at is not None:
        now.asks.append(Ask(one.version, one.at))
    elif one.move in ACKNOWLEDGES and (one.by_member or one.move not in WAITS):
        last.acknowledged_at = last.acknowledged_at or one.at
    if one.move == "hold":
        now.paused_since = one.at
