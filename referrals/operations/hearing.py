"""Receipts: what the other side, or whoever carries it, tells of a message of ours."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit import log
from audit.actors import Actor
from referrals.models import Carrier, Receipt, Transmission
from referrals.operations.passing import hold, take
from referrals.ways import Step
from referrals.wire.answers import Trouble


class Heard(StrEnum):
    """What a receipt came to."""

    MOVED = "moved"
    SAID_NOTHING_NEW = "said-nothing-new"
    """It is late, out of its order, or says what moves nothing."""
    HEARD_BEFORE = "heard-before"
    UNKNOWN_MESSAGE = "unknown-message"
    """Kept: nobody here sent such a message, or the answer that names it is still on its way."""


@transaction.atomic
def hear(
    *, carrier_id: UUID, key: str, about: str, step: Step | None, trouble: Trouble | None = None,
    actor: Actor, now: datetime,
) -> Heard:  # fmt: skip
    """Take in one receipt, once, whatever order receipts come in.

    `carrier_id`: the account by which it came; it is proven theirs before. `key`: by which its
    sender names this happening. `about`: the Message-ID or the fax that it names. `step`: what it
    says; None: nothing that moves anything. `trouble`: of a failure.
    """
    list(Carrier.objects.lock([carrier_id]))
    known = Receipt.objects.filter(carrier_id=carrier_id, key=key[:250])
    if known.exists():
        return Heard.HEARD_BEFORE
    found = _named(carrier_id, about)
    receipt = Receipt(
        carrier_id=carrier_id, key=key[:250], about=about[:250], step=step or "",
        trouble=trouble or "", heard_at=now, transmission_id=found,
    )  # fmt: skip
    receipt.save(force_insert=True)
    log.record("receipt.heard", entity=receipt, actor=actor, now=now,
               detail={"step": receipt.step, "transmission": str(found or "")})  # fmt: skip
    if found is None:
        return Heard.UNKNOWN_MESSAGE
    row = hold(found)
    moved = row is not None and _apply(row, receipt, actor=actor, now=now)
    return Heard.MOVED if moved else Heard.SAID_NOTHING_NEW


def _named(carrier_id: UUID, about: str) -> UUID | None:
    """The attempt that a receipt names."""
    named = Q(message_id=about[:120]) | Q(provider_id=about[:120])
    sent = Transmission.objects.filter(named, carrier_id=carrier_id)
    return sent.values_list("pk", flat=True).first() if about else None


def catch_up(row: Transmission, *, actor: Actor, now: datetime) -> None:
    """Take in what was told of a fax before we knew its name; the caller holds it."""
    if not row.provider_id:
        return
    early = Receipt.objects.filter(
        carrier=row.carrier_id, about=row.provider_id, transmission__isnull=True
    )
    for receipt in early.order_by("heard_at", "pk"):
        receipt.transmission = row
        receipt.save(update_fields=["transmission"])
        _apply(row, receipt, actor=actor, now=now)


def _apply(row: Transmission, receipt: Receipt, *, actor: Actor, now: datetime) -> bool:
    if not receipt.step:
        return False
    trouble = Trouble(receipt.trouble) if receipt.trouble else None
    return take(row, Step(receipt.step), trouble=trouble, heard=True, actor=actor, now=now)
