"""Pages for when something is wrong: what happened, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dashboards.views.frame import ChartShut


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return render(request, "400.html", status=400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """With the reason, which names roles and never a patient."""
    reason = str(exception) if exception.args else ""
    url = ""
    if isinstance(exception, ChartShut):
        url = reverse("dashboards:emergency", args=[exception.patient_id])
    return render(request, "403.html", {"reason": reason, "emergency_url": url}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The same words for what is not there and for what is another practice's."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of anybody: whatever failed may fail again."""
    return render(request, "500.html", status=500)
