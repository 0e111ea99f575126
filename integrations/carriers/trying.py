"""Whether a carrier lets us in, asked of the carrier itself. Nothing is sent to anybody, and no
mail is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from audit import log
from audit.actors import Actor
from referrals import credentials
from referrals.lines import faxing, hisp
from referrals.models import Carrier
from referrals.wire.answers import Trouble


class Side(StrEnum):
    """What of an account is tried by itself."""

    OUT = "out"
    """Where a HISP takes messages."""
    MAILBOX = "mailbox"
    SERVICE = "service"
    """Of faxes."""


@dataclass(frozen=True, slots=True)
class Tried:
    side: Side
    trouble: Trouble | None
    """None: it let us in."""


def try_account(carrier: Carrier, *, now: datetime) -> tuple[Tried, ...]:
    """Each side in turn, over the net: call it outside of any transaction.

    Raises:
        SealBroken: a secret must be entered again; nobody was asked.
    """
    if carrier.kind == Carrier.Kind.HISP:
        edge = credentials.edge(carrier)
        return (
            Tried(Side.OUT, hisp.try_out(edge)), Tried(Side.MAILBOX, hisp.try_mailbox(edge)),
        )  # fmt: skip
    account = credentials.fax(carrier)
    trouble = faxing.try_out(carrier.kind, account=account, address=carrier.url, now=now)
    return (Tried(Side.SERVICE, trouble),)


@transaction.atomic
def record_trial(carrier: Carrier, tried: Sequence[Tried], *, actor: Actor, now: datetime) -> None:
    """Who tried it, and what came of it."""
    said = {one.side.value: one.trouble.value if one.trouble else "" for one in tried}
    log.record("carrier.tried", entity=carrier, outcome="failed" if any(said.values()) else
               "success", detail=said, actor=actor, now=now)  # fmt: skip
