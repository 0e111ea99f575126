"""Where a person begins, in which practice, and whether the screen names anybody."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions
from dashboards import places
from dashboards.context import NAMES_HIDDEN
from dashboards.views.frame import Request, for_members


@for_members
@require_safe
def landing(request: Request) -> HttpResponse:
    """The member's own first page, else their role's."""
    return HttpResponseRedirect(places.landing(request.member.roles, request.member.first_page).url)


@for_members
@require_POST
def switch_practice(request: Request) -> HttpResponse:
    """Work for another practice of one's own; any other id changes nothing."""
    chosen = request.POST.get("practice", "")
    if chosen in {str(one) for one in request.practices}:
        sessions.choose(request.session, chosen)
    return HttpResponseRedirect(reverse("dashboards:landing"))


@for_members
@require_POST
def hide_names(request: Request) -> HttpResponse:
    """Show initials for names on this screen, or names again; then go on where one was."""
    request.session[NAMES_HIDDEN] = not request.session.get(NAMES_HIDDEN)
    back = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if known else reverse("dashboards:landing"))
