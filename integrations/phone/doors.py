"""Lets a provider's call-back in: signed over the public address with the account's token."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from audit import log
from audit.actors import Actor
from integrations.signing import SignatureRefused
from integrations.webhooks import twilio
from outbox import addresses
from outbox.operations.contacts import phone_key
from tenants import scope
from tenants.models import Door, DoorKind, Practice

logger = logging.getLogger(__name__)

MINUTE, COUNTS_FOR = 60, 86400
"""Seconds."""

ACTOR = Actor.machine("integrations.phone")


class CallRefused(Exception):
    """Not signed by the provider, or for nobody here; both are answered alike."""


def prove(request: HttpRequest) -> None:
    """Accept a request of the provider.

    Raises:
        CallRefused: the signature is absent, of another address, or of another token.
    """
    body = request.body  # before the form is read from it
    if not settings.TWILIO_AUTH_TOKEN:
        raise CallRefused
    form = [(name, value) for name, values in request.POST.lists() for value in values]
    said = request.headers.get(twilio.HEADER, "")
    url = addresses.ours(request.get_full_path())
    try:
        twilio.verify(url, form, said, token=settings.TWILIO_AUTH_TOKEN, body=body)
    except SignatureRefused as error:
        raise CallRefused from error


@contextmanager
def opened(request: HttpRequest, practice_id: UUID, *, now: datetime) -> Iterator[None]:
    """The practice's scope, once the request is proven.

    Raises:
        CallRefused: a forged one is audited where the practice exists.
    """
    known = Practice.objects.filter(pk=practice_id, is_active=True).exists()
    try:
        prove(request)
    except CallRefused:
        logger.warning("call-back refused")
        if known:
            with scope.scoped(practice_id):
                note_refusal(now=now)
        raise
    if not known:
        raise CallRefused
    with scope.scoped(practice_id):
        yield


def practices_of(number: str) -> list[UUID]:
    """The practices of whose members the number is, the oldest door first."""
    doors = Door.objects.filter(kind=DoorKind.PHONE, key=phone_key(number))
    active = doors.filter(practice__is_active=True).order_by("pk")
    return list(active.values_list("practice_id", flat=True))


def note_refusal(*, now: datetime) -> None:
    """The audit of call-backs that were not let in: one row a minute, for anybody may knock.

    `count` is of those since the row before.
    """
    key = f"callback-refused:{scope.current()}"
    unwritten = f"{key}:unwritten"
    cache.add(unwritten, 0, timeout=COUNTS_FOR)
    if not cache.add(f"{key}:{now:%d%H%M}", 1, timeout=2 * MINUTE):
        cache.incr(unwritten)
        return
    count = 1 + int(cache.get(unwritten, 0))
    cache.set(unwritten, 0, timeout=COUNTS_FOR)
    with transaction.atomic():
        log.record("callback.refused", outcome="denied", detail={"status": 403, "count": count},
                   actor=ACTOR, now=now)  # fmt: skip
