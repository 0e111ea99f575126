"""The door for fax services. Proven, stored and committed first, answered after."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import receiver
from integrations.doors import DoorRefused, note_refusal
from integrations.models import Feed, InboundMessage
from integrations.signing import SignatureRefused
from integrations.views import problem, store
from integrations.webhooks import basic, documo, reading, telnyx
from referrals.models import Carrier
from tenants import clock, scope, sealing
from tenants.models import Door, DoorKind

NOBODY = "No fax service has this address."
LARGEST = 256 * 1024
"""Of what a service tells; it never brings the pages themselves."""


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def fax(request: HttpRequest, slug: str) -> HttpResponse:
    """What a fax service tells: a fax came, or what became of one of ours. Whatever it tells twice,
    late or out of order is kept once and changes nothing."""
    now = clock.now()
    try:
        with _opened(request, slug, now=now) as feed:
            event = request.headers.get(documo.EVENT_HEADER, "")
            found = reading.interpret(request.body, event=event).fax
            arrival = receiver.arrival_of_fhir(
                request.body, practice_id=scope.current(), feed_id=feed.pk,
                control_id=found.event_id if found else "", resource_type=event or "fax",
                order_key="", cause="", standard=InboundMessage.Standard.FAX,
            )  # fmt: skip
            store([arrival])
    except DoorRefused as refused:
        return problem(refused.status, refused.sentence)
    return HttpResponse(status=204)


@contextmanager
def _opened(request: HttpRequest, slug: str, *, now: datetime) -> Iterator[Feed]:
    """The feed behind the address, in its practice's scope, once the request is proven.

    Raises:
        DoorRefused: unknown (404), not proven (401), too large (413).
    """
    door = Door.objects.filter(kind=DoorKind.FEED, key=slug).first()
    if door is None:
        raise DoorRefused(404, NOBODY)
    with scope.scoped(door.practice_id):
        try:
            with transaction.atomic():
                feed = _proven(request, slug, now=now)
        except DoorRefused as refused:
            note_refusal(slug, refused.status, now=now)
            raise
        yield feed


def _proven(request: HttpRequest, slug: str, *, now: datetime) -> Feed:
    feed = Feed.objects.filter(slug=slug, is_active=True).first()
    held = Carrier.objects.filter(feed_slug=slug).exclude(kind=Carrier.Kind.HISP)
    carrier = held.order_by("-opened_at").first()
    if feed is None or carrier is None:
        raise DoorRefused(404, NOBODY)
    try:
        if len(request.body) > LARGEST:
            raise DoorRefused(413, f"The body is over the limit of {LARGEST} bytes.")
        _verify(request, carrier, now=now)
    except SignatureRefused as error:
        raise DoorRefused(401, str(error)) from error
    except RequestDataTooBig as error:
        raise DoorRefused(413, "The body is too large.") from error
    return feed


def _verify(request: HttpRequest, carrier: Carrier, *, now: datetime) -> None:
    secret = sealing.unseal(carrier.callback_secret)
    if carrier.kind == Carrier.Kind.DOCUMO:
        said = request.headers.get("Authorization", "")
        basic.verify(said, user=carrier.user, password=secret)
        return
    telnyx.verify(
        request.body, request.headers.get(telnyx.SIGNATURE_HEADER, ""),
        request.headers.get(telnyx.TIMESTAMP_HEADER, ""), public_key=secret, now=now,
    )  # fmt: skip
