"""What every view begins and ends with: a member, a desk, the frame round the screen."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.permissions import Operation, may
from audit import log
from audit.actors import Actor
from charts.models import Patient
from dashboards.context import names_hidden
from dashboards.queries.counts import NOTHING_COUNTED
from dashboards.queries.desk import Desk
from dashboards.queries.shell import shell
from dashboards.words import later
from tenants import clock

P = ParamSpec("P")

LISTS = {
    "/queue/": later("My queue"),
    "/team/": later("Team queue"),
    "/escalations/": later("Escalations"),
    "/referrals/": later("Referrals"),
    "/search/": later("Search"),
    "/backlog/tasks/": later("Backlog"),
}
"""Where a task is opened from, and what the way back says."""

SIGNED_OUT = 401

EMERGENCIES = "emergencies"
"""In the session, so that they end with it: the ids of emergency accesses."""


class Request(HttpRequest):
    """A request of a signed-in member (accounts.middleware)."""

    user: User
    member: Membership
    practices: list[UUID]
    actor: Actor


View = Callable[Concatenate[Request, P], HttpResponse]


def for_members(
    view: View[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Signed in and a member of a practice; the answer is kept by nobody."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "member", None) is None:
            raise PermissionDenied(
                _("You are not a member of any practice. Ask your practice manager.")
            )
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    @wraps(view)
    def outer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if wants_part(request) and not request.user.is_authenticated:
            # The sign-in page is no part of this one: the browser asks for the whole page again.
            return HttpResponse(status=SIGNED_OUT, headers={"HX-Refresh": "true"})
        return login_required(inner)(request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", outer)


def require(request: Request, operation: Operation) -> None:
    """Refuse the page with the reason in words.

    Raises:
        PermissionDenied: the roles of the member do not allow it.
    """
    permission = may(request.member.roles, operation)
    if not permission:
        raise PermissionDenied(permission.reason)


class ChartShut(PermissionDenied):
    """This chart is not theirs to see; it could be opened in an emergency."""

    def __init__(self, reason: str, patient_id: UUID) -> None:
        super().__init__(reason)
        self.patient_id = patient_id


def require_chart(request: Request, desk: Desk, patient: Patient) -> None:
    """Refuse the chart with the reason in words; a look by emergency access is recorded.

    Raises:
        ChartShut: they may not see this patient's chart items.
    """
    permission = desk.opens(patient)
    if not permission:
        raise ChartShut(permission.reason, patient.pk)
    for access in desk.emergencies:
        if access.patient_id == patient.pk:
            log.record("emergency.looked", entity=access, patient_id=patient.pk,
                       actor=request.actor, now=desk.now)  # fmt: skip


def desk_of(request: Request) -> Desk:
    return Desk(
        request.member,
        clock.now(),
        tuple(request.practices),
        broken_into=tuple(map(UUID, request.session.get(EMERGENCIES, ()))),
        hides_names=names_hidden(request),
    )


def wants_part(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for, to be put into one that stands."""
    asked = request.headers.get("HX-Request") == "true"
    return asked and request.headers.get("HX-Request-Type") != "full"


def back_of(request: HttpRequest, *, also: tuple[str, ...] = ()) -> str:
    """The list that the person came from; only our own lists are gone back to, and `also`."""
    back = request.POST.get("back") or request.GET.get("back") or ""
    return back if back.startswith((*LISTS, *also)) and "\\" not in back else ""


def back_label(back: str) -> str:
    """Of the list that the person goes back to."""
    return next((label for place, label in LISTS.items() if back.startswith(place)), _("My queue"))


def as_parameter(back: str) -> str:
    """For a query string."""
    return quote(back, safe="/")


def screen(
    request: Request, template: str, desk: Desk, *, here: str, status: int = 200,
    counted: Mapping[str, str] = NOTHING_COUNTED, **context: Any,
) -> HttpResponse:  # fmt: skip
    """A whole page, in its frame; `counted`: figures of its rail that the page has asked for."""
    context["shell"] = shell(desk, here=here, counted=counted)
    return render(request, template, context, status=status)
