"""Views of the work lists that somebody keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from tenants.models import PracticeForeignKey, PracticeModel


class SavedView(PracticeModel):
    """A tab and filters of a list under a name: codes and ids (`routing.filters`), no patient."""

    class Screen(models.TextChoices):
        QUEUE = "queue", _("My queue")
        TEAM = "team", _("Team queue")

    member = PracticeForeignKey(Membership, related_name="+")
    name = models.CharField(max_length=60)
    screen = models.CharField(max_length=5, choices=Screen)
    view = models.CharField(max_length=10)
    filters = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    """Everybody of the practice finds it in their menu."""
    created_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "member", "name"], name="saved_view_once"),
            models.CheckConstraint(
                condition=models.Q(screen__in=["queue", "team"]), name="saved_view_screen_known"
            ),
        ]
