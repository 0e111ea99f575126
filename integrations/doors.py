"""Who may bring messages by HTTP: the feed itself, by its signature, or an API key that may
write events. On the FHIR door also an EHR that tells of its subscriptions: by a signature over the
body (athenahealth), or by the secret of the subscription's channel."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest

from audit import log
from audit.actors import Actor
from integrations import signing
from integrations.models import ApiKey, Feed, FeedKey, Scope, Subscription
from integrations.operations import digest_of
from integrations.signing import SignatureRefused
from tenants import scope
from tenants.models import Door, DoorKind

logger = logging.getLogger(__name__)

USE_NOTED_EVERY = timedelta(minutes=1)

ACTOR = Actor.machine("integrations.doors")


class DoorRefused(Exception):
    """The request is not let in: an HTTP status, and a sentence that says what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom the door was opened to."""

    feed: Feed
    subscription_id: UUID | None = None
    """By the secret of its channel: nothing but its notifications may be brought."""


@contextmanager
def opened(request: HttpRequest, slug: str, *, now: datetime) -> Iterator[Feed]:
    """The feed behind the address, in its practice's scope, once the request is proven.

    Raises:
        DoorRefused: unknown feed (404), not proven (401), not allowed (403), too large (413).
    """
    with opened_to(request, slug, notifications=False, now=now) as visitor:
        yield visitor.feed


@contextmanager
def opened_to(
    request: HttpRequest, slug: str, *, notifications: bool, now: datetime
) -> Iterator[Visitor]:
    """As `opened`; with `notifications` by an EHR's own means too.

    Raises:
        DoorRefused: as `opened`.
    """
    door = Door.objects.filter(kind=DoorKind.FEED, key=slug).first()
    if door is None:
        logger.warning("no feed has this address")
        raise DoorRefused(404, "No feed has this address.")
    with scope.scoped(door.practice_id):
        try:
            with transaction.atomic():
                visitor = _let_in(request, slug, notifications=notifications, now=now)
        except DoorRefused as refused:
            note_refusal(slug, refused.status, now=now)
            raise
        yield visitor


@transaction.atomic
def note_refusal(slug: str, status: int, *, now: datetime) -> None:
    """The audit of a request that was not let in."""
    feed = Feed.objects.filter(slug=slug).first()
    log.record("door.refused", entity=feed, outcome="denied", detail={"status": status},
               actor=ACTOR, now=now)  # fmt: skip


def _let_in(request: HttpRequest, slug: str, *, notifications: bool, now: datetime) -> Visitor:
    feed = Feed.objects.filter(slug=slug, is_active=True).first()
    if feed is None:
        raise DoorRefused(404, "No feed has this address.")
    too_large = f"The body is over the limit of {settings.MAX_MESSAGE_BYTES} bytes."
    if _announced(request) > settings.MAX_MESSAGE_BYTES:
        raise DoorRefused(413, too_large)
    try:
        subscription_id = _prove(request, feed, notifications=notifications, now=now)
        if len(request.body) > settings.MAX_MESSAGE_BYTES:
            raise DoorRefused(413, too_large)
    except SignatureRefused as error:
        raise DoorRefused(401, str(error)) from error
    except RequestDataTooBig as error:
        raise DoorRefused(413, too_large) from error
    return Visitor(feed, subscription_id)


def _announced(request: HttpRequest) -> int:
    """The length that the sender states; one that is no number says nothing."""
    stated = request.headers.get("Content-Length") or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) <= 18 else 0


def _prove(request: HttpRequest, feed: Feed, *, notifications: bool, now: datetime) -> UUID | None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        secret = header.removeprefix("Bearer ").strip()
        if notifications and secret.startswith(signing.CHANNEL_PREFIX):
            return _subscription_of(feed, secret)
        if Scope.EVENTS_WRITE not in api_key(secret, now=now).scopes:
            raise DoorRefused(403, f"This key lacks the scope {Scope.EVENTS_WRITE}.")
    elif notifications and signing.HUB_HEADER in request.headers:
        _prove_by_hub(request, feed, now=now)
    else:
        signature = signing.read(request.headers.get(signing.HEADER, ""))
        key = _active_key(feed, signature.key_id)
        secret = signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET)
        signing.verify(request.body, signature, secret=secret, now=now)
        _note_use(key, now=now)
    return None


def _prove_by_hub(request: HttpRequest, feed: Feed, *, now: datetime) -> None:
    """The signature names no key: any active one of the feed will do."""
    header = request.headers[signing.HUB_HEADER]
    keys = list(FeedKey.objects.filter(feed=feed, revoked_at__isnull=True).order_by("-created_at"))
    secrets = {signing.secret_of(key.pk, master=settings.FEED_KEY_SECRET): key for key in keys}
    secret = signing.verify_hub(request.body, header, secrets=secrets)
    _note_use(secrets[secret], now=now)


def _subscription_of(feed: Feed, secret: str) -> UUID:
    named = signing.channel_of(secret, master=settings.FEED_KEY_SECRET)
    live = Subscription.objects.filter(feed=feed).exclude(status=Subscription.Status.OFF)
    if not live.filter(pk=named).exists():
        raise SignatureRefused(signing.UNKNOWN_CHANNEL)
    return named


def _note_use(key: FeedKey, *, now: datetime) -> None:
    if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
        key.last_used_at = now
        key.save(update_fields=["last_used_at"])


def _active_key(feed: Feed, key_id: UUID) -> FeedKey:
    key = FeedKey.objects.filter(feed=feed, pk=key_id, revoked_at__isnull=True).first()
    if key is None:
        raise SignatureRefused("The key is not one of this feed's active keys.")
    return key


def api_key(secret: str, *, now: datetime) -> ApiKey:
    """The active key of the practice in scope with this secret.

    Raises:
        DoorRefused: there is none.
    """
    key = ApiKey.objects.filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    if key is None or (key.expires_at and key.expires_at <= now):
        raise DoorRefused(401, "The API key is unknown, expired or revoked.")
    if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
        key.last_used_at = now
        key.save(update_fields=["last_used_at"])
    return key
