from django.urls import path

from integrations.phone import views

app_name = "phone"

urlpatterns = [
    path("status/<uuid:practice_id>/", views.status, name="status"),
    path("reply/", views.reply_to_any, name="reply_to_any"),
    path("reply/<uuid:practice_id>/", views.reply, name="reply"),
    path("voice/<uuid:practice_id>/", views.reply, name="voice"),
]
