"""The calendar of somebody's duty, for their calendar program: the address is the secret."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from escalation import duty_feed
from escalation.operations import digest_of
from tenants import clock, scope
from tenants.models import Door, DoorKind


@require_safe
def duty_calendar(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """The feed, or nothing: an address that was revoked answers like one that never was."""
    door = Door.objects.filter(kind=DoorKind.DUTY_FEED, key=digest_of(token)).first()
    if door is None:
        raise Http404
    with scope.scoped(door.practice_id), transaction.atomic():
        member = duty_feed.member_of(token)
        if member is None:
            raise Http404
        feed = duty_feed.feed_of(member, now=clock.now())
    return HttpResponse(
        feed, content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )  # fmt: skip
