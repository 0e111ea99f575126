"""What a specialist's front desk gets to see of a referral: what they need to answer, no more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and how to reach them."""

    practice: str = ""
    phone: str = ""
    """As it is dialled."""
    phone_said: str = ""
    """As it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The referral behind a code."""

    id: str
    """Of the invitation: nothing of the patient."""
    patient: str
    born: str
    referrer: str
    reason: str
    question: str
    place: str
    """On whose clock appointments are: a city."""
    until: str
    said: tuple[str, ...] = ()
    """What they have said so far, the last word on each thing."""
