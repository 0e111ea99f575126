"""The door for clinical documents (C-CDA) over HTTP. Stored and committed first, answered after."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import receiver
from integrations.cda import reading
from integrations.doors import DoorRefused, opened
from integrations.fhir.issues import Issue, IssueCode, Level, http_status, outcome
from integrations.models import Feed, InboundMessage
from integrations.views import FHIR, refused_fhir, store
from tenants import clock, scope

DOCUMENT = "ClinicalDocument"


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def ccda(request: HttpRequest, slug: str) -> HttpResponse:
    """One clinical document as XML; the answer is an OperationOutcome with the receipt's id."""
    now = clock.now()
    try:
        with opened(request, slug, now=now) as feed:
            said = reading.interpret(
                request.body, zone=feed.time_zone, max_bytes=settings.MAX_MESSAGE_BYTES
            )
            [stored] = store([_arrival(request, feed, said)])
    except DoorRefused as refused:
        return refused_fhir(refused.status, refused.sentence)
    told = Issue(
        IssueCode.INFORMATIONAL, f"Stored as {stored.message_id}.", level=Level.INFORMATION
    )
    status = http_status(said.refusals) if said.refusals else 202
    issues = said.refusals or (told, *said.faults)
    response = HttpResponse(outcome(issues), content_type=FHIR, status=status)
    response["X-Receipt-ID"] = str(stored.message_id)
    return response


def _arrival(request: HttpRequest, feed: Feed, said: reading.Reading) -> receiver.Arrival:
    sent = request.headers.get("webhook-id") or request.headers.get("Idempotency-Key") or ""
    return receiver.arrival_of_fhir(
        request.body,
        practice_id=scope.current(),
        feed_id=feed.pk,
        control_id=sent,
        resource_type=DOCUMENT,
        order_key=reading.order_key_of(said),
        cause="; ".join(sorted({issue.code.value for issue in said.refusals})),
        standard=InboundMessage.Standard.CCDA,
    )
