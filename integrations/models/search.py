"""Searches of the message desk that somebody keeps."""

from django.db import models

from accounts.models import Membership
from tenants.models import PracticeForeignKey, PracticeModel


class SavedSearch(PracticeModel):
    """Filters of the message desk under a name. Never the words of a search: they may be a
    patient's number."""

    member = PracticeForeignKey(Membership, related_name="+")
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)
    """`view`, `feed`, `type`, `cause`, `period`: codes and names of ours."""
    is_shared = models.BooleanField(default=False)
    """Everybody of the practice who may see messages finds it in their list."""
    created_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "member", "name"], name="saved_search_once"
            ),
        ]
