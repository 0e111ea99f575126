"""The two doors for machines: HL7 v2 and FHIR over HTTP. Stored and committed first, answered
after."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit import log
from integrations import receiver
from integrations.doors import ACTOR, DoorRefused, note_refusal, opened, opened_to
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.fhir.issues import Issue, IssueCode, Level
from integrations.fhir.subscriptions import Notification, notifications
from integrations.hl7 import batch
from integrations.listener import answer
from integrations.models import Feed, InboundMessage, MessageState
from integrations.notifications.operations import hear_again
from integrations.notifications.worries import sender_of
from integrations.receiver import Arrival, Stored
from tenants import clock, scope

HL7 = "application/hl7-v2; charset=utf-8"
FHIR = "application/fhir+json"

ISSUE_OF_STATUS = {401: "login", 403: "forbidden", 404: "not-found", 413: "too-costly"}


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def hl7v2(request: HttpRequest, slug: str) -> HttpResponse:
    """One HL7 v2 message, or a batch; the body of the answer is its acknowledgment, or one for
    each."""
    now = clock.now()
    try:
        with opened(request, slug, now=now) as feed:
            arrivals = [
                receiver.arrival_of_hl7(raw, practice_id=scope.current(), feed_id=feed.pk)
                for raw in batch.split(request.body).messages
            ]
            stored = store(arrivals) if arrivals else []
    except DoorRefused as refused:
        return problem(refused.status, refused.sentence)
    if not arrivals:
        return problem(422, "The body holds no HL7 v2 message: it must begin with MSH, FHS or BHS.")
    acks = [answer(one, row, now=now) for one, row in zip(arrivals, stored, strict=True)]
    refused_all = all(one.state == MessageState.REJECTED for one in arrivals)
    return HttpResponse(b"".join(acks), content_type=HL7, status=422 if refused_all else 200)


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def fhir(request: HttpRequest, slug: str) -> HttpResponse:
    """One FHIR R4 resource or a Bundle; the answer is an OperationOutcome with the receipt's id.

    An EHR posts the notifications of its subscriptions here too.
    """
    now = clock.now()
    try:
        with opened_to(request, slug, notifications=True, now=now) as visitor:
            parsed = fhir_body.parse(request.body, max_bytes=settings.MAX_MESSAGE_BYTES)
            said = notifications(parsed.resource) if parsed.is_valid and parsed.resource else ()
            if visitor.subscription_id and not said:
                _refuse_other_bodies(slug, now=now)
            arrival = _arrival_of_fhir(request, visitor.feed, parsed, said)
            [stored] = store([arrival])
            if said and not stored.fresh:
                hear_again(feed=visitor.feed, said=said, actor=ACTOR, now=now)
    except DoorRefused as refused:
        return refused_fhir(refused.status, refused.sentence)
    if not parsed.is_valid:
        return _outcome(fhir_body.http_status(parsed.issues), parsed.issues, stored)
    accepted = Issue(
        IssueCode.INFORMATIONAL, f"Stored as {stored.message_id}.", level=Level.INFORMATION
    )
    return _outcome(202, (accepted, *parsed.issues), stored)


def _refuse_other_bodies(slug: str, *, now: datetime) -> NoReturn:
    note_refusal(slug, 403, now=now)
    raise DoorRefused(403, "The secret of a subscription brings its notifications, nothing else.")


def _arrival_of_fhir(
    request: HttpRequest, feed: Feed, parsed: fhir_body.Parsed, said: Sequence[Notification]
) -> Arrival:
    key = ""
    if parsed.is_valid:
        key = fhir_reading.order_key(parsed, zone=feed.time_zone, source=feed.slug)
    sent = request.headers.get("webhook-id") or request.headers.get("Idempotency-Key") or ""
    return receiver.arrival_of_fhir(
        request.body,
        practice_id=scope.current(),
        feed_id=feed.pk,
        control_id=sent,
        resource_type=parsed.type,
        order_key=key,
        cause=""
        if parsed.is_valid
        else "; ".join(sorted({i.code.value for i in parsed.issues if i.is_error})),
        sender=sender_of(said[0].subscription) if said else "",
    )


@transaction.atomic
def store(arrivals: list[Arrival]) -> list[Stored]:
    """Messages of the practice in scope, with the audit of those that are refused."""
    now = clock.now()
    stored = receiver.store(arrivals, now=now)
    log.record_all(
        log.entry("message.rejected", entity=InboundMessage(pk=row.message_id), outcome="failed",
                  actor=ACTOR, now=now)
        for one, row in zip(arrivals, stored, strict=True)
        if one.state == MessageState.REJECTED and row.fresh
    )  # fmt: skip
    return stored


def _outcome(status: int, issues: tuple[Issue, ...], stored: Stored) -> HttpResponse:
    response = HttpResponse(fhir_body.outcome(issues), content_type=FHIR, status=status)
    response["X-Receipt-ID"] = str(stored.message_id)
    return response


def refused_fhir(status: int, sentence: str) -> HttpResponse:
    """An OperationOutcome for a request that was not let in."""
    body = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": ISSUE_OF_STATUS[status], "diagnostics": sentence}],
    }
    return HttpResponse(json.dumps(body), content_type=FHIR, status=status)


def problem(status: int, sentence: str) -> HttpResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "title": sentence, "status": status}
    return HttpResponse(json.dumps(body), content_type="application/problem+json", status=status)
