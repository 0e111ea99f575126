"""Every component in every state, on made-up rows: the page that the CSS is held against."""

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards import rows, samples
from dashboards.figures import ruler
from dashboards.words import Level

SWATCHES = (
    "bg", "surface", "selected", "ink", "muted", "control", "brand", "point",
    "critical", "abnormal", "unflagged", "band",
)  # fmt: skip


def styleguide(request: HttpRequest) -> HttpResponse:
    """Shown where it can teach nothing about a practice: in debug, in a demo, or to staff."""
    shown = settings.DEBUG or getattr(settings, "DEMO", False)
    if not (shown or getattr(request.user, "is_staff", False)):
        raise Http404
    context = {
        "shell": samples.SHELL,
        "levels": tuple(Level),
        "swatches": SWATCHES,
        "queue": samples.QUEUE,
        "task": samples.task_page(),
        "abnormal": replace(samples.task_page(), friction="outcome", level=Level.ABNORMAL),
        "rulers": rulers(),
        "samples_notices": samples.NOTICES,
        "empties": samples.EMPTIES,
        "feeds": samples.FEEDS,
        "message": samples.MESSAGE,
    }
    screen = request.GET.get("screen", "")
    if screen == "queue":
        context |= {"page": samples.QUEUE, "open_id": "sample-1"}
        return render(request, "dashboards/queue.html", context)
    if screen == "task":
        context |= {"task": samples.task_page(full=True), "full": True}
        return render(request, "dashboards/task.html", context)
    return render(request, "dashboards/styleguide.html", context)


def rulers() -> tuple[rows.ValueLine, ...]:
    """Low off the scale, low, in the middle, high, high off the scale."""
    numbers = ((0.1, Level.CRITICAL), (3.2, Level.ABNORMAL), (4.2, Level.ROUTINE),
               (5.6, Level.ABNORMAL), (9.9, Level.CRITICAL))  # fmt: skip
    return tuple(
        rows.ValueLine(name="", value="", level=level, ruler=ruler(number, 3.5, 5.1))
        for number, level in numbers
    )
