"""Where people work."""

from django.urls import path

from dashboards.views import feeds, live, messages, moves, queue, session, styleguide, task

app_name = "dashboards"

urlpatterns = [
    path("", session.landing, name="landing"),
    path("queue/", queue.my_queue, name="queue"),
    path("team/", queue.team_queue, name="team"),
    path("team/next/", moves.take_next, name="take_next"),
    path("live/", live.live, name="live"),
    path("tasks/bulk/", moves.bulk, name="bulk"),
    path("tasks/undo/", moves.undo_last, name="undo_last"),
    path("tasks/<uuid:task_id>/", task.task_page, name="task"),
    path("tasks/<uuid:task_id>/<slug:code>/", moves.move, name="move"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/<uuid:message_id>/", messages.message_page, name="message"),
    path("messages/<uuid:message_id>/open/", messages.open_message, name="open_message"),
    path("messages/<uuid:message_id>/replay/", messages.replay, name="replay"),
    path("messages/<uuid:message_id>/discard/", messages.discard, name="discard"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("practice/", session.switch_practice, name="switch_practice"),
    path("preferences/", session.preferences, name="preferences"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
