"""Feeds and keys: made, rotated, revoked; messages replayed and set aside."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit import log
from audit.actors import Actor
from integrations.models import ApiKey, Feed, FeedKey, InboundMessage, MessageState
from integrations.vendors import checked
from routing import operations as routing
from tenants import scope
from tenants.models import Door, DoorKind

ACTIVE_KEYS = 2

DISCARD_REASONS = {
    "sent-again": gettext_noop("The sender sent it again, corrected"),
    "test-traffic": gettext_noop("It was a test"),
    "not-ours": gettext_noop("It is not for this practice"),
    "done-by-hand": gettext_noop("It was dealt with in the EHR"),
    "not-wanted": gettext_noop("Messages of this kind are not wanted"),
}
"""Why a message is set aside for good: a code for the audit, and its words."""


class TooManyKeys(Exception):
    """A feed has at most two active keys: revoke the old one first."""


class NotWaiting(Exception):
    """The message is not in quarantine, so there is nothing to replay or set aside."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is shown, once."""

    key: ApiKey
    secret: str


@transaction.atomic
def open_feed(
    *,
    name: str,
    slug: str,
    time_zone: str,
    vendor: str = "",
    environment: str = Feed.Environment.PRODUCTION,
    mllp_port: int | None = None,
    actor: Actor,
    now: datetime,
) -> Feed:
    """Make a feed and its doors. The slug is part of an address and unique over all practices."""
    feed = Feed(
        name=name,
        slug=slug,
        time_zone=time_zone,
        vendor=vendor,
        environment=environment,
        mllp_port=mllp_port,
    )
    feed.full_clean(exclude=["practice"], validate_constraints=False)
    feed.save(force_insert=True)
    Door.objects.create(kind=DoorKind.FEED, key=slug, practice_id=scope.current())
    if mllp_port is not None:
        Door.objects.create(
            kind=DoorKind.MLLP_PORT, key=str(mllp_port), practice_id=scope.current()
        )
    log.record("feed.opened", entity=feed, actor=actor, now=now)
    return feed


@transaction.atomic
def listen_on(*, feed: Feed, mllp_port: int, actor: Actor, now: datetime) -> None:
    """Give the feed another MLLP port."""
    Door.objects.filter(
        kind=DoorKind.MLLP_PORT, key=str(feed.mllp_port), practice_id=scope.current()
    ).delete()
    Door.objects.create(kind=DoorKind.MLLP_PORT, key=str(mllp_port), practice_id=scope.current())
    feed.mllp_port = mllp_port
    feed.save(update_fields=["mllp_port"])
    log.record("feed.port-changed", entity=feed, detail={"port": mllp_port}, actor=actor, now=now)


@transaction.atomic
def tune(
    *, feed: Feed, vendor: str, quirks: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Say of which vendor a feed is, and where it departs from that vendor's profile.

    Raises:
        BadQuirks: a setting is unknown, or not of its kind.
    """
    checked(vendor, quirks)
    held = Feed.objects.lock([feed.pk]).get()
    held.vendor, held.quirks = vendor[:40], dict(quirks)
    held.save(update_fields=["vendor", "quirks"])
    feed.vendor, feed.quirks = held.vendor, held.quirks
    log.record(
        "feed.tuned", entity=feed, detail={"vendor": checked(vendor, {}).slug, "keys": [*quirks]},
        actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def issue_feed_key(*, feed: Feed, actor: Actor, now: datetime) -> FeedKey:
    """A further signing key, so that a sender can rotate without a gap.

    Raises:
        TooManyKeys: two are active already.
    """
    Feed.objects.lock([feed.pk]).get()
    if FeedKey.objects.filter(feed=feed, revoked_at__isnull=True).count() >= ACTIVE_KEYS:
        raise TooManyKeys(_("This feed has two active keys. Revoke the old one first."))
    key = FeedKey.objects.create(feed=feed, created_at=now)
    log.record("feed.key-issued", entity=feed, detail={"key": str(key.pk)}, actor=actor, now=now)
    return key


@transaction.atomic
def revoke_feed_key(*, key: FeedKey, actor: Actor, now: datetime) -> None:
    """End a signing key at once."""
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    log.record("feed.key-revoked", entity=key, actor=actor, now=now)


@transaction.atomic
def issue_api_key(
    *, name: str, scopes: Sequence[str], expires_at: datetime | None = None, actor: Actor,
    now: datetime,
) -> NewKey:  # fmt: skip
    """A key to the REST API; the secret is shown now and never again."""
    prefix = "cc_" + secrets.token_hex(4)
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name, prefix=prefix, digest=digest_of(secret), scopes=list(scopes), created_at=now,
        expires_at=expires_at,
    )  # fmt: skip
    Door.objects.create(kind=DoorKind.API_KEY, key=prefix, practice_id=scope.current())
    log.record("api-key.issued", entity=key, detail={"scopes": list(scopes)}, actor=actor, now=now)
    return NewKey(key, secret)


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: Actor, now: datetime) -> None:
    """End an API key at once."""
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    Door.objects.filter(kind=DoorKind.API_KEY, key=key.prefix).delete()
    log.record("api-key.revoked", entity=key, actor=actor, now=now)


def digest_of(secret: str) -> str:
    """What is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def replay(*, message_id: UUID, actor: Actor, now: datetime) -> InboundMessage:
    """Put a quarantined message back in line, in its old place; its human task closes.

    Raises:
        NotWaiting: it is not in quarantine.
    """
    message = _quarantined(message_id)
    message.state, message.cause, message.next_at, message.attempts = (
        MessageState.RECEIVED,
        "",
        now,
        0,
    )
    message.save(update_fields=["state", "cause", "next_at", "attempts"])
    routing.close_message_task(message_ids=[message.pk], actor=actor, now=now)
    log.record("message.replayed", entity=message, actor=actor, now=now)
    return message


@transaction.atomic
def discard(*, message_id: UUID, reason: str = "", actor: Actor, now: datetime) -> InboundMessage:
    """Set a quarantined message aside for good, so that its order key moves on; the bytes stay.

    `reason`: one of DISCARD_REASONS; kept in the audit.

    Raises:
        NotWaiting: it is not in quarantine.
    """
    message = _quarantined(message_id)
    message.state = MessageState.DISCARDED
    message.save(update_fields=["state"])
    routing.close_message_task(message_ids=[message.pk], actor=actor, now=now)
    detail = {"reason": reason if reason in DISCARD_REASONS else ""}
    log.record("message.discarded", entity=message, detail=detail, actor=actor, now=now)
    return message


def _quarantined(message_id: UUID) -> InboundMessage:
    message = InboundMessage.objects.lock([message_id]).first()
    if message is None or message.state != MessageState.QUARANTINED:
        raise NotWaiting(_("This message is not in quarantine any more."))
    return message
