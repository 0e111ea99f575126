"""The one public address of ours: the public halves of a practice's keys."""

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from integrations.models import ClientKey
from tenants import scope
from tenants.models import Practice

FRESH_S = 300


@require_safe
def jwks(_: HttpRequest, slug: str) -> JsonResponse:
    """RFC 7517: the keys that are not retired. EHRs read it to check what we sign."""
    practice = Practice.objects.filter(slug=slug, is_active=True).first()
    keys: list[object] = []
    if practice is not None:
        with scope.scoped(practice.pk), transaction.atomic():
            active = ClientKey.objects.filter(retired_at__isnull=True).order_by("-created_at")
            keys = list(active.values_list("public", flat=True))
    if not keys:
        # A practice without keys answers like one that is not here.
        return JsonResponse({"type": "about:blank", "title": "No keys here.", "status": 404},
                            status=404, content_type="application/problem+json")  # fmt: skip
    response = JsonResponse({"keys": keys}, content_type="application/jwk-set+json")
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    return response
