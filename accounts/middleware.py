"""Puts the member's practice in scope for the request. The session names it; a header never can."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts import sessions
from accounts.models import Membership
from audit.actors import Actor
from tenants import scope
from tenants.models import Door, DoorKind

Handler = Callable[[HttpRequest], HttpResponse]


class PracticeMiddleware:
    """Sets `request.member` and `request.actor`, and opens the scope round the view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Work in the practice that the person chose, where they are still a member of it."""
        request.request_id = request.headers.get("X-Request-ID", "")[:40] or uuid4().hex  # type: ignore[attr-defined]
        request.member = None  # type: ignore[attr-defined]
        request.practices = _practices(request)  # type: ignore[attr-defined]
        practice_id = _chosen(request)
        if practice_id is None:
            return self.get_response(request)
        with scope.scoped(practice_id):
            request.member = _member(request)  # type: ignore[attr-defined]
            if request.member is not None:  # type: ignore[attr-defined]
                request.actor = actor_of(request)  # type: ignore[attr-defined]
                _speak(request)
                return self.get_response(request)
        return self.get_response(request)


def _speak(request: HttpRequest) -> None:
    """The member's own language; the browser's stays for those who chose none."""
    if chosen := request.member.language:  # type: ignore[attr-defined]
        translation.activate(chosen)


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in member, with the request's id and address."""
    member: Membership = request.member  # type: ignore[attr-defined]
    return Actor.person(
        member,
        request_id=request.request_id,  # type: ignore[attr-defined]
        address=request.META.get("REMOTE_ADDR", "")[:45],
    )


def practices_of(user_id: UUID) -> list[UUID]:
    """The practices a person has a door to, oldest first."""
    doors = Door.objects.filter(kind=DoorKind.MEMBER, key=str(user_id)).order_by("pk")
    return list(doors.values_list("practice_id", flat=True))


def _practices(request: HttpRequest) -> list[UUID]:
    return practices_of(request.user.pk) if request.user.is_authenticated else []


def _chosen(request: HttpRequest) -> UUID | None:
    practices: list[UUID] = request.practices  # type: ignore[attr-defined]
    if not practices:
        return None
    chosen = request.session.get(sessions.PRACTICE, "")
    return next((practice for practice in practices if str(practice) == chosen), practices[0])


@transaction.atomic
def _member(request: HttpRequest) -> Membership | None:
    member: Membership | None = (
        Membership.objects.filter(  # type: ignore[misc]
            user_id=request.user.pk, is_active=True, practice__is_active=True
        )
        .select_related("practice", "location")
        .first()
    )
    return member
