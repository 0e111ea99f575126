"""The PIN of a member: set, taken away, and compared with what was keyed in during a call."""

import hashlib
import hmac
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from outbox.models import Pin
from outbox.pins import TRIES, chosen


class Compared(Enum):
    """What came of a PIN that was keyed in."""

    RIGHT = auto()
    WRONG = auto()
    LOCKED = auto()
    """No digits count any more until another PIN is set."""
    NONE = auto()
    """The member has none."""


@transaction.atomic
def set_pin(*, member: Membership, pin: str, actor: Actor, now: datetime) -> Pin:
    """Have calls ask for this one from now on; whatever was tried before is forgotten.

    Raises:
        PinRefused: it is none, or one that is guessed first.
    """
    digest = _digest(member.pk, chosen(pin))
    row, _ = Pin.objects.update_or_create(
        member=member, defaults={"digest": digest, "set_at": now, "tries": 0}
    )
    log.record("pin.set", entity=row, actor=actor, now=now)
    return row


@transaction.atomic
def remove_pin(*, member: Membership, actor: Actor, now: datetime) -> None:
    """Calls only tell from now on."""
    row = Pin.objects.filter(member=member).select_for_update(of=("self",)).first()
    if row is not None:
        log.record("pin.removed", entity=row, actor=actor, now=now)
        row.delete()


@transaction.atomic
def compare_pin(*, member_id: UUID, pin: str, actor: Actor, now: datetime) -> Compared:
    """Whether whoever keyed it in knows the member's PIN; each wrong one is counted."""
    row = Pin.objects.filter(member=member_id).select_for_update(of=("self",)).first()
    if row is None:
        return Compared.NONE
    if row.is_locked:
        return Compared.LOCKED
    is_right = hmac.compare_digest(_digest(member_id, pin), row.digest)
    row.tries = 0 if is_right else row.tries + 1
    row.save(update_fields=["tries"])
    if is_right:
        return Compared.RIGHT
    log.record("pin.refused", entity=row, outcome="denied", detail={"tries": row.tries},
               actor=actor, now=now)  # fmt: skip
    return Compared.LOCKED if row.is_locked else Compared.WRONG


def takes_pin(member_id: UUID | None) -> bool:
    """Whether calls to a member can ask for a PIN."""
    return Pin.objects.filter(member=member_id, tries__lt=TRIES).exists()


def _digest(member_id: UUID, pin: str) -> str:
    """Of no use without the secret: ten thousand PINs are tried in no time."""
    secret = settings.FEED_KEY_SECRET.encode()
    return hmac.new(secret, f"pin:{member_id}:{pin}".encode(), hashlib.sha256).hexdigest()
