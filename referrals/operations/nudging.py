"""Writing to the patient, by the way whose turn it is; where none leads to them, somebody calls."""

from datetime import datetime

from audit.actors import Actor
from referrals.cadence import Nudge
from referrals.models import Referral
from referrals.operations.asking import ask
from referrals.works import Work


def nudge(
    *, referral: Referral, words: Nudge, key: str, actor: Actor, now: datetime
) -> str:  # fmt: skip
    """Write to the patient of a referral that the caller holds, once by the key; returns the way,
    empty where none is of any use."""
    if words is Nudge.REMIND:
        return ""
    ask(referral_id=referral.pk, work=Work.CALL_PATIENT, key=key, actor=actor, now=now)
    return "voice"
