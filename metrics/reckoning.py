"""What the moves of a day come to. Pure: the same moves give the same numbers, however late."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from routing.states import ENDED, Move

QUARTER = 15
"""Minutes. Flows are kept by the quarter of the local day that they fell in."""

Quarters = dict[str, tuple[int, int]]
"""By number from midnight: how many came, how many were closed."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of one task, as its history tells it."""

    task_id: UUID
    move: str
    before: str
    after: str
    at: datetime
    member_id: UUID | None


@dataclass(frozen=True, slots=True)
class Span:
    """What is counted: a day until an instant, and of that instant's evening what people did."""

    since: datetime
    until: datetime
    """The day's end, or the instant where that comes first."""
    closes: datetime
    at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Tally:
    came: int
    closed: int
    quarters: Quarters
    actions: dict[str, int]
    """After closing: how many moves, by the member who made them."""


def tally(moves: Iterable[Moved], span: Span) -> Tally:
    """Arrivals and closures of the day, and the actions after its close.

    A task that was closed, opened again and closed is closed once, when it was closed last.
    """
    came, closed, actions = list[datetime](), dict[UUID, datetime](), Counter[str]()
    for one in sorted(moves, key=lambda move: move.at):
        if span.since <= one.at < span.until:
            if one.move == Move.CREATE:
                came.append(one.at)
            if one.after in ENDED and one.before not in ENDED:
                closed[one.task_id] = one.at
            elif one.move == Move.REOPEN:
                closed.pop(one.task_id, None)
        if one.member_id and span.closes <= one.at < span.at:
            actions[str(one.member_id)] += 1
    quarters = _quarters(came, closed.values(), ZoneInfo(span.zone))
    return Tally(len(came), len(closed), quarters, dict(sorted(actions.items())))


def quarter_of(at: datetime, zone: ZoneInfo) -> int:
    """Which quarter of an hour of its local day an instant lies in, from 0."""
    local = at.astimezone(zone)
    return (local.hour * 60 + local.minute) // QUARTER


def _quarters(came: Iterable[datetime], closed: Iterable[datetime], zone: ZoneInfo) -> Quarters:
    arrived = Counter(quarter_of(at, zone) for at in came)
    ended = Counter(quarter_of(at, zone) for at in closed)
    return {str(one): (arrived[one], ended[one]) for one in sorted({*arrived, *ended})}
