"""The first page of the demo: what to look at, and as whom."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.demo.cast import PASSWORD, PRACTICES, Person
from config.demo.stories import MORE, STORIES, found


@never_cache
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Shown in a demo alone: it tells everybody's password."""
    if not settings.DEMO:
        raise Http404
    return render(request, "demo.html", {
        "stories": found(STORIES), "more": found(MORE), "people": _everybody(),
        "password": PASSWORD,
    })  # fmt: skip


def _everybody() -> list[tuple[Person, str]]:
    """Each with the practices that they work for."""
    people = {person.email: person for plan in PRACTICES for person in plan.people}
    return [
        (person, ", ".join(plan.name for plan in PRACTICES if email in plan.addresses))
        for email, person in people.items()
    ]
