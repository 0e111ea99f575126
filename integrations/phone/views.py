"""Doors for the provider of text messages and calls. Answered after everything is committed."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.phone import doors, reading
from integrations.phone.doors import ACTOR, CallRefused
from outbox import operations as outbox

REFUSED, NO_CONTENT = 403, 204


@csrf_exempt
@transaction.non_atomic_requests
@require_POST
def status(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """What became of a message or a call; whatever is said twice, or late, changes nothing."""
    now = timezone.now()
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


def intent_of(request: HttpRequest) -> UUID | None:
    """Whose id the address carries."""
    try:
        return UUID(request.GET.get("intent", ""))
    except ValueError:
        return None
