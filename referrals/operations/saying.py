"""What a person of the practice says of a referral: one fact, with how they came to know it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from referrals.models import Referral
from referrals.operations.telling import Telling, locked, tell
from referrals.saying import Declining, Heard
from referrals.states import Axis, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is said: the fact, when it happened, how whoever says it knows."""

    axis: Axis
    value: str
    at: datetime
    appointment_at: datetime | None = None
    heard: Heard | None = None
    why: Declining | None = None


@transaction.atomic
def say(
    *, referral_id: UUID, word: Word, version: int | None = None, actor: Actor, now: datetime
) -> Referral:
    """Each saying is an occasion of its own: people book, cancel and book again.

    Raises:
        NoReferral: there is no such referral.
        Overtaken: it is not as whoever says it saw it.
        UnknownValue: the axis knows no such value.
    """
    referral = locked(referral_id, version)
    detail = {"heard": word.heard, "why": word.why}
    said = Telling(
        key=f"staff:{referral.version}", axis=word.axis, value=word.value, at=word.at,
        source=Source.STAFF, appointment_at=word.appointment_at,
        detail={name: code.value for name, code in detail.items() if code},
    )  # fmt: skip
    return tell(referral_id=referral_id, tellings=[said], actor=actor, now=now)
