from django.urls import path

from integrations.phone import views

app_name = "phone"

urlpatterns = [
    path("status/<uuid:practice_id>/", views.status, name="status"),
]
