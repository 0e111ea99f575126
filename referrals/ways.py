"""The ways out, where a packet stands on one of them, and which way comes next. Pure.

Delivered is not accepted: nothing here says anything about the patient's being taken on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from referrals.states import Transmission as Axis
from referrals.wire.answers import FOR_GOOD, Trouble


class Way(StrEnum):
    DIRECT = "direct"
    FAX = "fax"
    PHONE = "phone"
    """A person calls: no packet goes by it."""


CARRIES = (Way.DIRECT, Way.FAX)
"""By which a packet can go, the better first."""


class Passage(StrEnum):
    """Where one attempt stands."""

    QUEUED = "queued"
    SENDING = "sending"
    """Claimed under a lease. One that ran out means that nobody knows what came of it."""
    SENT = "sent"
    """Whoever carries it has it."""
    PROCESSED = "processed"
    """The other side's HISP has it."""
    DELIVERED = "delivered"
    """It reached the mailbox, or its pages a number."""
    UNKNOWN = "unknown"
    """Nobody said in time that it came."""
    FAILED = "failed"


class Step(StrEnum):
    CLAIM = "claim"
    ACCEPT = "accept"
    PROCESS = "process"
    DELIVER = "deliver"
    MISS = "miss"
    """Its time is up, and no receipt came."""
    FAIL = "fail"


P = Passage

FINAL = frozenset({P.DELIVERED, P.FAILED})
"""Nothing leads back from here, whatever comes late."""

UNDER_WAY = frozenset({P.QUEUED, P.SENDING, P.SENT, P.PROCESSED})
"""While one is, no other one is begun."""

TRANSITIONS: Mapping[Step, tuple[frozenset[Passage], Passage]] = {
    Step.CLAIM: (frozenset({P.QUEUED, P.SENDING}), P.SENDING),
    Step.ACCEPT: (frozenset({P.SENDING}), P.SENT),
    Step.PROCESS: (frozenset({P.SENDING, P.SENT, P.UNKNOWN}), P.PROCESSED),
    Step.DELIVER: (frozenset({P.SENDING, P.SENT, P.PROCESSED, P.UNKNOWN}), P.DELIVERED),
    Step.MISS: (frozenset({P.SENDING, P.SENT, P.PROCESSED}), P.UNKNOWN),
    Step.FAIL: (frozenset({P.QUEUED, P.SENDING, P.SENT, P.PROCESSED, P.UNKNOWN}), P.FAILED),
}
"""A receipt may come before the answer of whoever carries it, twice, late and in any order."""

SAYS: Mapping[Passage, Axis] = {
    P.QUEUED: Axis.QUEUED, P.SENT: Axis.SENT, P.PROCESSED: Axis.PROCESSED,
    P.DELIVERED: Axis.DELIVERED, P.UNKNOWN: Axis.UNKNOWN, P.FAILED: Axis.FAILED,
}  # fmt: skip
"""What an attempt that stands so tells of its referral."""


def after(step: Step, passage: Passage) -> Passage | None:
    """The passage that a step leads to; None where it leads nowhere."""
    starts, end = TRANSITIONS[step]
    return end if passage in starts else None


HEARD_BY: Mapping[tuple[Way, Passage], timedelta] = {
    (Way.DIRECT, P.SENT): timedelta(hours=1),
    (Way.DIRECT, P.PROCESSED): timedelta(hours=24),
    (Way.FAX, P.SENT): timedelta(hours=4),
}
"""By when the next receipt should have come, counted from when it was sent."""

WAITS = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
"""Before the same way is tried again, after each failure in turn; then it has had its tries."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt that came to nothing."""

    way: Way
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Onward:
    """What is tried next, and how long to wait before it."""

    way: Way
    wait: timedelta = timedelta(0)


def onward(tried: Sequence[Tried], ways: Sequence[Way]) -> Onward | None:
    """What comes after these attempts, the last of which failed; None: a person must act.

    Args:
        tried: in their order.
        ways: those that lead to this specialist, the one they prefer first.
    """
    last = tried[-1]
    times = sum(one.way is last.way for one in tried)
    if last.trouble not in FOR_GOOD and last.way in ways and times <= len(WAITS):
        return Onward(last.way, WAITS[times - 1])
    used = {one.way for one in tried}
    return next((Onward(way) for way in ways if way not in used), None)
