"""Where an intent stands, and the moves between. Pure."""

from enum import Enum

from django.db.models import TextChoices


class IntentState(TextChoices):
    PENDING = "pending"
    SENDING = "sending"
    """Claimed under a lease. A lease that ran out means that the outcome is not known."""
    SENT = "sent"
    """The provider has it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Refused for good on this channel; another intent takes its place where one can."""
    CANCELLED = "cancelled"
    """Nobody needs to hear it any more."""


class Step(TextChoices):
    CLAIM = "claim"
    ACCEPT = "accept"
    RETRY = "retry"
    DELIVER = "deliver"
    FAIL = "fail"
    CANCEL = "cancel"


S = IntentState

OPEN = frozenset({S.PENDING, S.SENDING})

TRANSITIONS: dict[Step, tuple[frozenset[IntentState], IntentState]] = {
    Step.CLAIM: (frozenset({S.PENDING, S.SENDING}), S.SENDING),
    Step.ACCEPT: (frozenset({S.SENDING}), S.SENT),
    Step.RETRY: (frozenset({S.SENDING}), S.PENDING),
    Step.DELIVER: (frozenset({S.SENDING, S.SENT}), S.DELIVERED),
    Step.FAIL: (frozenset({S.PENDING, S.SENDING, S.SENT}), S.FAILED),
    Step.CANCEL: (frozenset({S.PENDING, S.SENDING}), S.CANCELLED),
}
"""A call-back that comes late or out of order finds no move, and changes nothing."""


class Stays(Enum):
    """No move starts from here."""

    SAME = "same"


def after(step: Step, state: IntentState) -> IntentState | Stays:
    """The state that a step leads to; SAME where it leads nowhere."""
    starts, ends = TRANSITIONS[step]
    return ends if state in starts else Stays.SAME
