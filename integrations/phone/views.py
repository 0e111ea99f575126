"""Doors for the provider of text messages and calls. Answered after everything is committed."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from urllib.parse import urlencode
from uuid import UUID

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.languages import speaking_to
from accounts.models import Membership
from integrations.phone import answering, doors, operations, reading, wording
from integrations.phone.case import Arrived, listener_of
from integrations.phone.doors import ACTOR, CallRefused
from integrations.phone.places import places_of
from outbox import operations as outbox
from outbox.channels.voice import VOICES
from outbox.pins import DIGITS
from tenants import clock, scope

logger = logging.getLogger(__name__)

REFUSED, NO_CONTENT = 403, 204
TRIES = 2
TWIML = "text/xml; charset=utf-8"

ASKS = {wording.PRESS: 1, wording.PIN_ASKED: DIGITS, wording.PIN_WRONG: DIGITS}
"""After which words how many keys are waited for."""

Door = Callable[..., HttpResponse]


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def status(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """What became of a message or a call; whatever is said twice, or late, changes nothing."""
    now = clock.now()
    try:
        with doors.opened(request, practice_id, now=now):
            step, code = reading.step_of(request.POST)
            about = intent_of(request)
            if step is not None and about is not None:
                outbox.deliver(
                    intent_id=about, step=step, code=code,
                    provider_id=reading.provider_id(request.POST), actor=ACTOR, now=now,
                )  # fmt: skip
    except CallRefused:
        return HttpResponse(status=REFUSED)
    return HttpResponse(status=NO_CONTENT)


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def reply(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """A text message from a phone, or a key pressed in a call. What is said back to a text goes
    out like everything else; to a call it is said here."""
    now = clock.now()
    try:
        with doors.opened(request, practice_id, now=now):
            arrived = arrived_of(request)
            said = _worked(arrived, now=now)
            hears = listener_of(arrived) if arrived.intent_id else None
    except CallRefused:
        return HttpResponse(status=REFUSED)
    return _twiml(request, said if arrived.intent_id else "", hears)


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def reply_to_any(request: HttpRequest) -> HttpResponse:
    """A text message to a number that several practices send from: worked where it is understood,
    else where the phone was first known."""
    now = clock.now()
    try:
        doors.prove(request)
    except CallRefused:
        return HttpResponse(status=REFUSED)
    arrived = arrived_of(request)
    places = places_of(arrived, doors.practices_of(arrived.number), now=now)
    for practice_id in places.practices:
        with scope.scoped(practice_id):
            _worked(arrived, now=now, codes=places.codes)
    return _twiml(request, "")


def _worked(arrived: Arrived, *, now: datetime, codes: Sequence[str] = ()) -> str:
    """What is said back. The provider brings no answer again by itself, so one that met a lock is
    worked once more; where that fails too a person reads it."""
    for _ in range(TRIES):
        try:
            return answering.work(arrived, actor=ACTOR, now=now, codes=codes)
        except OperationalError:
            logger.warning("answer not worked, trying again")
    return operations.keep_reply(arrived, actor=ACTOR, now=now)


def arrived_of(request: HttpRequest) -> Arrived:
    """What the form says; of a call, about the intent that its address names."""
    form = request.POST
    name, keys, asked = reading.provider_id(form), form.get("Digits", "")[:DIGITS], _asked(request)
    digits, pin = ("", keys) if asked else (keys, "")
    heard = f"pin{asked}" if asked else digits
    return Arrived(
        provider_id=f"{name}:{heard}" if heard else name,
        number=form.get("From", "").replace("\x00", "")[:40],
        body=form.get("Body", "").replace("\x00", ""),
        digits=digits, pin=pin, asked=asked,
        intent_id=intent_of(request),
    )  # fmt: skip


def intent_of(request: HttpRequest) -> UUID | None:
    """Whose id the address carries."""
    try:
        return UUID(request.GET.get("intent", ""))
    except ValueError:
        return None


def _asked(request: HttpRequest) -> int:
    """For which time the call asked for a PIN, as our own signed address says; 0: it did not."""
    said = request.GET.get("pin", "")
    return int(said) if said.isascii() and said.isdigit() and intent_of(request) else 0


def _twiml(request: HttpRequest, said: str, hears: Membership | None = None) -> HttpResponse:
    """Nothing, or what a call says next in the language of whoever hears it, and the keys that it
    waits for."""
    voice = VOICES.get(hears.spoken) if hears else None
    spoken = f' language="{voice}"' if voice else ""
    words = f"<Say{spoken}>{escape(said)}</Say>" if said else ""
    if keys := _keys_asked(said, hears):
        query = {"intent": request.GET.get("intent", "")}
        if keys == DIGITS:
            query["pin"] = str(_asked(request) + 1)
        at = escape(f"{request.path}?{urlencode(query)}")
        words = f'<Gather numDigits="{keys}" timeout="8" action="{at}">{words}</Gather>'
    return HttpResponse(f"<Response>{words}</Response>", content_type=TWIML)


def _keys_asked(said: str, hears: Membership | None) -> int:
    """How many keys are waited for after these words."""
    with speaking_to(hears):
        return next((keys for words, keys in ASKS.items() if wording.said(words) == said), 0)
