"""Where everything is."""

from django.urls import include, path

from config import health
from config.demo.views import demo

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("demo/", demo, name="demo"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("integrations/", include("integrations.urls")),
    path("twilio/", include("integrations.phone.urls")),
    path("api/v1/", include("integrations.api.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "dashboards.views.errors.bad_request"
handler403 = "dashboards.views.errors.refused"
handler404 = "dashboards.views.errors.not_found"
handler500 = "dashboards.views.errors.server_error"
