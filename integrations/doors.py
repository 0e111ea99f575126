"""Who may bring messages by HTTP: the feed itself, by its signature, or an API key that may
write events."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from integrations import signing
from integrations.models import ApiKey, Feed, FeedKey, Scope
from integrations.operations import digest_of
from integrations.signing import SignatureRefused
from tenants import scope
from tenants.models import Door, DoorKind

USE_NOTED_EVERY = timedelta(minutes=1)


class DoorRefused(Exception):
    """The request is not let in: an HTTP status, and a sentence that says what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@contextmanager
def opened(request: HttpRequest, slug: str, *, now: datetime) -> Iterator[Feed]:
    """The feed behind the address, in its practice's scope, once the request is proven.

    Raises:
        DoorRefused: unknown feed (404), not proven (401), not allowed (403), too large (413).
    """
    if int(request.headers.get("Content-Length") or 0) > settings.MAX_MESSAGE_BYTES:
        raise DoorRefused(413, f"The body is over the limit of {settings.MAX_MESSAGE_BYTES} bytes.")
    door = Door.objects.filter(kind=DoorKind.FEED, key=slug).first()
    if door is None:
        raise DoorRefused(404, "No feed has this address.")
    with scope.scoped(door.practice_id):
        with transaction.atomic():
            feed = Feed.objects.filter(slug=slug, is_active=True).first()
            if feed is None:
                raise DoorRefused(404, "No feed has this address.")
            _prove(request, feed, now=now)
        yield feed


def _prove(request: HttpRequest, feed: Feed, *, now: datetime) -> None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        key = api_key(header.removeprefix("Bearer ").strip(), now=now)
        if Scope.EVENTS_WRITE not in key.scopes:
            raise DoorRefused(403, f"This key lacks the scope {Scope.EVENTS_WRITE}.")
        return
    try:
        signature = signing.read(request.headers.get(signing.HEADER, ""))
        feed_key = _active_key(feed, signature.key_id)
        secret = signing.secret_of(feed_key.pk, master=settings.FEED_KEY_SECRET)
        signing.verify(request.body, signature, secret=secret, now=now)
    except SignatureRefused as error:
        raise DoorRefused(401, str(error)) from error
    if feed_key.last_used_at is None or now - feed_key.last_used_at > USE_NOTED_EVERY:
        feed_key.last_used_at = now
        feed_key.save(update_fields=["last_used_at"])


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
