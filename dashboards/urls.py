"""Where people work."""

from django.urls import path

from dashboards.views import (
    causes,
    connecting,
    feeds,
    live,
    messages,
    moves,
    queue,
    replays,
    session,
    styleguide,
    task,
)

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
    path("messages/searches/", messages.save_search, name="save_search"),
    path("messages/searches/<uuid:search_id>/drop/", messages.drop_search, name="drop_search"),
    path("messages/cause/", causes.cause, name="cause"),
    path("messages/cause/preview/", causes.preview_cause, name="preview_cause"),
    path("messages/cause/replay/", causes.replay_cause, name="replay_cause"),
    path("messages/cause/discard/", causes.discard_cause, name="discard_cause"),
    path("messages/<uuid:message_id>/", messages.message_page, name="message"),
    path("messages/<uuid:message_id>/open/", messages.open_message, name="open_message"),
    path("messages/<uuid:message_id>/preview/", replays.preview, name="preview"),
    path("messages/<uuid:message_id>/replay/", replays.replay, name="replay"),
    path("messages/<uuid:message_id>/discard/", replays.discard, name="discard"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/connect/", connecting.connect, name="connect_feed"),
    path("feeds/<uuid:feed_id>/", connecting.feed_page, name="feed"),
    path("feeds/<uuid:feed_id>/key/", connecting.another_key, name="feed_key"),
    path("feeds/<uuid:feed_id>/first/", connecting.first_message, name="first_message"),
    path("practice/", session.switch_practice, name="switch_practice"),
    path("preferences/", session.preferences, name="preferences"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
