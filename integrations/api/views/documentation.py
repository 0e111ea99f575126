"""The OpenAPI document, and a page to read and try it: all from this server, nothing from a CDN."""

from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

CONTENT_SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "frame-ancestors": ["'none'"],
}
"""Of this page alone: Swagger UI writes styles into its elements."""


class Schema(SpectacularAPIView):
    """The document; names no practice, so it asks for no key."""

    authentication_classes = []
    permission_classes = []


@method_decorator(csp_replace(CONTENT_SECURITY_POLICY), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI."""

    authentication_classes = []
    permission_classes = []
    url_name = "api:schema"
    title = "ClearChart API"
