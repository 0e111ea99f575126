from django.urls import path, re_path

from integrations.api.referrals import invitations, reading
from integrations.api.referrals import verbs as loop
from integrations.api.views import documentation, tasks, verbs
from integrations.api.views.practice import Nowhere

app_name = "api"

LOOP = {
    "tell": loop.Tell, "book": loop.Book, "close": loop.Close, "reopen": loop.ReopenReferral,
    "match": loop.Match, "unmatch": loop.Unmatch, "undo": loop.Undo,
    "patient-told": loop.PatientTold, "question-answered": loop.QuestionAnswered,
    "invite": invitations.Invite, "revoke": invitations.RevokeInvitation,
}  # fmt: skip
"""What follows a referral in an address."""

urlpatterns = [
    path("tasks", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/search", tasks.Search.as_view(), name="search"),
    path("tasks/<uuid:task_id>", tasks.OneTask.as_view(), name="task"),
    path("tasks/<uuid:task_id>/claim", verbs.Claim.as_view(), name="claim"),
    path("tasks/<uuid:task_id>/release", verbs.Release.as_view(), name="release"),
    path("tasks/<uuid:task_id>/acknowledge", verbs.Acknowledge.as_view(), name="acknowledge"),
    path("tasks/<uuid:task_id>/hold", verbs.Hold.as_view(), name="hold"),
    path("tasks/<uuid:task_id>/resume", verbs.Resume.as_view(), name="resume"),
    path("tasks/<uuid:task_id>/assign", verbs.Assign.as_view(), name="assign"),
    path("tasks/<uuid:task_id>/complete", verbs.Complete.as_view(), name="complete"),
    path("tasks/<uuid:task_id>/reopen", verbs.Reopen.as_view(), name="reopen"),
    path("referrals", reading.Referrals.as_view(), name="referrals"),
    path("referrals/<uuid:referral_id>", reading.OneReferral.as_view(), name="referral"),
    *(
        path(f"referrals/<uuid:referral_id>/{name}", view.as_view(), name=f"referral_{name}")
        for name, view in LOOP.items()
    ),
    path("members", tasks.Members.as_view(), name="members"),
    path("queues", tasks.Queues.as_view(), name="queues"),
    path("schema", documentation.Schema.as_view(), name="schema"),
    path("docs", documentation.Docs.as_view(), name="docs"),
    re_path(r"", Nowhere.as_view(), name="nowhere"),
]
