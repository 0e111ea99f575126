"""Where a person begins, in which practice, and how they want the screen."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.middleware import CHOSEN
from dashboards.context import COOKIE, DENSITIES, THEMES, Surface
from dashboards.queries import shell
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen

A_YEAR = 365 * 24 * 3600


@for_members
@require_safe
def landing(request: Request) -> HttpResponse:
    """The first page of the member's role."""
    return HttpResponseRedirect(shell.landing(request.member.roles))


@for_members
@require_POST
def switch_practice(request: Request) -> HttpResponse:
    """Work for another practice of one's own; any other id changes nothing."""
    chosen = request.POST.get("practice", "")
    if chosen in {str(one) for one in request.practices}:
        request.session[CHOSEN] = chosen
    return HttpResponseRedirect(reverse("dashboards:landing"))


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request) -> HttpResponse:
    """Display and keys."""
    desk = desk_of(request)
    if request.method == "POST":
        wanted = Surface(
            theme=request.POST.get("theme", ""),
            density=request.POST.get("density", ""),
            keys=request.POST.get("keys") == "on",
        )
        response = HttpResponseRedirect(reverse("dashboards:preferences") + "?said=saved")
        kept = Surface.read(wanted.cookie()).cookie()
        response.set_cookie(
            COOKIE, kept, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
        return response
    return screen(
        request, "dashboards/preferences.html", desk, here="preferences",
        themes=THEMES, densities=DENSITIES, notices=flash.notices(request, desk),
    )  # fmt: skip
