"""What was said to me inside the product."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboards.queries import notices as queries
from dashboards.views import flash
from dashboards.views.frame import Request, desk_of, for_members, screen
from outbox import operations as outbox


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: Request) -> HttpResponse:
    """The newest first; posting marks all of them as seen."""
    desk = desk_of(request)
    if request.method == "POST":
        outbox.mark_seen(member=request.member, actor=request.actor, now=desk.now)
        return HttpResponseRedirect(reverse("dashboards:notices") + "?said=seen")
    rows = queries.notices(desk)
    return screen(
        request, "dashboards/notices.html", desk, here="notices", rows=rows,
        has_new=any(one.is_new for one in rows), notices=flash.notices(request, desk),
    )  # fmt: skip
