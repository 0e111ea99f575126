"""What only its member knows, asked of whoever answers a call."""

from django.db import models

from accounts.models import Membership
from outbox.pins import TRIES
from tenants.models import PracticeForeignKey, PracticeModel


class Pin(PracticeModel):
    """One of a member; kept as a digest."""

    member = PracticeForeignKey(Membership, related_name="+")
    digest = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    """Wrong ones since a right one; too many, and it takes nothing until another is set."""

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "member"], name="one_pin_a_member"),
        ]

    @property
    def is_locked(self) -> bool:
        """It takes nothing until another is set."""
        return self.tries >= TRIES
