"""The secret address under which a calendar reads somebody's duty: made, shown once, revoked."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from audit import log
from audit.actors import Actor
from escalation.models import DutyFeed
from tenants import scope
from tenants.models import Door, DoorKind


def digest_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_duty_feed(*, member: Membership, actor: Actor, now: datetime) -> str:
    """A new address; the one before it answers no more. Returns the secret, which is not kept."""
    _close(member, now=now)
    token = secrets.token_urlsafe(32)
    feed = DutyFeed.objects.create(member=member, digest=digest_of(token), made_at=now)
    Door.objects.create(
        kind=DoorKind.DUTY_FEED, key=feed.digest, practice_id=scope.current()
    )  # fmt: skip
    log.record("duty-feed.opened", entity=feed, actor=actor, now=now)
    return token


@transaction.atomic
def close_duty_feed(*, member: Membership, actor: Actor, now: datetime) -> None:
    """The address answers no more."""
    _close(member, now=now)
    log.record("duty-feed.closed", entity=member, actor=actor, now=now)


def _close(member: Membership, *, now: datetime) -> None:
    for feed in DutyFeed.objects.filter(member=member, revoked_at__isnull=True).select_for_update(
        of=("self",)
    ):
        feed.revoked_at = now
        feed.save(update_fields=["revoked_at"])
        Door.objects.filter(kind=DoorKind.DUTY_FEED, key=feed.digest).delete()
