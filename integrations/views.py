"""The two doors for machines: HL7 v2 and FHIR over HTTP. Stored and committed first, answered
after."""

import json

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import receiver
from integrations.doors import DoorRefused, opened
from integrations.fhir import body as fhir_body
from integrations.fhir import reading as fhir_reading
from integrations.fhir.issues import Issue, IssueCode, Level
from integrations.hl7 import batch
from integrations.listener import answers
from integrations.models import Feed, MessageState
from integrations.receiver import Arrival, Stored
from tenants import scope

HL7 = "application/hl7-v2; charset=utf-8"
FHIR = "application/fhir+json"

ISSUE_OF_STATUS = {401: "login", 403: "forbidden", 404: "not-found", 413: "too-costly"}


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def hl7v2(request: HttpRequest, slug: str) -> HttpResponse:
    """One HL7 v2 message, or a batch; the body of the answer is its acknowledgment, or one for
    each."""
    now = timezone.now()
    try:
        with opened(request, slug, now=now) as feed:
            arrivals = [
                receiver.arrival_of_hl7(raw, practice_id=scope.current(), feed_id=feed.pk)
                for raw in batch.split(request.body).messages
            ]
            stored = _store(arrivals) if arrivals else []
    except DoorRefused as refused:
        return problem(refused.status, refused.sentence)
    except RequestDataTooBig:
        return problem(413, f"The body is over the limit of {settings.MAX_MESSAGE_BYTES} bytes.")
    if not arrivals:
        return problem(422, "The body holds no HL7 v2 message: it must begin with MSH, FHS or BHS.")
    acks = [
        ack for one, row in zip(arrivals, stored, strict=True) for ack in answers(one, row, now=now)
    ]
    refused_all = all(one.state == MessageState.REJECTED for one in arrivals)
    return HttpResponse(b"".join(acks), content_type=HL7, status=422 if refused_all else 200)


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def fhir(request: HttpRequest, slug: str) -> HttpResponse:
    """One FHIR R4 resource or a Bundle; the answer is an OperationOutcome with the receipt's id."""
    now = timezone.now()
    try:
        with opened(request, slug, now=now) as feed:
            parsed = fhir_body.parse(request.body, max_bytes=settings.MAX_MESSAGE_BYTES)
            arrival = _arrival_of_fhir(request, feed, parsed)
            [stored] = _store([arrival])
    except DoorRefused as refused:
        return refused_fhir(refused.status, refused.sentence)
    except RequestDataTooBig:
        return refused_fhir(413, "The body is over the limit.")
    if not parsed.is_valid:
        return _outcome(fhir_body.http_status(parsed.issues), parsed.issues, stored)
    accepted = Issue(
        IssueCode.INFORMATIONAL, f"Stored as {stored.message_id}.", level=Level.INFORMATION
    )
    return _outcome(202, (accepted, *parsed.issues), stored)


def _arrival_of_fhir(request: HttpRequest, feed: Feed, parsed: fhir_body.Parsed) -> Arrival:
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
    )


@transaction.atomic
def _store(arrivals: list[Arrival]) -> list[Stored]:
    return receiver.store(arrivals, now=timezone.now())


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
