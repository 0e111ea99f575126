from django.urls import path

from integrations import views
from integrations.carriers.views import fax
from integrations.documents.views import ccda
from integrations.ehr import views as ehr

app_name = "integrations"

urlpatterns = [
    path("hl7v2/<slug:slug>", views.hl7v2, name="hl7v2"),
    path("fhir/<slug:slug>", views.fhir, name="fhir"),
    path("ccda/<slug:slug>", ccda, name="ccda"),
    path("fax/<slug:slug>", fax, name="fax"),
    path("jwks/<slug:slug>.json", ehr.jwks, name="jwks"),
]
