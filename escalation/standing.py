"""How a task stands for its clocks, read from its history. Pure.

Clocks are a function of what happened: whatever changes later, every pause that ever was is still
in the history, and the same history gives the same clocks however often it is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

OPENS = frozenset({"create", "reopen"})
ENDS = frozenset({"complete", "cancel"})
ACKNOWLEDGES = frozenset({"acknowledge", "hold", "resume"})
RENEWS = frozenset({"assign", "reroute"})
"""Whoever gets it now has yet to acknowledge."""
HOLDS = "hold"
STAYS = frozenset({"copy", "claim", "release", "update"})
"""Moves that leave a task on hold where it is."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of a task."""

    version: int
    move: str
    at: datetime


@dataclass(slots=True)
class Standing:
    """A task since it was last opened."""

    opened_version: int = 0
    opened_at: datetime | None = None
    is_reopened: bool = False
    asked_version: int = 0
    asked_at: datetime | None = None
    """When it last came to somebody who has yet to acknowledge it."""
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None
    paused_since: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Those that are over."""


def standing(history: Iterable[Happened]) -> Standing:
    """How the task stands after all of its moves, in the order of their versions."""
    now = Standing()
    for one in sorted(history, key=lambda happened: happened.version):
        if one.move in OPENS:
            now = _opened(one)
            continue
        _resume(now, one)
        if one.move in ENDS:
            now.ended_at = one.at
        elif one.move in RENEWS:
            now.acknowledged_at = None
            now.asked_version, now.asked_at = one.version, one.at
        elif one.move in ACKNOWLEDGES:
            now.acknowledged_at = now.acknowledged_at or one.at
        if one.move == HOLDS:
            now.paused_since = one.at
    return now


def _opened(one: Happened) -> Standing:
    return Standing(
        opened_version=one.version, opened_at=one.at, is_reopened=one.move == "reopen",
        asked_version=one.version, asked_at=one.at,
    )  # fmt: skip


def _resume(now: Standing, one: Happened) -> None:
    if now.paused_since is not None and one.move not in STAYS:
        now.pauses.append((now.paused_since, one.at))
        now.paused_since = None
