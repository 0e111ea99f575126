"""Where I am signed in, and signing out there."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import operations
from dashboards.queries import devices as queries
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from dashboards.views.planning import went

OTHERS = "others"


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: Request) -> HttpResponse:
    """The list; a POST signs out on one of them, or on all but this."""
    desk, here = desk_of(request), request.session.session_key
    held = queries.of(request.user)
    if request.method != "POST":
        return screen(
            request, "dashboards/devices.html", desk, here="devices", others=OTHERS,
            devices=queries.lines(held, here=here, desk=desk),
            notices=flash.notices(request, desk),
        )  # fmt: skip
    chosen = request.POST.get("device", "")
    ended = [one for one in held
             if one.session_key != here and chosen in (OTHERS, str(one.pk))]  # fmt: skip
    if ended:
        operations.end_devices(
            membership=request.member, devices=ended, actor=request.actor, now=desk.now
        )
    return went("devices", "device-ended")
